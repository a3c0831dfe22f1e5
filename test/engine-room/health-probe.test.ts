import { expect, test } from "vitest";
import { openRig } from "../proxy/rig.ts";
import { answerEach, answerOf } from "../support/scripted-engine.ts";

test("health that is asked for many times at once costs the engine one connection", async () => {
  const { gate, engine } = await openRig({ script: answerEach(answerOf("OK")) });
  const answers = await Promise.all(Array.from({ length: 50 }, () => gate.gate.health()));
  expect(new Set(answers.map((answer) => answer.engine))).toEqual(new Set(["reachable"]));
  expect(engine.connections).toHaveLength(1);
  await gate.gate.health();
  expect(engine.connections).toHaveLength(2);
});
