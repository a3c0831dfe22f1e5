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

const script = fileURLToPath(new URL("load.lua", import.meta.url));
const run = promisify(execFile);

/** Runs wrk once; rejects when an answer was not of the expected kind, because a fast error proves nothing. */
export async function putLoad({ port, workload, connections, seconds, abort }: Load): Promise<LoadOutcome> {
  const url = `http://127.0.0.1:${port}${workload.path}`;
  const { stdout } = await run(
    "wrk",
    [
      "-t1",
      `-c${connections}`,
      `-d${seconds}s`,
      "--latency",
      "--timeout=10s",
      "-s",
      script,
      url,
      "--",
      workload.method,
      CREATE_BODY,
      workload.closes === true ? "close" : "keep",
    ],
    { signal: abort },
  );
  const outcome = decodeOutcome(stdout);
  const wrongStatus = workload.status < 400 ? outcome.badStatus : outcome.requests - outcome.badStatus;
  if (outcome.requests === 0 || outcome.failures > 0 || wrongStatus > 0) {
    const { requests, failures } = outcome;
    const counts = `${requests} requests, ${failures} failed, ${wrongStatus} with another status than ${workload.status}`;
    throw new Error(`a round of "${workload.title}" was not clean: ${counts}`);
  }
  return outcome;
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
