import { describe, expect, test } from "vitest";
import { openEngine, PONG } from "./engine.ts";
import { answerEach, ScriptedEngine } from "../support/scripted-engine.ts";
import { NO_ENGINE, startGate, startQuaygate, textsOf } from "./quaygate-command.ts";

describe("with QUAYGATE_ENGINE_GONE the gate", () => {
  test("ends with 75 when the engine's socket is gone for so long, and says why", async () => {
    const engine = await ScriptedEngine.open("unix", answerEach(PONG));
    const gate = await startGate({ QUAYGATE_ENGINE: engine.address, QUAYGATE_ENGINE_GONE: "1" });
    await gate.untilOutput("the engine answers");
    engine.close();
    const { code, stdout } = await gate.result;
    expect(code).toBe(75);
    const said = textsOf(stdout, "msg").slice(-3);
    expect(said).toEqual([
      expect.stringMatching(/can't be reached: .*; every request gets 502 until it can be reached$/u),
      expect.stringMatching(
        /can't be reached: .*; ends after 1 seconds? without it \(QUAYGATE_ENGINE_GONE\)$/u,
      ),
      "stopped",
    ]);
  });

  test("stays while the engine is there, and stops with 0 when it is told to", async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(), QUAYGATE_ENGINE_GONE: "1" });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    gate.signal("SIGTERM");
    expect((await gate.result).code).toBe(0);
  });
});

test("without it the gate says once that the engine is lost, and stays", async () => {
  const gate = await startGate({ QUAYGATE_ENGINE: NO_ENGINE });
  await gate.untilOutput("can't be reached");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  gate.signal("SIGTERM");
  const { code, stdout } = await gate.result;
  expect(code).toBe(0);
  expect(textsOf(stdout, "msg").filter((line) => line.includes("can't be reached"))).toHaveLength(1);
});

test.each(["0", "3601", "10s", "-1", "1.5"])("QUAYGATE_ENGINE_GONE=%s is refused", async (value) => {
  const { code, stderr } = await startQuaygate(["run"], { QUAYGATE_ENGINE_GONE: value }).result;
  expect([code, stderr]).toEqual([
    2,
    `quaygate: QUAYGATE_ENGINE_GONE: "${value}" is not a number of seconds from 1 to 3600\n`,
  ]);
});
