import { afterAll, beforeAll } from "vitest";
import type { ScopeEntry } from "../../../src/policy/scope/scope.ts";
import { makeScope } from "../../../src/policy/scope/make-scope.ts";
import { stampsOf } from "../../../src/policy/scope/stamps.ts";
import { dockerOutput } from "../../support/docker-cli.ts";
import { type Engine, startEngine } from "../../support/engine.ts";
import { everySwitch } from "../../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";
import { type Answer, type Place, send } from "../attacks/attack.ts";

/** One client of an engine that others use too. */
export interface Tenant {
  readonly gate: TestGate;
  readonly host: string;
  /** Sends JSON, and gives what the gate answered. */
  readonly post: (path: string, body?: unknown) => Promise<Answer>;
  readonly docker: (...words: readonly string[]) => Promise<string>;
}

/** An engine with tenants, and without. */
export interface Tenants {
  readonly engine: Engine;
  readonly bare: Place;
  /** For `DOCKER_HOST`. */
  readonly host: string;
  readonly a: Tenant;
  readonly b: Tenant;
  /** One more with another scope, until the tests are over. */
  readonly tenant: (name: string, entries: readonly ScopeEntry[], labels?: object) => Promise<Tenant>;
}

const USUAL: readonly ScopeEntry[] = [{ own: true }, { image: ["busybox:test"] }];

/** Starts an engine and two clients, each of which holds every power over what is its own. */
export function useTenants(): () => Tenants {
  let tenants: Tenants | undefined;
  const gates: TestGate[] = [];
  beforeAll(async () => {
    const engine = await startEngine();
    const tenant: Tenants["tenant"] = async (name, entries, labels = {}) => {
      const stamps = stampsOf(name, entries, new Map(Object.entries(labels)));
      const objects = { scope: makeScope(name, entries), view: undefined, stamps };
      const env = { ...everySwitch, QUAYGATE_POWERS: "all" };
      const gate = await openTestGate({ env, engineSocket: engine.socketPath, objects });
      gates.push(gate);
      const { host, port } = gate;
      return {
        gate,
        host,
        post: (path, body) => send({ port }, "POST", path, body === undefined ? body : JSON.stringify(body)),
        docker: (...words) => dockerOutput(host, words),
      };
    };
    const { socketPath } = engine;
    const [a, b] = [await tenant("a", USUAL), await tenant("b", USUAL)];
    tenants = { engine, bare: { socketPath }, host: `unix://${socketPath}`, a, b, tenant };
  }, 120_000);
  afterAll(async () => {
    for (const gate of gates) await gate.close();
    await tenants?.engine.stop();
  });
  return () => {
    if (tenants === undefined) throw new Error("the engine is there only while tests run");
    return tenants;
  };
}
