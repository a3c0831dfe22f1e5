import { afterAll, beforeAll } from "vitest";
import { startEngine } from "../../support/engine.ts";
import type { Engine } from "../../support/engine.ts";
import { everySwitch } from "../../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";
import type { Target } from "./attack.ts";

/**
 * Starts a real engine, and before it a gate that opens every operation and holds the powers that can't reach the host.
 * Both are for this block alone: what attacks leave behind goes with the engine. Look at them inside the tests only.
 */
export function useAttackedEngine(...daemonArguments: readonly string[]): () => Target {
  let engine: Engine | undefined;
  let gate: TestGate | undefined;
  beforeAll(async () => {
    engine = await startEngine({ daemonArguments });
    const env = { ...everySwitch, QUAYGATE_POWERS: "default" };
    gate = await openTestGate({ env, engineSocket: engine.socketPath });
  });
  afterAll(async () => {
    await gate?.close();
    await engine?.stop();
  });
  return () => {
    if (engine === undefined || gate === undefined) {
      throw new Error("the engine is there only while tests run");
    }
    const { socketPath } = engine;
    const speaks: Engine["speaks"] = engine.speaks.bind(engine);
    return { host: `unix://${socketPath}`, bare: { socketPath }, gate: { port: gate.port }, speaks };
  };
}
