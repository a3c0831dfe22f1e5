import { explainSkipped, type JournalFindings } from "../journal/read-journal.ts";
import { onOneLine } from "../kernel/one-line.ts";
import type { RecordGroups } from "./replay-groups.ts";
import type { ReplayOutcome } from "./replay-tally.ts";

/** What a log was judged by. */
export interface ReplayPolicy {
  /** The policy file; undefined where the environment says what everybody may do. */
  readonly file: string | undefined;
  /** The beginning of the SHA-256 of its text. */
  readonly hash: string | undefined;
}

/** What a record can't say, and so no replay either. */
const NOT_JUDGED: readonly string[] = [
  "who each caller is (from)",
  "limits",
  "what answers show",
  "what a request names beside the object in its path",
  "names that were not looked up",
];

/** The most groups of an outcome that are shown to a person; `--json` has them all. */
const MOST_SHOWN = 20;

/** Says what a policy makes of a log, a line each; `isStrict` is whether what can't be told counts as refused. */
export function explainReplay(
  { file }: ReplayPolicy,
  outcome: ReplayOutcome,
  findings: JournalFindings,
  isStrict: boolean,
): readonly string[] {
  const { judged, unchanged, presumed, refused, allowed, unknown, unknownPassed, strangers } = outcome;
  const counts = [
    `${unchanged} as before`,
    `${refused.count} would be refused now`,
    `${allowed.count} would be allowed now`,
    ...(unknown.count === 0 ? [] : [`${unknown.count} can't be told (${unknownPassed} of them passed)`]),
  ];
  const lines = [
    `judged ${judged} ${judged === 1 ? "exchange" : "exchanges"} by ${file ?? "the environment"}: ${counts.join(", ")}`,
    ...explainGroups("would be refused now", refused),
    ...explainGroups("would be allowed now", allowed),
    ...explainGroups("can't be told", unknown),
    ...(unknownPassed === 0 ? [] : [explainExit(unknownPassed, isStrict)]),
    ...(presumed === 0
      ? []
      : [
          `presumed of ${presumed} that pass: they asked for neither field nor template, which nobody looked for`,
        ]),
    ...strangers.map((name) => `${file ?? ""} has no client ${name}; --as ${name}=NAME says who that is now`),
    ...explainUnjudged(outcome),
    `not judged: ${NOT_JUDGED.join(", ")}`,
    ...[explainSkipped(findings)].filter((line) => line !== undefined),
  ];
  // A log has what clients sent.
  return lines.map((line) => `${/^ */u.exec(line)?.[0] ?? ""}${onOneLine(line.trimStart())}`);
}

/** A step of a CI that ends well must not hide what nobody knows. */
function explainExit(unknownPassed: number, isStrict: boolean): string {
  const them = `${unknownPassed} that passed and can't be told`;
  return isStrict
    ? `exit code: ${them} count as refused (--strict)`
    : `exit code: ${them} do not count; with --strict they count as refused`;
}

function explainGroups(title: string, { groups, ungrouped }: RecordGroups): readonly string[] {
  if (groups.length === 0) return [];
  const hidden = groups.slice(MOST_SHOWN);
  const left = hidden.reduce((sum, { count }) => sum + count, ungrouped);
  return [
    `${title}:`,
    ...groups
      .slice(0, MOST_SHOWN)
      .flatMap(({ client, operation, reason, count, examples }) => [
        `  ${count} x ${client} ${operation}: ${reason}`,
        ...examples.map(
          ({ time, method, path }) => `      ${[time, method, path].filter(Boolean).join(" ")}`,
        ),
      ]),
    ...(left === 0 ? [] : [`  and ${left} more, for other reasons (--json has them)`]),
  ];
}

function explainUnjudged({ malformed, limited, undecided, others }: ReplayOutcome): readonly string[] {
  const parts = [
    ...(malformed === 0 ? [] : [`${malformed} that were refused for what they said`]),
    ...(limited === 0 ? [] : [`${limited} that were beyond a limit`]),
    ...(undecided === 0 ? [] : [`${undecided} that ended before they were decided or sent`]),
    ...(others === 0 ? [] : [`${others} of other clients`]),
  ];
  return parts.length === 0 ? [] : [`left as they are: ${parts.join(", ")}`];
}

/** The same for a program: one JSON document. */
export function serializeReplay(
  { file, hash }: ReplayPolicy,
  outcome: ReplayOutcome,
  { records, notes, skipped, broken }: JournalFindings,
): string {
  const report = {
    policy: file === undefined ? null : { file, hash },
    ...outcome,
    notJudged: NOT_JUDGED,
    read: { records, notes, skipped: Object.fromEntries(skipped), broken },
  };
  return JSON.stringify(report, undefined, 2);
}
