import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { docker, dockerOutput, temporaryFolder } from "../../support/docker-cli.ts";
import { useOwnEngine } from "../../support/engine-gate.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";
import type { Place } from "../attacks/attack.ts";
import { everythingOf, type Owned } from "./neighbour.ts";

/** One of two who share an engine behind one gate. */
export interface Tenant {
  readonly place: Place & { readonly socketPath: string };
  /** For `DOCKER_HOST`. */
  readonly host: string;
}

/** Two tenants of one engine, of which the second has something of every kind. */
export interface TwoTenants {
  readonly first: Tenant;
  readonly second: Tenant;
  readonly bare: Place;
  /** The engine without a gate. */
  readonly host: string;
  readonly gate: TestGate;
  /** All that the second one has. */
  readonly neighbour: readonly Owned[];
}

/** The image that both may run. */
export const SHARED_IMAGE = "busybox:test";
const SETUP_DEADLINE = 180_000;

/** May do all that there is, but on nothing that it has not made. */
const tenantOf = (name: string): string =>
  `  ${name}: { allow: "*", powers: all, scope: [{ own: true }, { image: "busybox:*" }], labels: { com.example.tenant: ${name} } }\n`;

/** An engine of its own with a gate of two tenants, each at a socket of its own; look at it inside the tests only. */
export function useTwoTenants({ isEmpty = false } = {}): () => TwoTenants {
  const own = useOwnEngine();
  const folder = temporaryFolder();
  let there: TwoTenants | undefined;
  beforeAll(async () => {
    const { engine } = own();
    const [first, second] = ["first", "second"].map((name) => tenantAt(join(folder.path, `${name}.sock`)));
    if (first === undefined || second === undefined) throw new Error("there are two");
    const listen = [first, second].map(
      ({ place }, index) =>
        `  - { address: "unix://${place.socketPath}", client: ${index === 0 ? "first" : "second"} }\n`,
    );
    const policy = join(folder.path, "policy.yaml");
    writeFileSync(policy, `listen:\n${listen.join("")}clients:\n${tenantOf("first")}${tenantOf("second")}`);
    const host = `unix://${engine.socketPath}`;
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    const gate = await openTestGate({ env: { QUAYGATE_POLICY: policy }, engineSocket: engine.socketPath });
    const bare = { socketPath: engine.socketPath };
    const neighbour = isEmpty ? [] : await everythingOf(second, host);
    there = { first, second, bare, host, gate, neighbour };
  }, SETUP_DEADLINE);
  afterAll(async () => {
    await there?.gate.close();
    await docker(there?.host ?? "", ["swarm", "leave", "--force"]);
    folder.remove();
  });
  return () => {
    if (there === undefined) throw new Error("the tenants are there only while tests run");
    return there;
  };
}

function tenantAt(socketPath: string): Tenant {
  return { place: { socketPath }, host: `unix://${socketPath}` };
}
