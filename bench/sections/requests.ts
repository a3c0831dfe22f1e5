import { formatAim, isMet, latencyAim } from "../aims.ts";
import { whileOpen } from "../lifetimes.ts";
import { nameOf, openOurs, openTheirs, type Plan } from "../plan.ts";
import { privateMemory } from "../private-memory.ts";
import { threadCount } from "../process-family.ts";
import type { Proxy } from "../proxies.ts";
import { measurePairs, type PairRatios, verifySameAnswer } from "../rounds.ts";
import { type Finding, measureFinding, type Section } from "../section.ts";
import { formatSpread } from "../spread.ts";
import { type Workload, workloads } from "../workloads.ts";

/** What is measured of requests. */
export const COLUMNS = [
  "workload",
  "connections",
  "requests a second",
  "p50",
  "p99",
  "CPU a request",
] as const;

/** A row with what its cells were made from. */
export interface RequestFinding extends Finding {
  readonly ratios: readonly PairRatios[];
}

/** Requests sent over and over, through the gate and its opponent. */
export async function measureRequests(plan: Plan): Promise<Section | undefined> {
  const findings: RequestFinding[] = [];
  const notes: string[] = [];
  const hasAims = plan.opponent.kind === "haproxy";
  for (const kind of plan.form.steadyOnly ? (["fixed"] as const) : (["fixed", "engine"] as const)) {
    const chosen = workloads.filter(
      ({ backend, title, aims }) =>
        backend === kind && plan.isChosen(title) && (aims !== undefined || !plan.form.steadyOnly),
    );
    if (chosen.length > 0) {
      await whileOpen(async (keep) => {
        const { socketPath } = await plan.backends.get(kind);
        const ours = keep(await openOurs(plan, socketPath));
        const theirs = keep(await openTheirs(plan, socketPath));
        for (const workload of chosen) {
          findings.push(...(await measureWorkload(plan, workload, [ours, theirs], hasAims)));
        }
        notes.push(`After the rounds on the ${kind} backend: ${[ours, theirs].map(describe).join("; ")}.`);
      });
    }
  }
  return findings.length === 0
    ? undefined
    : {
        title: "Requests",
        explanation: `The gate divided by ${nameOf(plan.opponent)}; more is better for requests a second, less for all else. The aim is for the CPU a request.`,
        columns: COLUMNS,
        findings,
        notes: hasAims ? [describeLatencies(findings), ...notes] : notes,
      };
}

/** One row for each number of connections, of a workload that both proxies answer alike. */
export async function measureWorkload(
  plan: Plan,
  workload: Workload,
  pair: readonly [Proxy, Proxy],
  hasAims: boolean,
): Promise<readonly RequestFinding[]> {
  const findings: RequestFinding[] = [];
  await verifySameAnswer(workload, ...pair);
  for (const connections of workload.connections.filter(plan.form.connections)) {
    plan.say(`${workload.title}, ${connections} connections`);
    findings.push(
      await measureFinding(plan.form, async (pairs) => {
        const { seconds } = plan.form;
        const schedule = { pairs, seconds, abort: plan.abort };
        const ratios = await measurePairs(workload, connections, pair, schedule);
        const cells = (["throughput", "p50", "p99", "cpu"] as const).map((measure) =>
          formatSpread(ratios.map((ratio) => ratio[measure])),
        );
        return {
          subject: workload.title,
          cells: [String(connections), ...cells],
          aim: hasAims ? workload.aims?.[connections] : undefined,
          judged: ratios.map(({ cpu }) => cpu),
          ratios,
        };
      }),
    );
  }
  return findings;
}

function describeLatencies(findings: readonly RequestFinding[]): string {
  const counts = (["p50", "p99"] as const).map((measure) => {
    const met = findings.filter(({ ratios }) =>
      isMet(
        latencyAim,
        ratios.map((ratio) => ratio[measure]),
      ),
    );
    return `${measure} is in ${met.length} of ${findings.length} rows`;
  });
  return `Latencies are hoped to be ${formatAim(latencyAim)}: ${counts.join(", ")}.`;
}

function describe({ name, child }: Proxy): string {
  const memory = (privateMemory(child.pid) / 1024).toFixed(1);
  // Of a gate's threads one carries requests; the others are Node's own.
  const threads = name === "haproxy" ? threadCount(child.pid) : 1;
  return `${name} ${memory} MiB of private memory, ${threads} ${threads === 1 ? "thread" : "threads"} for requests`;
}
