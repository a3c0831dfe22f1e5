import { type Noun, nouns } from "../../docker/powers/nouns.ts";
import { parsePowerSet, type PowerSet } from "../../policy/power-set.ts";
import type { ObservedClient } from "../observed-client.ts";
import { mergeTallied, type Tallied } from "../tally.ts";
import { type LearntEntry, learnNoun, valueOf } from "./entries.ts";

/** A list of powers. */
export interface LearntPowers {
  /** The set that the list begins with: `default` where it is not known of all exchanges what they asked for. */
  readonly base: "none" | "default";
  readonly entries: readonly LearntEntry[];
  /** What the list does not give, for nothing narrow does: for a person to decide. */
  readonly left: readonly Tallied[];
}

const ORDER: ReadonlyMap<string, number> = new Map(Object.keys(nouns).map((noun, index) => [noun, index]));

/**
 * The smallest list that a person would write for what these clients used together, in the order of the vocabulary: what reaches
 * furthest first.
 */
export function learnPowers(clients: readonly ObservedClient[]): LearntPowers {
  const base = baseOf(clients);
  const entries: LearntEntry[] = [];
  const left: Tallied[] = [];
  const nounsSeen = new Set(clients.flatMap(({ powers }) => [...powers.keys()]));
  for (const noun of [...nounsSeen].toSorted((one, other) => rankOf(one) - rankOf(other))) {
    const tallies = clients.flatMap(({ powers }) => powers.get(noun) ?? []);
    // What names containers takes their names away from those who rename, which stands behind it: what is held changes.
    const held = setOf([base, ...entries.map(({ text }) => text)]);
    const lacking = mergeTallied(tallies.flatMap((tally) => tally.entries())).filter(
      ({ key }) => !held.holds({ noun, value: valueOf(noun, key) }),
    );
    if (lacking.length === 0) continue;
    const isMore = tallies.some(({ beyond }) => beyond > 0);
    const learnt = learnNoun(noun, lacking, isMore);
    entries.push(...learnt.entries);
    left.push(...learnt.left);
  }
  return { base, entries, left };
}

function baseOf(clients: readonly ObservedClient[]): LearntPowers["base"] {
  const isUnjudged = clients.some(({ used }) => [...used.values()].some(({ unjudged }) => unjudged > 0));
  return isUnjudged ? "default" : "none";
}

/** The list as it is written: the set that it begins with may be left out where it is none and others stand there. */
export function listOf({ base, entries }: LearntPowers): readonly string[] {
  const texts = entries.map(({ text }) => text);
  return base === "none" && texts.length > 0 ? texts : [base, ...texts];
}

/** What the list gives, as the gate reads it. */
export function setOfLearnt(powers: LearntPowers): PowerSet {
  return setOf(listOf(powers));
}

function rankOf(noun: Noun): number {
  return ORDER.get(noun) ?? 0;
}

function setOf(entries: readonly string[]): PowerSet {
  const parsed = parsePowerSet(entries.join(","));
  if (!parsed.ok) throw new Error(`learnt what is no list of powers: ${entries.join(",")}`);
  return parsed.value;
}
