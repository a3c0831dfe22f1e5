import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngine } from "../test/support/engine.ts";
import { Child } from "./child.ts";
import type { Started } from "./lifetimes.ts";
import { ask } from "./request.ts";
import { MANY_CONTAINERS, type Workload } from "./workloads.ts";

/** What stands behind both proxies. */
export interface Backend extends Started {
  readonly socketPath: string;
}

/** The backends of one run: each is started when it is first asked for, and once. */
export class Backends implements Started {
  readonly #folder: string;
  readonly #open = new Map<Workload["backend"], Promise<Backend>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Gives the backend of that kind. */
  get(kind: Workload["backend"]): Promise<Backend> {
    const known = this.#open.get(kind);
    if (known !== undefined) {
      return known;
    }
    const opened = kind === "engine" ? openEngine() : openFixed(this.#folder);
    this.#open.set(kind, opened);
    return opened;
  }

  /** Stops all that were started. */
  async stop(): Promise<void> {
    for (const opened of await Promise.allSettled(this.#open.values())) {
      if (opened.status === "fulfilled") {
        await opened.value.stop();
      }
    }
  }
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
