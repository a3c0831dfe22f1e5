// `npm run bench`: the gate and HAProxy side by side, as ratios; docs/benchmark.md says how to read them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildWhenStale } from "../scripts/set-up.mjs";
import { type Backend, openBackend } from "./backends.ts";
import { missingPrerequisites } from "./prerequisites.ts";
import { privateMemory } from "./private-memory.ts";
import { threadCount } from "./process-family.ts";
import { openGate, openHaproxy, type Proxy } from "./proxies.ts";
import { measurePairs, type Schedule, verifySameAnswer } from "./rounds.ts";
import { formatRatios, formatTable, type Row } from "./table.ts";
import { judgedWorkload, type Workload, workloads } from "./workloads.ts";

const usage = `npm run bench -- [--quick] [--only WORD] [--threads N] [--gate MAIN] [--against MAIN]
  --quick         fewer and shorter rounds, for a first look
  --only WORD     only the workloads whose title holds this word
  --threads N     the number of HAProxy's threads; its own choice where it is not given
  --gate MAIN     measure this build (the path of its dist/cli/main.js) and not a fresh one
  --against MAIN  compare with this other build of the gate and not with HAProxy`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    threads: { type: "string" },
    gate: { type: "string" },
    against: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => abort.abort(new Error(`${signal}: stopped`)));
}
process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});

async function main(): Promise<number> {
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const missing = missingPrerequisites(options.against === undefined ? ["haproxy", "wrk"] : ["wrk"]);
  if (missing.length > 0) {
    console.error(missing.join("\n"));
    return 1;
  }
  if (options.gate === undefined) {
    buildWhenStale();
  }
  const schedule: Schedule = {
    ...(options.quick ? { pairs: 3, seconds: 1 } : { pairs: 5, seconds: 2 }),
    abort: abort.signal,
  };
  const folder = await mkdtemp(join(tmpdir(), "quaygate-bench-"));
  const rows: Row[] = [["workload", "connections", "requests a second", "p50", "p99", "CPU a request"]];
  const judgedRows: Row[] = [...rows];
  const notes: string[] = [];
  try {
    for (const kind of ["fixed", "engine"] as const) {
      const chosen = workloads.filter(
        ({ backend, title }) => backend === kind && title.includes(options.only),
      );
      if (chosen.length > 0) {
        await measureBackend(kind, chosen, { folder, schedule, rows, notes });
      }
    }
    if (judgedWorkload.title.includes(options.only)) {
      await measureJudging({ folder, schedule, rows: judgedRows, notes });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const other = options.against === undefined ? "HAProxy" : options.against;
  console.log(`\nThe gate divided by ${other}: median (least-most) of ${schedule.pairs} pairs of rounds.`);
  console.log(`More is better for requests a second, less for all else.\n\n${formatTable(rows)}\n`);
  console.log(notes.join("\n"));
  if (judgedRows.length > 1) {
    console.log(
      "\nThe gate with QUAYGATE_POWERS=default divided by itself with all powers, which forwards unread.\n",
    );
    console.log(formatTable(judgedRows));
  }
  return 0;
}

interface Report {
  readonly folder: string;
  readonly schedule: Schedule;
  readonly rows: Row[];
  readonly notes: string[];
}

async function measureBackend(
  kind: Workload["backend"],
  chosen: readonly Workload[],
  { folder, schedule, rows, notes }: Report,
): Promise<void> {
  const open: { stop(): Promise<void> }[] = [];
  try {
    const backend = await openBackend(kind, folder);
    open.push(backend);
    const ours = await openGate("gate", mainOf(options.gate), backend.socketPath, folder);
    open.push(ours.child);
    const theirs = await openOther(backend, folder);
    open.push(theirs.child);
    for (const workload of chosen) {
      await verifySameAnswer(workload, ours, theirs);
      for (const connections of workload.connections) {
        rows.push(await measureRow(workload, connections, [ours, theirs], schedule));
      }
    }
    const memory = [ours, theirs].map(({ name, child }) => `${name} ${privateMemory(child.pid)} KiB`);
    const threads = `threads that carry requests: gate 1, ${theirs.name} ${theirs.name === "haproxy" ? threadCount(theirs.child.pid) : 1}`;
    notes.push(`${kind} backend: private memory at the end: ${memory.join(", ")}; ${threads}`);
  } finally {
    for (const started of open.toReversed()) {
      await started.stop();
    }
  }
}

/** What it costs to judge a body: the gate against itself, in the same rounds. */
async function measureJudging({ folder, schedule, rows }: Report): Promise<void> {
  const open: { stop(): Promise<void> }[] = [];
  try {
    const backend = await openBackend("fixed", folder);
    open.push(backend);
    const openWith = async (powers: string): Promise<Proxy> => {
      const settings = { POST: "1", QUAYGATE_POWERS: powers };
      const gate = await openGate(
        `powers-${powers}`,
        mainOf(options.gate),
        backend.socketPath,
        folder,
        settings,
      );
      open.push(gate.child);
      return gate;
    };
    const pair = [await openWith("default"), await openWith("all")] as const;
    await verifySameAnswer(judgedWorkload, ...pair);
    for (const connections of judgedWorkload.connections) {
      rows.push(await measureRow(judgedWorkload, connections, pair, schedule));
    }
  } finally {
    for (const started of open.toReversed()) {
      await started.stop();
    }
  }
}

async function measureRow(
  workload: Workload,
  connections: number,
  pair: readonly [Proxy, Proxy],
  schedule: Schedule,
): Promise<Row> {
  process.stderr.write(`${workload.title}, ${connections} connections\n`);
  const ratios = await measurePairs(workload, connections, pair, schedule);
  const cells = (["throughput", "p50", "p99", "cpu"] as const).map((measure) =>
    formatRatios(ratios.map((ratio) => ratio[measure])),
  );
  return [workload.title, String(connections), ...cells];
}

function openOther(backend: Backend, folder: string): Promise<Proxy> {
  if (options.against !== undefined) {
    return openGate("other-gate", resolve(options.against), backend.socketPath, folder);
  }
  const threads = options.threads === undefined ? undefined : Number(options.threads);
  return openHaproxy(backend.socketPath, folder, threads);
}

function mainOf(given: string | undefined): string {
  return given === undefined
    ? fileURLToPath(new URL("../dist/cli/main.js", import.meta.url))
    : resolve(given);
}
