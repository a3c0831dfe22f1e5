import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { docker } from "../support/docker-cli.ts";
import { engineSocket, hasEngine } from "../support/engine-gate.ts";
import { openTestGate } from "../support/gate.ts";

describe.runIf(hasEngine)("the real socket of containerd in the engine's place", () => {
  const socket = join(dirname(engineSocket), "exec", "containerd", "containerd.sock");
  const what =
    "it speaks HTTP/2 only, as the socket of containerd does (containerd.sock): " +
    "set QUAYGATE_ENGINE to the Docker engine's own socket";

  test("is named by health, and by the docker command of a user", async () => {
    const gate = await openTestGate({ env: { CONTAINERS: "1" }, engineSocket: socket });
    expect(await gate.gate.health()).toMatchObject({
      reason: `what answers at unix://${socket} is no Docker engine: ${what}`,
    });
    const { code, stderr } = await docker(gate.host, ["ps"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(what)]);
    await gate.close();
  });

  test("is named too where it speaks containerd's own protocol", async () => {
    const gate = await openTestGate({ env: { CONTAINERS: "1" }, engineSocket: `${socket}.ttrpc` });
    const state = await gate.gate.probe();
    expect(state.reachable ? "" : state.reason).toMatch(/QUAYGATE_ENGINE/u);
    await gate.close();
  });
});
