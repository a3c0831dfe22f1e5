import type { TestProject } from "vitest/node";
import { explainMissingEngine, startEngine } from "./engine.ts";
import { releaseOf } from "./engine-release.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The socket of the engine that all engine tests share; empty where none can be started. */
    engineSocket: string;
    /** The newest version of the API that it has. */
    engineApiVersion: string;
    /** Where the `docker` command and its like run; none for this machine as it is. */
    clientRoom: string | undefined;
  }
}

/** Starts the one engine that the engine tests of a project share and returns what stops it; in CI a missing engine is a failure. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const release = releaseOf(project.config.env);
  const missing = explainMissingEngine(release);
  if (missing !== undefined) {
    if (process.env["CI"] === "true") throw new Error(`the engine tests cannot run: ${missing}`);
    console.log(`Left out: the tests on a real Docker Engine (${project.name}), because ${missing}.`);
    project.provide("engineSocket", "");
    project.provide("engineApiVersion", "");
    return async () => {};
  }
  const engine = await startEngine({ release });
  project.provide("engineSocket", engine.socketPath);
  project.provide("engineApiVersion", engine.apiVersion);
  project.provide("clientRoom", engine.clientRoom);
  return () => engine.stop();
}
