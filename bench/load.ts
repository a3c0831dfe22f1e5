import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Workload } from "./workloads.ts";

/** How one round of load is put on a port. */
export interface Load {
  readonly port: number;
  readonly workload: Workload;
  readonly connections: number;
  readonly seconds: number;
  readonly abort: AbortSignal;
}

/** What wrk saw in one round; times in microseconds. */
export interface LoadOutcome {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers from 400 on. */
  readonly badStatus: number;
  /** Connections that broke, and requests without an answer in time. */
  readonly failures: number;
}

/** What a POST sends: a file with what `docker run` asks for. */
export const CREATE_BODY: string = fileURLToPath(new URL("create-body.json", import.meta.url));

const run = promisify(execFile);

/** Runs wrk once; rejects when an answer was not of the expected kind, because a fast error proves nothing. */
export async function putLoad({ workload, ...load }: Load): Promise<LoadOutcome> {
  const words = [workload.method, CREATE_BODY, workload.closes === true ? "close" : "keep"];
  const outcome = await runWrk("load.lua", workload.path, load, words);
  const wrongStatus = workload.status < 400 ? outcome.badStatus : outcome.requests - outcome.badStatus;
  refuseUnclean(workload.title, outcome, wrongStatus);
  return outcome;
}

/** Runs wrk once with mixed requests, some of which are refused; rejects when one got no answer. */
export async function putMixedLoad(load: Omit<Load, "workload">): Promise<LoadOutcome> {
  const outcome = await runWrk("mix.lua", "/", load, []);
  const refused = outcome.badStatus / outcome.requests;
  refuseUnclean("mixed requests", outcome, refused > 0.2 ? outcome.badStatus : 0);
  return outcome;
}

function refuseUnclean(title: string, { requests, failures }: LoadOutcome, wrongStatus: number): void {
  if (requests === 0 || failures > 0 || wrongStatus > 0) {
    const counts = `${requests} requests, ${failures} failed, ${wrongStatus} with another status than expected`;
    throw new Error(`a round of "${title}" was not clean: ${counts}`);
  }
}

async function runWrk(
  script: "load.lua" | "mix.lua",
  path: string,
  { port, connections, seconds, abort }: Omit<Load, "workload">,
  words: readonly string[],
): Promise<LoadOutcome> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const shape = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout=10s"];
  const url = `http://127.0.0.1:${port}${path}`;
  const { stdout } = await run("wrk", [...shape, "-s", file, url, "--", ...words], { signal: abort });
  return decodeOutcome(stdout);
}

function decodeOutcome(output: string): LoadOutcome {
  const line = output.split("\n").find((candidate) => candidate.startsWith("JSON "));
  if (line === undefined) {
    throw new Error(`wrk gave no result: ${output}`);
  }
  const numbers: unknown = JSON.parse(line.slice("JSON ".length));
  const read = (name: keyof LoadOutcome): number => {
    const value: unknown =
      typeof numbers === "object" && numbers !== null ? Reflect.get(numbers, name) : undefined;
    if (typeof value !== "number") {
      throw new TypeError(`wrk gave no ${name}: ${line}`);
    }
    return value;
  };
  return {
    requests: read("requests"),
    microseconds: read("microseconds"),
    p50: read("p50"),
    p99: read("p99"),
    badStatus: read("badStatus"),
    failures: read("failures"),
  };
}
