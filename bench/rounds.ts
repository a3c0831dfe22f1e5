import { readFile } from "node:fs/promises";
import { CREATE_BODY, type Load, type LoadOutcome, putLoad } from "./load.ts";
import { onceMore } from "./once-more.ts";
import { processorUse, readProcessorTime } from "./processor-time.ts";
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
  /** Nanoseconds on a processor a request. */
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
  const isSame =
    workload.differs === true ? first?.body.length === second?.body.length : first?.body === second?.body;
  if (workload.status < 400 && !isSame) {
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
  const least = workload.leastSeconds ?? 1;
  for (const { port } of [ours, theirs]) {
    const warmUp = Math.max(workload.warmUpSeconds ?? 1, least);
    const warming = { ...workload, path: workload.warmUpPath ?? workload.path };
    await putLoad({ port, workload: warming, connections, seconds: warmUp, abort });
  }
  const load = { workload, connections, seconds: Math.max(seconds, least), abort };
  const ratios: PairRatios[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const isOurTurn = pair % 2 === 0;
    const [first, second] = isOurTurn ? [ours, theirs] : [theirs, ours];
    const rounds = [await measureRound(first, load), await measureRound(second, load)] as const;
    const [our, their] = isOurTurn ? rounds : [rounds[1], rounds[0]];
    ratios.push({
      throughput: our.requests / our.microseconds / (their.requests / their.microseconds),
      p50: our.p50 / their.p50,
      p99: our.p99 / their.p99,
      cpu: our.cpu / their.cpu,
    });
  }
  return ratios;
}

function measureRound(proxy: Proxy, load: Omit<Load, "port">): Promise<Round> {
  return onceMore(load.abort, () => measure(proxy, load));
}

async function measure({ port, child, loggedPart }: Proxy, load: Omit<Load, "port">): Promise<Round> {
  child.clearLog();
  const before = readProcessorTime(child.pid);
  const outcome = await putLoad({ port, ...load });
  // Writing the log is part of the work: its time counts.
  await child.untilLogged(outcome.requests * loggedPart);
  const { nanoseconds, endedThreads } = processorUse(before, readProcessorTime(child.pid));
  if (endedThreads > 0) {
    throw new Error(`${endedThreads} threads ended in the round, and their time is lost`);
  }
  return { ...outcome, cpu: nanoseconds / outcome.requests };
}
