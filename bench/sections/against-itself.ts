import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { whileOpen } from "../lifetimes.ts";
import { openOurs, type Plan } from "../plan.ts";
import type { Proxy } from "../proxies.ts";
import type { Section } from "../section.ts";
import {
  judgedWorkload,
  meteredWorkload,
  reviewedAnewWorkload,
  reviewedWorkload,
  type Workload,
} from "../workloads.ts";
import { COLUMNS, measureWorkload, type RequestFinding } from "./requests.ts";

/** Two gates of the same build that differ in what is measured. */
interface Comparison {
  readonly title: string;
  readonly explanation: string;
  readonly workloads: readonly Workload[];
  /** What the one is started with that does it, and then the other that does not. */
  readonly settings: readonly [Settings, Settings];
}

type Settings = (folder: string) => Readonly<Record<string, string>>;

/** What it costs to judge a body. */
export function measureJudging(plan: Plan): Promise<Section | undefined> {
  const settings =
    (powers: string): Settings =>
    () => ({ POST: "1", QUAYGATE_POWERS: powers });
  return measureAgainstItself(plan, {
    title: "Judged bodies",
    explanation:
      "The gate with QUAYGATE_POWERS=default divided by itself with all powers, which forwards a body unread.",
    workloads: [judgedWorkload],
    settings: [settings("default"), settings("all")],
  });
}

/** What it costs to read a list on its way. */
export function measureReviewing(plan: Plan): Promise<Section | undefined> {
  const settings =
    (scope: string): Settings =>
    (folder) => {
      const file = join(folder, `policy-${scope === "" ? "without" : "with"}-scope.yaml`);
      writeFileSync(
        file,
        `clients:\n  bench:\n    from: 127.0.0.1\n    allow: [SystemPing, containers:read]\n${scope}`,
      );
      return { QUAYGATE_POLICY: file };
    };
  return measureAgainstItself(plan, {
    title: "Reviewed lists",
    explanation:
      "The gate for a client with a scope, in which all entries of the list are, divided by itself for one without, whose list it passes on unread; of the same list each time, and of another one.",
    workloads: [reviewedWorkload, reviewedAnewWorkload],
    settings: [settings("    scope: { project: bench }\n"), settings("")],
  });
}

/** What it costs to count requests. */
export function measureMetering(plan: Plan): Promise<Section | undefined> {
  const settings =
    (metrics: string): Settings =>
    () => ({ QUAYGATE_METRICS: metrics });
  return measureAgainstItself(plan, {
    title: "Metrics",
    explanation: "The gate with QUAYGATE_METRICS=on, as it is by default, divided by itself without.",
    workloads: [meteredWorkload],
    settings: [settings("on"), settings("off")],
  });
}

async function measureAgainstItself(plan: Plan, comparison: Comparison): Promise<Section | undefined> {
  const { title, explanation, settings } = comparison;
  const workloads = comparison.workloads.filter((workload) => plan.isChosen(workload.title));
  if (workloads.length === 0) return undefined;
  return whileOpen(async (keep) => {
    const { socketPath } = await plan.backends.get("fixed");
    const open = async (of: Settings, name: string): Promise<Proxy> =>
      keep(await openOurs(plan, socketPath, of(plan.folder), name));
    const [ours, theirs] = [await open(settings[0], "gate-with"), await open(settings[1], "gate-without")];
    const findings: RequestFinding[] = [];
    for (const workload of workloads)
      findings.push(...(await measureWorkload(plan, workload, [ours, theirs], true)));
    return { title, explanation, columns: COLUMNS, findings, notes: [] };
  });
}
