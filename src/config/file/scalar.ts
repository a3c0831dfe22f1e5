import type { Result } from "../../kernel/result.ts";
import { hasControlCharacter } from "./characters.ts";
import { quoted } from "./file-problem.ts";
import { LONGEST_NUMBER } from "./limits.ts";

/** What stands at the end of a way through the file. */
export type ScalarValue = string | number | boolean | null;

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/u;
const NOTHING: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const YES: ReadonlySet<string> = new Set(["true", "True", "TRUE"]);
const NO: ReadonlySet<string> = new Set(["false", "False", "FALSE"]);

/** What one reader of YAML takes for a number or a time, and another for something else. */
const DOUBTFUL: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^[-+]?0[0-9_]+$/u, "is octal to some readers and decimal to others"],
  [/^[-+]?0o[0-7_]+$/iu, "is an octal number to some readers and a text to others"],
  [/^[-+]?0x[0-9a-f_]+$/iu, "is a hexadecimal number"],
  [/^[-+]?0b[01_]+$/iu, "is a binary number to some readers and a text to others"],
  [/^[-+]?[0-9][0-9.]*_[0-9_.]*$/u, "is a number to some readers and a text to others"],
  [/^[-+]?[0-9.]+e[-+]?[0-9]+$/iu, "is a number with an exponent"],
  [/^\+[0-9.]+$/u, "is a number with a plus sign"],
  [/^-?(?:\.[0-9]+|[0-9]+\.)$/u, "is a number with a digit left out"],
  [/^-?0[0-9]+\.[0-9]*$/u, "is a number with a zero in front"],
  [/^[-+]?\.(?:inf|nan)$/iu, "is no number that can be counted with"],
  [/^[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?$/u, "is a number in base 60 to some readers"],
  [/^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s].*)?$/u, "is a date to some readers"],
];

/**
 * What a scalar without quotes means in YAML 1.2's core schema (chapter 10.3), or why it is refused: where readers differ, the
 * person who wrote it is asked what was meant. `yes`, `no`, `on` and `off` are texts.
 */
export function parsePlainScalar(source: string): Result<ScalarValue, string> {
  if (NOTHING.has(source)) return { ok: true, value: null };
  if (YES.has(source) || NO.has(source)) return { ok: true, value: YES.has(source) };
  if (NUMBER.test(source)) {
    return source.length > LONGEST_NUMBER
      ? { ok: false, error: `${quoted(source)} has too many digits` }
      : { ok: true, value: Number(source) };
  }
  const doubt = DOUBTFUL.find(([pattern]) => pattern.test(source))?.[1];
  return doubt === undefined
    ? parseText(source)
    : { ok: false, error: `${source} ${doubt}: put a text in quotes, write a number in plain digits` };
}

/** A text as it was meant: one line, with nothing at its ends that is lost in print. */
export function parseText(text: string): Result<string, string> {
  if (hasControlCharacter(text)) {
    const what = text.includes("\n") ? "goes over more than one line" : "has a control character";
    return { ok: false, error: `${quoted(text)} ${what}` };
  }
  return text === text.trim()
    ? { ok: true, value: text }
    : { ok: false, error: `${quoted(text)} begins or ends with white space` };
}
