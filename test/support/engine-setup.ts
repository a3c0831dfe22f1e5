import type { TestProject } from "vitest/node";
import { explainMissingEngine, startEngine } from "./engine.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The socket of the engine that all engine tests share; empty where none can be started. */
    engineSocket: string;
  }
}

/** Starts the one engine that the engine tests share and returns what stops it; in CI a missing engine is a failure. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = explainMissingEngine();
  if (missing !== undefined) {
    if (process.env["CI"] === "true") throw new Error(`the engine tests cannot run: ${missing}`);
    console.log(`Left out: the tests on a real Docker Engine (test/engine), because ${missing}.`);
    project.provide("engineSocket", "");
    return async () => {};
  }
  const engine = await startEngine();
  project.provide("engineSocket", engine.socketPath);
  return () => engine.stop();
}
