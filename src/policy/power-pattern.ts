import type { Noun } from "../docker/powers/nouns.ts";
import type { Result } from "../kernel/result.ts";

/** Whether an entry gives or takes away. What is taken away is taken with all that could include it. */
export type Effect = "grant" | "removal";

/** An entry's pattern, prepared. */
export interface Matcher {
  /** The pattern in its one spelling. */
  readonly text: string;
  /** Whether it stands for every value of its noun, even one that can't be understood. */
  readonly isEverything: boolean;
  readonly matches: (value: string) => boolean;
}

/** Reads the pattern of one kind; the error is the rest of a sentence that begins with the entry. */
export type PatternParser = (noun: Noun, pattern: string, effect: Effect) => Result<Matcher, string>;

/** A pattern that stands for every value. */
export const everything: Matcher = { text: "*", isEverything: true, matches: () => true };

/** Stands for a value that nobody knows before the engine does, such as `(image)`; no real value is spelt so. */
export function isUnknown(value: string): boolean {
  return /^\([a-z]+\)$/u.test(value);
}

/** Said of a percent sign that begins no escape. */
export const BAD_ESCAPE = "has a percent sign that begins no escape: write %25 for the sign itself";

/** A pattern that could not be used. */
export function fault(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}

/** A pattern that stands for some values. */
export function matcher(
  text: string,
  matches: (value: string) => boolean,
): { readonly ok: true; readonly value: Matcher } {
  return { ok: true, value: { text, isEverything: false, matches } };
}
