import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OWNER_LABEL } from "../../src/docker/objects/owner-label.ts";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import { uniqueName } from "../support/docker-cli.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { type HeldAnswers, holdAnswers } from "../support/held-answers.ts";
import { type Answer, send } from "./attacks/attack.ts";

const ROUNDS = 1000;
/** So many of them at the same time. */
const RACES = 8;
/** On a busy machine as many of them as there are in this time, in milliseconds. */
const LONGEST = 60_000;

describe.runIf(hasEngine)("a name that is another's between the look and the deed", () => {
  const own = useOwnEngine();
  let gate: TestGate | undefined;
  let held: HeldAnswers | undefined;
  /** What happens once the gate's question about a name is answered, and before the gate hears it. */
  const takeOvers = new Map<string, () => Promise<void>>();

  beforeAll(async () => {
    held = await holdAnswers(own().engine.socketPath, async (startLine) => {
      await takeOvers.get(startLine)?.();
    });
    const scope = makeScope("ci", [{ own: true }]);
    const objects = { scope, view: undefined, stamps: new Map<string, string>() };
    gate = await openTestGate({ env: everySwitch, engineSocket: held.socketPath, objects });
  });
  afterAll(async () => {
    await gate?.close();
    held?.close();
  });

  const ask = (method: string, path: string): Promise<Answer> =>
    send({ port: gate?.port ?? 0 }, method, path);
  const askBare = (method: string, path: string, body?: string): Promise<Answer> =>
    send({ socketPath: own().engine.socketPath }, method, path, body);

  /** Makes a container that does not run, behind the gate's back. */
  async function create(name: string, owner: string): Promise<string> {
    const body = JSON.stringify({ Image: "busybox:test", Cmd: ["true"], Labels: { [OWNER_LABEL]: owner } });
    const { status, text } = await askBare("POST", `/v1.41/containers/create?name=${name}`, body);
    if (status !== 201) throw new Error(text);
    return /"Id":"(?<id>[0-9a-f]{64})"/u.exec(text)?.groups?.["id"] ?? "";
  }

  const isThere = async (id: string): Promise<boolean> =>
    (await askBare("GET", `/v1.41/containers/${id}/json`)).status === 200;

  /** One race: the first container loses its name, by another one or by its end, and another client's gets it. */
  async function race(isRenamed: boolean): Promise<void> {
    const name = uniqueName("race");
    const first = await create(name, "ci");
    let second = "";
    takeOvers.set(`GET /containers/${name}/json`, async () => {
      await (isRenamed
        ? askBare("POST", `/v1.41/containers/${first}/rename?name=${name}-moved`)
        : askBare("DELETE", `/v1.41/containers/${first}`));
      second = await create(name, "ops");
    });
    const { status } = await ask("DELETE", `/v1.41/containers/${name}?force=1`);
    takeOvers.delete(`GET /containers/${name}/json`);
    expect([isRenamed, status]).toEqual([isRenamed, isRenamed ? 204 : 404]);
    expect([await isThere(first), await isThere(second)]).toEqual([false, true]);
    await askBare("DELETE", `/v1.41/containers/${second}`);
  }

  test("never leads to what has taken it over, a thousand times", async () => {
    const end = Date.now() + LONGEST;
    let rounds = 0;
    const races = async (): Promise<void> => {
      while (rounds < ROUNDS && Date.now() < end) {
        rounds += 1;
        await race(rounds % 2 === 0);
      }
    };
    await Promise.all(Array.from({ length: RACES }, races));
  });
});
