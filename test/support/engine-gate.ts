import { afterAll, beforeAll, inject, onTestFinished } from "vitest";
import { docker, uniqueName } from "./docker-cli.ts";
import { isSince, startEngine } from "./engine.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { everySwitch } from "./engine-switches.ts";
import { openTestGate } from "./gate.ts";

/** A gate as the tests have it: an address, and the records of what went through. */
export type EngineGate = Awaited<ReturnType<typeof openTestGate>>;

/** The socket of the shared engine; empty where none can be started. */
export const engineSocket: string = inject("engineSocket");

/** The shared engine without a gate, for what a test prepares or looks up behind the gate's back. */
export const engineHost = `unix://${engineSocket}`;

/** Tells whether the shared engine has this version of the API, such as `1.44`, and so what came with it. */
export function engineSpeaks(version: string): boolean {
  return isSince(inject("engineApiVersion"), version);
}

/** What stands behind a path that is shown read-only, in the newest version of the API that the engine has. */
export const readOnlyMode: string = isSince(inject("engineApiVersion"), "1.44") ? ":ro" : ":ro-nonrecursive";

/** Whether there is a real engine to test on. */
export const hasEngine: boolean = engineSocket !== "";

/** Opens one gate for all tests of a block and closes it after them; look at it inside the tests only. */
export function useGate(settings: Readonly<Record<string, string>> = everySwitch): () => EngineGate {
  let gate: EngineGate | undefined;
  beforeAll(async () => {
    gate = await openTestGate({ env: { ...settings }, engineSocket });
  });
  afterAll(async () => {
    await gate?.close();
  });
  return () => {
    if (gate === undefined) throw new Error("the gate is open only while tests run");
    return gate;
  };
}

/** Starts an engine for this block alone, with a fully open gate before it; look at both inside the tests only. */
export function useOwnEngine(
  options: EngineOptions = {},
): () => { readonly engine: Engine; readonly gate: EngineGate } {
  let engine: Engine | undefined;
  let gate: EngineGate | undefined;
  beforeAll(async () => {
    engine = await startEngine(options);
    gate = await openTestGate({ env: { ...everySwitch }, engineSocket: engine.socketPath });
  });
  afterAll(async () => {
    await gate?.close();
    await engine?.stop();
  });
  return () => {
    if (engine === undefined || gate === undefined)
      throw new Error("the engine is there only while tests run");
    return { engine, gate };
  };
}

/** Returns a new container name; when the test ends, the container is removed. */
export function containerName(): string {
  const name = uniqueName("container");
  onTestFinished(async () => {
    await docker(engineHost, ["rm", "--force", "--volumes", name]);
  });
  return name;
}

/** Returns a new image name; when the test ends, the image is removed. */
export function imageName(): string {
  const name = `${uniqueName("image")}:test`;
  onTestFinished(async () => {
    await docker(engineHost, ["rmi", "--force", name]);
  });
  return name;
}

/** Starts a container that does nothing and ends at once when it is told to; it is removed when the test ends. */
export async function idleContainer(...runArguments: readonly string[]): Promise<string> {
  const name = containerName();
  const script = "trap 'exit 0' TERM INT; echo ready; while :; do sleep 1 & wait $!; done";
  const { code, stderr } = await docker(engineHost, [
    "run",
    "--detach",
    "--network=none",
    `--name=${name}`,
    ...runArguments,
    "busybox:test",
    "sh",
    "-c",
    script,
  ]);
  if (code !== 0) throw new Error(`no idle container: ${stderr}`);
  return name;
}

/** Resolves when the condition holds; throws with this explanation when it does not within the time. */
export async function eventually(
  explanation: string,
  condition: () => boolean | Promise<boolean>,
  milliseconds = 40_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`within ${milliseconds} ms it did not happen that ${explanation}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
