import { readFile } from "node:fs/promises";
import { CREATE_BODY, type LoadOutcome, putLoad } from "./load.ts";
import { cpuTime } from "./process-cost.ts";
import type { Proxy } from "./proxies.ts";
import { ask } from "./request.ts";
import type { Workload } from "./workloads.ts";

/** How long and how often is measured. */
export interface Schedule {
  readonly pairs: number;
  readonly seconds: number;
  readonly abort: AbortSignal;
}

/** Ours divided by theirs, in two rounds that followed each other. */
export interface PairRatios {
  readonly throughput: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

interface Round extends LoadOutcome {
  /** Clock ticks of CPU time a request. */
  readonly cpu: number;
}

/** Rejects unless both give the expected status and, where they let through, the same body. */
export async function verifySameAnswer(workload: Workload, ours: Proxy, theirs: Proxy): Promise<void> {
  const body = await readFile(CREATE_BODY, "utf8");
  const answers = await Promise.all(
    [ours, theirs].map(({ port }) =>
      ask({ port }, workload.method, workload.path, workload.method === "POST" ? body : undefined),
    ),
  );
  const statuses = answers.map((answer) => answer?.status ?? 0);
  const [first, second] = answers;
  if (statuses.some((status) => status !== workload.status)) {
    throw new Error(
      `"${workload.title}" wants status ${workload.status}; the two answered ${statuses.join(" and ")}`,
    );
  }
  if (workload.status < 400 && first?.body !== second?.body) {
    throw new Error(`"${workload.title}": the two gave different bodies`);
  }
}

/** Measures both in turns, so that what else the machine does meets both, and compares neighbours only. */
export async function measurePairs(
  workload: Workload,
  connections: number,
  [ours, theirs]: readonly [Proxy, Proxy],
  { pairs, seconds, abort }: Schedule,
): Promise<readonly PairRatios[]> {
  for (const proxy of [ours, theirs]) {
    await putLoad({ port: proxy.port, workload, connections, seconds: 1, abort });
  }
  const ratios: PairRatios[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const our = await measure(ours, workload, connections, seconds, abort);
    const their = await measure(theirs, workload, connections, seconds, abort);
    ratios.push({
      throughput: our.requests / our.microseconds / (their.requests / their.microseconds),
      p50: our.p50 / their.p50,
      p99: our.p99 / their.p99,
      cpu: our.cpu / their.cpu,
    });
  }
  return ratios;
}

async function measure(
  { port, child }: Proxy,
  workload: Workload,
  connections: number,
  seconds: number,
  abort: AbortSignal,
): Promise<Round> {
  child.clearLog();
  const before = cpuTime(child.pid);
  const outcome = await putLoad({ port, workload, connections, seconds, abort });
  const cpu = (cpuTime(child.pid) - before) / outcome.requests;
  await child.untilLogged(outcome.requests);
  return { ...outcome, cpu };
}
