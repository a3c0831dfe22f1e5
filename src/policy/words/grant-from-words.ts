import { catalogue, type Operation, type OperationName } from "../../docker/operations.ts";
import { type Decision, type Grant, restrictedPowers } from "../grant.ts";
import type { PowerSet } from "../power-set.ts";
import { narrowestGroupOf } from "./groups.ts";
import type { Word } from "./word.ts";

/** Words that open operations, from one place. */
export interface AllowSource {
  /** The preset that they are from; undefined where the client has them itself. */
  readonly name: string | undefined;
  readonly words: readonly Word[];
}

/** What a client is given in words. */
export interface WordLists {
  readonly allow: readonly AllowSource[];
  readonly deny: readonly Word[];
  readonly powers: PowerSet;
  /** Where its lists stand, for a refusal to point there: `clients.dashboard`. */
  readonly place: string;
}

/**
 * Decides every operation of the catalogue from words, once. What no word opens is closed, and a word of `deny` goes before
 * all that open. Neither the order of words nor that of sources changes anything.
 */
export function grantFromWords({ allow, deny, powers, place }: WordLists): Grant {
  const opening = openingRules(allow);
  const decisions = catalogue.map((operation): readonly [OperationName, Decision] => {
    const { name } = operation;
    const opened = opening.get(name);
    return opened === undefined
      ? [name, closedFor(operation, place)]
      : [name, { kind: "allow", ...opened, restricted: restrictedPowers(name, powers), exceptions: [] }];
  });
  const grant = {
    decisions: new Map(decisions),
    powers,
    powersPlace: `${place}.powers`,
    openingPlace: `${place}.allow`,
  };
  return withDenied(grant, deny, place);
}

/** The same grant, however it was made, without what the words of a `deny` select. */
export function withDenied(grant: Grant, deny: readonly Word[], place: string): Grant {
  const denied = denyingWords(deny);
  return {
    ...grant,
    decisions: new Map(
      [...grant.decisions].map(([name, decision]) => {
        const word = denied.get(name);
        return [name, word === undefined ? decision : deniedBy(word, place)];
      }),
    ),
  };
}

/** What opened an operation. */
type Opened = Pick<Extract<Decision, { kind: "allow" }>, "rule" | "preset">;

/** For each operation what opens it: of several words the one that opens the fewest, which says most. */
export function openingRules(allow: readonly AllowSource[]): ReadonlyMap<OperationName, Opened> {
  const entries = allow.flatMap(({ name, words }) =>
    words.map((word) => ({
      word,
      rule: name === undefined ? { rule: word.text } : { rule: `${word.text} of ${name}`, preset: name },
    })),
  );
  return firstByOperation(
    entries.toSorted(
      (one, other) => compareWords(one.word, other.word) || compareTexts(one.rule.rule, other.rule.rule),
    ),
  );
}

/** For each operation what closed it, likewise. */
function denyingWords(deny: readonly Word[]): ReadonlyMap<OperationName, string> {
  return firstByOperation(deny.toSorted(compareWords).map((word) => ({ word, rule: word.text })));
}

function firstByOperation<Rule>(
  entries: readonly { readonly word: Word; readonly rule: Rule }[],
): ReadonlyMap<OperationName, Rule> {
  const rules = new Map<OperationName, Rule>();
  for (const { word, rule } of entries) {
    for (const { name } of word.operations) {
      if (!rules.has(name)) rules.set(name, rule);
    }
  }
  return rules;
}

/** The narrower word first; of two as narrow, whatever their order was, always the same. */
function compareWords(one: Word, other: Word): number {
  return one.operations.length - other.operations.length || compareTexts(one.text, other.text);
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function closedFor({ name }: Operation, place: string): Decision {
  const group = narrowestGroupOf(name);
  const words = group === undefined ? name : `${name} (or ${group.name})`;
  return { kind: "deny", rule: name, missing: [name], remedy: `needs ${words} in ${place}.allow` };
}

/** Nothing is missing that could be added: something has to go. */
function deniedBy(word: string, place: string): Decision {
  return { kind: "deny", rule: `deny ${word}`, missing: [], remedy: `denied by "${word}" in ${place}.deny` };
}
