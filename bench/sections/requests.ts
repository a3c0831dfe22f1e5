import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatAim, isMet, latencyAim } from "../aims.ts";
import { whileOpen } from "../lifetimes.ts";
import { nameOf, openOurs, openTheirs, type Plan } from "../plan.ts";
import { privateMemory } from "../private-memory.ts";
import { threadCount } from "../process-family.ts";
import type { Proxy } from "../proxies.ts";
import { measurePairs, type PairRatios, verifySameAnswer } from "../rounds.ts";
import { type Finding, measureFinding, type Section } from "../section.ts";
import { formatSpread } from "../spread.ts";
import { judgedWorkload, reviewedWorkload, type Workload, workloads } from "../workloads.ts";

const COLUMNS = ["workload", "connections", "requests a second", "p50", "p99", "CPU a request"] as const;

/** A row with what its cells were made from. */
interface RequestFinding extends Finding {
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

/** What it costs to judge a body: the gate against itself. */
export async function measureJudging(plan: Plan): Promise<Section | undefined> {
  if (!plan.isChosen(judgedWorkload.title)) {
    return undefined;
  }
  return whileOpen(async (keep) => {
    const { socketPath } = await plan.backends.get("fixed");
    const openWith = async (powers: string): Promise<Proxy> =>
      keep(
        await openOurs(
          plan,
          socketPath,
          { POST: "1", QUAYGATE_POWERS: powers },
          `gate-with-powers-${powers}`,
        ),
      );
    const judging = await openWith("default");
    const forwarding = await openWith("all");
    return {
      title: "Judged bodies",
      explanation:
        "The gate with QUAYGATE_POWERS=default divided by itself with all powers, which forwards a body unread.",
      columns: COLUMNS,
      findings: await measureWorkload(plan, judgedWorkload, [judging, forwarding], true),
      notes: [],
    };
  });
}

/** What it costs to read a list on its way: the gate against itself. */
export async function measureReviewing(plan: Plan): Promise<Section | undefined> {
  // So far from its aim that no net can hold it.
  if (plan.form.steadyOnly || !plan.isChosen(reviewedWorkload.title)) {
    return undefined;
  }
  return whileOpen(async (keep) => {
    const { socketPath } = await plan.backends.get("fixed");
    const openWith = async (name: string, scope: string): Promise<Proxy> => {
      const file = join(plan.folder, `${name}.yaml`);
      writeFileSync(
        file,
        `clients:\n  bench:\n    from: 127.0.0.1\n    allow: [SystemPing, containers:read]\n${scope}`,
      );
      return keep(await openOurs(plan, socketPath, { QUAYGATE_POLICY: file }, name));
    };
    const reviewing = await openWith("gate-with-scope", "    scope: { project: bench }\n");
    const forwarding = await openWith("gate-without-scope", "");
    return {
      title: "Reviewed lists",
      explanation:
        "The gate for a client with a scope, in which all entries of the list are, divided by itself for one without, whose list it passes on unread.",
      columns: COLUMNS,
      findings: await measureWorkload(plan, reviewedWorkload, [reviewing, forwarding], true),
      notes: [],
    };
  });
}

async function measureWorkload(
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
