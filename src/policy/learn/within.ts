import type { Result } from "../../kernel/result.ts";
import type { WordFault } from "../words/word-fault.ts";
import { parseWord, type Word } from "../words/word.ts";
import { defaultCeiling } from "./default-ceiling.ts";

/** Opens what a ceiling has where nobody says more: reading what things are. */
export const DEFAULT_WITHIN = "default";
/** Opens nothing: the client learns by its records alone. */
const NOTHING_WITHIN = "none";

/** Reads one word of a ceiling: one of a grant, or one of these two. */
export function parseWithin(text: string): Result<Word, WordFault> {
  if (text === DEFAULT_WITHIN) return { ok: true, value: { text, operations: defaultCeiling() } };
  if (text === NOTHING_WITHIN) return { ok: true, value: { text, operations: [] } };
  const parsed = parseWord(text);
  return parsed.ok || parsed.error.kind !== "unknown"
    ? parsed
    : {
        ok: false,
        error: { ...parsed.error, candidates: [...parsed.error.candidates, DEFAULT_WITHIN, NOTHING_WITHIN] },
      };
}

/** What is wrong with words together, each of which can be read; undefined where nothing is. */
export function findWithinFault(words: readonly string[]): string | undefined {
  return words.length > 1 && words.includes(NOTHING_WITHIN)
    ? `${NOTHING_WITHIN} stands alone: it opens nothing`
    : undefined;
}
