import { nearestName } from "../config/nearest.ts";
import { LOG_LEVELS, type LogLevel, VERDICT_WORDS } from "../kernel/log-words.ts";
import type { Result } from "../kernel/result.ts";
import { explainWordFault } from "../policy/words/word-fault.ts";
import { parseWord } from "../policy/words/word.ts";
import { type OptionDefinition, parseOptions } from "./option-words.ts";

/** When lines have colours. */
export type ColorChoice = "auto" | "always" | "never";

/** Which exchanges are shown; what is undefined or empty leaves out none. */
export interface LogFilter {
  readonly clients: ReadonlySet<string>;
  readonly operations: ReadonlySet<string>;
  readonly verdicts: ReadonlySet<string>;
  /** Nothing that is less grave; of notes too. */
  readonly level: LogLevel;
  /** Nothing before this moment, as the log writes it; of notes too. */
  readonly since: string | undefined;
}

/** What `quaygate log` is to do. */
export interface LogWords {
  /** The logs; `-` is standard input, and so is none. */
  readonly files: readonly string[];
  readonly isFollowed: boolean;
  readonly filter: LogFilter;
  readonly color: ColorChoice;
  /** Whether what repeats has a line each. */
  readonly isEach: boolean;
}

const COLORS: readonly ColorChoice[] = ["auto", "always", "never"];

const OPTIONS: ReadonlyMap<string, OptionDefinition> = new Map<string, OptionDefinition>([
  ["-f", {}],
  ["--follow", {}],
  ["--client", { wants: "the name of a client", isRepeated: true }],
  [
    "--operation",
    { wants: "an operation as in a policy, such as ContainerList or Container*", isRepeated: true },
  ],
  ["--verdict", { wants: VERDICT_WORDS.join(", "), isRepeated: true }],
  ["--level", { wants: LOG_LEVELS.join(", ") }],
  ["--since", { wants: "a time such as 2026-11-24T15:00:00Z, or how long ago, such as 10m" }],
  ["--color", { wants: COLORS.join(", ") }],
  ["--each", {}],
]);

/** Understands the command line of `quaygate log`, or says what it wants. `now` is in milliseconds since 1970. */
export function parseLogWords(words: readonly string[], now: number): Result<LogWords, string> {
  const parsed = parseOptions("log", words, OPTIONS);
  if (!parsed.ok) return parsed;
  const { options, others } = parsed.value;
  const isFollowed = options.has("-f") || options.has("--follow");
  if (isFollowed && others.length !== 1) {
    return refused("log -f follows one FILE; what is piped into it is followed to its end anyway");
  }
  const operations = operationsOf(options.get("--operation") ?? []);
  if (!operations.ok) return operations;
  const verdicts = options.get("--verdict") ?? [];
  const stranger = verdicts.find((verdict) => !VERDICT_WORDS.some((known) => known === verdict));
  if (stranger !== undefined)
    return refused(`log --verdict wants ${VERDICT_WORDS.join(", ")}, and got ${stranger}`);
  const level = chosen("--level", LOG_LEVELS, options, "debug");
  if (!level.ok) return level;
  const color = chosen("--color", COLORS, options, "auto");
  if (!color.ok) return color;
  const [sinceText] = options.get("--since") ?? [];
  const since = sinceText === undefined ? undefined : parseSince(sinceText, now);
  if (since?.ok === false) return since;
  return {
    ok: true,
    value: {
      files: others,
      isFollowed,
      color: color.value,
      isEach: options.has("--each"),
      filter: {
        clients: new Set(options.get("--client")),
        operations: operations.value,
        verdicts: new Set(verdicts),
        level: level.value,
        since: since?.value,
      },
    },
  };
}

function operationsOf(texts: readonly string[]): Result<ReadonlySet<string>, string> {
  const names = new Set<string>();
  for (const text of texts) {
    const word = parseWord(text);
    if (!word.ok) return refused(`log --operation: ${explainWordFault(word.error, nearestName)}`);
    for (const { name } of word.value.operations) names.add(name);
  }
  return { ok: true, value: names };
}

function chosen<Choice extends string>(
  option: string,
  choices: readonly Choice[],
  options: ReadonlyMap<string, readonly string[]>,
  fallback: Choice,
): Result<Choice, string> {
  const text = options.get(option)?.[0] ?? fallback;
  const choice = choices.find((known) => known === text);
  return choice === undefined
    ? refused(`log ${option} wants ${choices.join(", ")}, and got ${text}`)
    : { ok: true, value: choice };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

function parseSince(text: string, now: number): Result<string, string> {
  const [, amount, unit = ""] = /^([0-9]{1,6})([smhd])$/u.exec(text) ?? [];
  const moment =
    amount === undefined
      ? /^\d{4}-\d\d-\d\d/u.test(text)
        ? Date.parse(text)
        : Number.NaN
      : now - Number(amount) * (UNITS.get(unit) ?? Number.NaN);
  return Number.isNaN(moment)
    ? refused(
        `log --since wants a time such as 2026-11-24T15:00:00Z, or how long ago, such as 10m, and got ${text}`,
      )
    : { ok: true, value: new Date(moment).toISOString() };
}

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
