import { catalogue, operations, type Operation, type OperationName } from "../../docker/operations.ts";
import type { Result } from "../../kernel/result.ts";
import { matchesGlob } from "../power-glob.ts";
import { groups } from "./groups.ts";
import { isPathRule, parsePathRule } from "./path-rule.ts";
import type { WordFault } from "./word-fault.ts";

/** One word of a grant with what it selects, which is one operation at least. */
export interface Word {
  readonly text: string;
  /** Each once, in the catalogue's order. */
  readonly operations: readonly Operation[];
}

/** No word that selects something needs more; each text that is near a name has to be compared with all of them. */
const LONGEST_WORD = 200;

const names: readonly string[] = catalogue.map(({ name }) => name);

/** What a star most likely was to stand behind: `Container*`. */
const starred: readonly string[] = [
  ...new Set(operations.map(({ name }) => `${name.replace(/(?<=[a-z])[A-Z].*$/u, "")}*`)),
];

/**
 * Reads one word of a grant: an operation's name, the same with stars, a group, or `METHOD /path`. Letters count: Docker
 * writes `ContainerList`. What selects nothing is a fault.
 */
export function parseWord(text: string): Result<Word, WordFault> {
  if (text.length > LONGEST_WORD) {
    return malformed(`${text.slice(0, LONGEST_WORD)}...`, "is longer than any word");
  }
  if (isPathRule(text)) {
    const selected = parsePathRule(text);
    return selected.ok ? { ok: true, value: { text, operations: selected.value } } : selected;
  }
  if (text === "") return malformed(text, "is an empty word: leave it out");
  if (/[\s,]/u.test(text)) return malformed(text, "is more than one word: make each an entry of its own");
  const isSelected = selectionOf(text);
  const selected = catalogue.filter(({ name }) => isSelected(name));
  return selected.length > 0
    ? { ok: true, value: { text, operations: selected } }
    : { ok: false, error: { kind: "unknown", word: text, candidates: candidatesFor(text) } };
}

/** What a person may have meant by a word that nobody knows. */
function candidatesFor(text: string): readonly string[] {
  if (text.includes(":")) return [...groups.keys()];
  return text.includes("*") ? starred : [...names, ...groups.keys()];
}

function malformed(word: string, reason: string): { readonly ok: false; readonly error: WordFault } {
  return { ok: false, error: { kind: "malformed", word, reason } };
}

function selectionOf(text: string): (name: OperationName) => boolean {
  const group = groups.get(text);
  if (group !== undefined) return (name) => group.operations.includes(name);
  const glob = text.split("*");
  return (name) => matchesGlob(glob, name);
}
