import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngine } from "../test/support/engine.ts";
import { Child } from "./child.ts";
import { ask } from "./request.ts";
import { MANY_CONTAINERS, type Workload } from "./workloads.ts";

/** What stands behind both proxies. */
export interface Backend {
  readonly socketPath: string;
  stop(): Promise<void>;
}

/** Starts the backend of that kind. */
export function openBackend(kind: Workload["backend"], folder: string): Promise<Backend> {
  return kind === "engine" ? openEngine() : openFixed(folder);
}

/** A real dockerd with containers that exist and do not run. */
async function openEngine(): Promise<Backend> {
  const engine = await startEngine();
  for (let made = 0; made < MANY_CONTAINERS; made += 1) {
    const body = JSON.stringify({
      Image: "busybox:test",
      Cmd: ["sh"],
      Labels: { "bench.number": String(made) },
    });
    const answer = await ask({ socketPath: engine.socketPath }, "POST", "/v1.41/containers/create", body);
    if (answer?.status !== 201) {
      await engine.stop();
      throw new Error(`the engine made no container: ${answer?.body ?? "no answer"}`);
    }
  }
  return { socketPath: engine.socketPath, stop: () => engine.stop() };
}

/** A process that always gives the same short answer, so that the proxies' own cost shows. */
async function openFixed(folder: string): Promise<Backend> {
  const socketPath = join(folder, "fixed.sock");
  const script = fileURLToPath(new URL("fixed-backend.ts", import.meta.url));
  const child = new Child(
    [process.execPath, "--import", "tsx", script, socketPath],
    join(folder, "fixed.log"),
    {},
  );
  await child.untilReady(async () => (await ask({ socketPath }, "GET", "/_ping"))?.status === 200);
  return { socketPath, stop: () => child.stop() };
}
