import { parseDocument } from "yaml";
import { type Content, isContent } from "../docker/answers/content.ts";
import type { Result } from "../kernel/result.ts";
import type { PowerSet } from "../policy/power-set.ts";
import { parseWord, type Word } from "../policy/words/word.ts";
import { explainWordFault } from "../policy/words/word-fault.ts";
import { nearestName } from "./nearest.ts";
import { readPowers } from "./powers.ts";

/** What a program needs, ready to be given to a client. */
export interface Preset {
  readonly name: string;
  /** What the program does with it, as one sentence. */
  readonly describes: string;
  /** Whose calls these are. */
  readonly program: string;
  readonly allow: readonly Word[];
  /** What its requests may ask for; undefined where the program creates nothing, and so needs no list of its own. */
  readonly powers: PowerSet | undefined;
  /** What of answers it has no use for: words of a view. */
  readonly hide: readonly Content[];
}

const KEYS: ReadonlySet<string> = new Set(["describes", "program", "allow", "powers", "hide"]);

/** Reads a preset from its text, or tells all that is wrong with it. */
export function parsePreset(name: string, text: string): Result<Preset, readonly string[]> {
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  const syntax = [...document.errors, ...document.warnings].map(({ message }) => message);
  if (syntax.length > 0) return { ok: false, error: syntax };
  // No alias is followed: what is said stands where it counts.
  const content: unknown = document.toJS({ maxAliasCount: 0 });
  const faults: string[] = [];
  const fields = new Map<string, unknown>(
    typeof content === "object" && content !== null ? Object.entries(content) : [],
  );
  for (const key of fields.keys()) {
    if (!KEYS.has(key)) faults.push(`there is no key ${key}`);
  }
  const sentenceOf = (key: string): string => {
    const value = fields.get(key);
    if (typeof value === "string" && value !== "") return value;
    faults.push(`${key} is no text`);
    return "";
  };
  const listOf = (key: string): readonly string[] => {
    const value = fields.get(key);
    if (Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "string")) {
      return value;
    }
    faults.push(`${key} is no list of texts`);
    return [];
  };
  const allow = listOf("allow").flatMap((entry) => {
    const word = parseWord(entry);
    if (!word.ok) faults.push(explainWordFault(word.error, nearestName));
    return word.ok ? [word.value] : [];
  });
  const powers = fields.has("powers") ? readPowers(listOf("powers").join(",")) : undefined;
  if (powers?.ok === false) faults.push(...powers.error);
  const hide = fields.has("hide")
    ? listOf("hide").flatMap((entry) => {
        if (!isContent(entry)) faults.push(`hide has no word ${entry}`);
        return isContent(entry) ? [entry] : [];
      })
    : [];
  const preset = {
    name,
    describes: sentenceOf("describes"),
    program: sentenceOf("program"),
    allow,
    powers: powers?.ok === true ? powers.value : undefined,
    hide,
  };
  return faults.length === 0 ? { ok: true, value: preset } : { ok: false, error: faults };
}
