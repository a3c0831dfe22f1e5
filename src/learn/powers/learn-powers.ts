import { type Noun, nouns } from "../../docker/powers/nouns.ts";
import { parsePowerSet, type PowerSet } from "../../policy/power-set.ts";
import type { Tallied } from "../tally.ts";
import { type LearntEntry, learnNoun } from "./entries.ts";

/** Powers of one noun that were seen. */
export interface SeenPowers {
  readonly noun: Noun;
  readonly seen: readonly Tallied[];
  /** Whether there were more than are known. */
  readonly isMore: boolean;
}

/** A list of powers. */
export interface LearntPowers {
  /** The set that the list begins with: `default` where it is not known of all exchanges what they asked for. */
  readonly base: "none" | "default";
  readonly entries: readonly LearntEntry[];
  /** What the list does not give, for nothing narrow does: for a person to decide. */
  readonly left: readonly Tallied[];
}

const ORDER: ReadonlyMap<string, number> = new Map(Object.keys(nouns).map((noun, index) => [noun, index]));

/** The smallest list that a person would write for what was seen, in the order of the vocabulary: what reaches furthest first. */
export function learnPowers(all: readonly SeenPowers[], base: LearntPowers["base"]): LearntPowers {
  const entries: LearntEntry[] = [];
  const left: Tallied[] = [];
  for (const { noun, seen, isMore } of all.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    // What names containers takes their names away from those who rename, which stands behind it: what is held changes.
    const held = setOf([base, ...entries.map(({ text }) => text)]);
    const lacking = seen.filter(({ key }) => !held.holds({ noun, value: key.slice(noun.length + 1) }));
    if (lacking.length === 0) continue;
    const learnt = learnNoun(noun, lacking, isMore);
    entries.push(...learnt.entries);
    left.push(...learnt.left);
  }
  return { base, entries, left };
}

/** The list as it is written: the set that it begins with may be left out where it is none and others stand there. */
export function listOf({ base, entries }: LearntPowers): readonly string[] {
  const texts = entries.map(({ text }) => text);
  return base === "none" && texts.length > 0 ? texts : [base, ...texts];
}

function rankOf({ noun }: SeenPowers): number {
  return ORDER.get(noun) ?? 0;
}

function setOf(entries: readonly string[]): PowerSet {
  const parsed = parsePowerSet(entries.join(","));
  if (!parsed.ok) throw new Error(`learnt what is no list of powers: ${entries.join(",")}`);
  return parsed.value;
}
