import { type Content, contents, isContent } from "../../docker/answers/content.ts";
import type { Result } from "../../kernel/result.ts";
import { type Glob, isOnlyStars, parseGlob } from "../power-glob.ts";
import { BAD_ESCAPE } from "../power-pattern.ts";

/** One word of a view: a kind of what answers tell, or the labels whose key matches a pattern. */
export type ViewWord =
  | { readonly kind: "content"; readonly content: Content }
  | { readonly kind: "labels"; readonly keys: Glob };

/** Why a word can't be used. Whoever tells it finds among the candidates what was meant. */
export type ViewWordFault =
  | { readonly kind: "unknown"; readonly word: string; readonly candidates: readonly string[] }
  /** The reason is the rest of a sentence that begins with the word. */
  | { readonly kind: "malformed"; readonly word: string; readonly reason: string };

/** What stands before a pattern of labels. */
const LABELS_OF = "labels:";

/** Reads a word as the policy file has it: `env`, `labels:traefik.*`. All labels are `labels` itself. */
export function parseViewWord(word: string): Result<ViewWord, ViewWordFault> {
  if (isContent(word)) return { ok: true, value: { kind: "content", content: word } };
  if (!word.startsWith(LABELS_OF)) {
    return { ok: false, error: { kind: "unknown", word, candidates: Object.keys(contents) } };
  }
  const pattern = word.slice(LABELS_OF.length);
  if (pattern === "") return malformed(word, "has no pattern behind the colon, such as traefik.*");
  const keys = parseGlob(pattern);
  if (keys === undefined) return malformed(word, BAD_ESCAPE);
  return isOnlyStars(keys)
    ? { ok: true, value: { kind: "content", content: "labels" } }
    : { ok: true, value: { kind: "labels", keys } };
}

function malformed(word: string, reason: string): Result<never, ViewWordFault> {
  return { ok: false, error: { kind: "malformed", word, reason } };
}
