import { catalogue, type Operation } from "../../../src/docker/operations.ts";
import type { Grant } from "../../../src/policy/grant.ts";
import { everyPower } from "../../../src/policy/power-set.ts";
import { grantFromWords } from "../../../src/policy/words/grant-from-words.ts";
import { parseWord, type Word } from "../../../src/policy/words/word.ts";

/** The operation of this name. */
export function operationOf(name: string): Operation {
  const operation = catalogue.find((each) => each.name === name);
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  return operation;
}

/** A word that can be used. */
export function wordOf(text: string): Word {
  const parsed = parseWord(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** The names of what a word selects. */
export function selectedBy(text: string): readonly string[] {
  return wordOf(text).operations.map(({ name }) => name);
}

/** The grant of lists of words, with every power, of a client called dashboard. */
export function grantOfWords(allow: readonly string[], deny: readonly string[] = []): Grant {
  return grantFromWords({
    allow: [{ name: undefined, words: allow.map((text) => wordOf(text)) }],
    deny: deny.map((text) => wordOf(text)),
    powers: everyPower,
    place: "clients.dashboard",
  });
}

/** The names of what a grant opens. */
export function openIn({ decisions }: Grant): readonly string[] {
  return [...decisions].filter(([, { kind }]) => kind === "allow").map(([name]) => name);
}
