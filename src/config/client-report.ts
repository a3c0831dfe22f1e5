import type { Operation } from "../docker/operations.ts";
import { type ClientLimits, countOf, formatSize } from "../policy/client-limits.ts";
import { isLimitedBy } from "../policy/grant.ts";
import { explainHostPowersIn } from "../policy/host-power.ts";
import { type LearningReport, learningReportOf } from "./learning-report.ts";
import { explainObjects } from "./objects-report.ts";
import { gatherOpenings, HELD, HELD_TO_DEFAULT, type Opening } from "./opening.ts";
import type { ClientSettings } from "./settings.ts";

/** What one client may do, for a person. */
export interface ClientReport {
  readonly name: string;
  /** Who it is, in words; empty where whoever calls is taken for it. */
  readonly whence: string;
  readonly openings: readonly Opening[];
  /** How many operations are open, of those that its grant is about; a client of a policy file that has none of Podman's is not about them. */
  readonly open: number;
  readonly total: number;
  /** How many of all are Podman's own; the others are Docker's. */
  readonly podman: number;
  /** The list of powers that requests are held to; empty when they may ask for anything. */
  readonly powers: readonly string[];
  /** What those of them mean that are the host itself, as sentences without an end. */
  readonly hostPowers: readonly string[];
  /** Whether what is not held is let through, and only recorded. */
  readonly warns: boolean;
  /** What passes besides while it learns; undefined where it does not. */
  readonly learning: LearningReport | undefined;
  /** How much it may ask for; undefined where nothing bounds it. */
  readonly limits: ClientLimits | undefined;
  /** Which objects it touches and sees, and what of them it does not read, as sentences without an end. */
  readonly objects: readonly string[];
}

/** Works out what is open to a client and what that exposes, from the same decisions that requests meet. */
export function clientReportOf({ name, whence, grant, operations, limits }: ClientSettings): ClientReport {
  const open = operations.filter(({ name: each }) => grant.decisions.get(each)?.kind === "allow");
  const openings = open.flatMap(({ name: each, exposes }) => {
    const decision = grant.decisions.get(each);
    if (decision?.kind !== "allow") return [];
    const rule = decision.preset === undefined ? decision.rule : `the preset ${decision.preset}`;
    return [{ rule, exposes: `${exposes}${isLimitedBy(grant.powers, each) ? HELD : ""}` }];
  });
  const counted =
    whence === "" || open.some(isPodmans) ? operations : operations.filter((each) => !isPodmans(each));
  return {
    name,
    whence,
    openings: gatherOpenings(openings),
    open: open.length,
    total: counted.length,
    podman: counted.filter(isPodmans).length,
    powers: grant.powers.isEverything ? [] : grant.powers.entries,
    hostPowers: grant.powers.isEverything ? [] : explainHostPowersIn(grant.powers),
    warns: grant.warns === true,
    learning: learningReportOf(grant),
    limits,
    objects: explainObjects(grant),
  };
}

function isPodmans({ template }: Operation): boolean {
  return template.startsWith("/libpod/");
}

/**
 * The lines about one client; each can stand alone, and with several clients begins with whom it is about. There what one rule
 * opens stands together.
 */
export function explainClient(report: ClientReport): readonly string[] {
  const isAlone = report.whence === "";
  const subject = isAlone ? "" : `${report.name}: `;
  return [
    `${isAlone ? "" : `client ${report.name}, ${report.whence}: `}${explainCount(report)}`,
    ...[...report.objects, ...explainLimits(report.limits)].map((sentence) => `${subject}${sentence}`),
    ...report.openings.flatMap(({ rule, exposes }) =>
      isAlone
        ? exposes.map((phrase) => `${rule}: ${phrase}`)
        : explainTogether(rule, exposes, HELD).map((line) => `${subject}${line}`),
    ),
    ...(report.learning?.openings ?? []).flatMap(({ rule, exposes }) =>
      explainTogether(rule, exposes, HELD_TO_DEFAULT).map((line) => `${subject}LET THROUGH by ${line}`),
    ),
    ...(report.powers.length === 0
      ? []
      : [
          `${subject}powers: ${report.powers.join(", ")}: requests that ask for more are ${report.warns ? "recorded" : "refused"}`,
          ...report.hostPowers.map((sentence) => `${subject}powers: ${sentence}`),
        ]),
  ];
}

/** How long a line becomes before another one with the same beginning follows, in characters: three or four of a terminal's. */
const LINE_ROOM = 300;

/** What one rule opens, in few lines: first what is given as it is, then what is held to powers. */
function explainTogether(rule: string, exposes: readonly string[], mark: string): readonly string[] {
  const held = exposes.filter((phrase) => phrase.endsWith(mark));
  const whole = exposes.filter((phrase) => !held.includes(phrase));
  return [
    ...gather(whole).map((phrases) => `${rule}: ${phrases}`),
    ...gather(held.map((phrase) => phrase.slice(0, -mark.length))).map(
      (phrases) => `${rule}${mark}: ${phrases}`,
    ),
  ];
}

function gather(phrases: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const phrase of phrases) {
    const last = lines.at(-1);
    if (last === undefined || last.length + phrase.length > LINE_ROOM) lines.push(phrase);
    else lines[lines.length - 1] = `${last}; ${phrase}`;
  }
  return lines;
}

/** How much a client may ask for, as one sentence without an end; none where nothing bounds it. */
export function explainLimits(limits: ClientLimits | undefined): readonly string[] {
  if (limits === undefined) return [];
  const { requests, concurrent, streams, body } = limits;
  const counts = [
    requests && `${countOf(requests.rate, "request")} a second (${requests.burst} at once)`,
    concurrent && `${concurrent} at a time`,
    streams && countOf(streams, "stream"),
  ].filter((count) => count !== undefined);
  return [
    [
      ...(counts.length === 0 ? [] : [`at most ${counts.join(", ")}`]),
      ...(body === undefined ? [] : [`bodies up to ${formatSize(body)}`]),
    ].join(", "),
  ];
}

function explainCount(report: ClientReport): string {
  const { learning } = report;
  const more =
    learning === undefined
      ? ""
      : `${learning.open} more ${learning.open === 1 ? "is" : "are"} LET THROUGH while it learns, `;
  return report.open === 0 && learning === undefined
    ? `nothing is open: 0 of ${explainTotal(report)}`
    : `${report.open} of ${explainTotal(report)} are open, ${more}all others are ${report.warns ? "LET THROUGH, and recorded" : "refused"}`;
}

function explainTotal({ total, podman }: ClientReport): string {
  return podman === 0
    ? `${total} operations`
    : `${total} operations (${total - podman} of Docker's API and ${podman} of Podman's own)`;
}
