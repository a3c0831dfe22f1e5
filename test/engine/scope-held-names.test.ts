import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeScope } from "../../src/policy/scope/make-scope.ts";
import { stampsOf } from "../../src/policy/scope/stamps.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { type HeldAnswers, holdAnswers } from "../support/held-answers.ts";
import { type Answer, send } from "./attacks/attack.ts";

const ENTRIES = [{ own: true }, { image: ["busybox:*"] }] as const;

describe.runIf(hasEngine)("a volume that a container is about to get", () => {
  const own = useOwnEngine();
  let gate: TestGate | undefined;
  let held: HeldAnswers | undefined;
  /** What happens once the gate's question about the volume is answered, and before the gate hears it. */
  let meanwhile: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    held = await holdAnswers(own().engine.socketPath, async (startLine) => {
      if (!startLine.endsWith("/volumes/data")) return;
      const happens = meanwhile;
      meanwhile = undefined;
      await happens?.();
    });
    const stamps = stampsOf("ci", ENTRIES, new Map());
    const objects = { scope: makeScope("ci", ENTRIES), view: undefined, stamps };
    const env = { ...everySwitch, QUAYGATE_POWERS: "all" };
    gate = await openTestGate({ env, engineSocket: held.socketPath, objects });
  });
  afterAll(async () => {
    await gate?.close();
    held?.close();
  });

  const ask = (method: string, path: string, body?: object): Promise<Answer> =>
    send({ port: gate?.port ?? 0 }, method, path, body && JSON.stringify(body));

  // Else the name would be free, and another client's by the time that the engine mounts it.
  test("is not deleted meanwhile", async () => {
    expect(await ask("POST", "/volumes/create", { Name: "data" })).toMatchObject({ status: 201 });
    const deleted: Answer[] = [];
    meanwhile = async () => {
      deleted.push(await ask("DELETE", "/volumes/data?force=1"));
      deleted.push(await ask("POST", "/volumes/prune"));
    };
    const body = { Image: "busybox:test", HostConfig: { Binds: ["data:/data"] } };
    expect(await ask("POST", "/containers/create?name=mounting", body)).toMatchObject({ status: 201 });
    expect(deleted).toMatchObject([
      { status: 403, code: "scope_denied" },
      { status: 403, code: "scope_denied" },
    ]);
    expect(await ask("DELETE", "/containers/mounting")).toMatchObject({ status: 204 });
    expect(await ask("DELETE", "/volumes/data")).toMatchObject({ status: 204 });
  });
});
