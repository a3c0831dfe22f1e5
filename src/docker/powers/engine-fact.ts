import type { JsonValue } from "../json/value.ts";
import type { EngineLookup } from "./asking.ts";
import type { Noun } from "./nouns.ts";
import type { Power } from "./power.ts";

type Given = readonly (readonly [noun: Noun, value: string])[];

/** Something that the engine is, by which one word of a request gives less or more. */
export interface EngineFact {
  /** What the engine is asked, behind "asked". */
  readonly question: string;
  /** Where to ask it, for a request in this version: nowhere where the version says that it is not so. */
  readonly target: (version: string | undefined) => string | undefined;
  readonly isSo: (answer: JsonValue) => boolean;
  /** What the word gives where it is so, which is no more than elsewhere, and elsewhere. */
  readonly least: (name: string) => Given;
  readonly most: (name: string) => Given;
  /** Whether nearly every engine is so. */
  readonly isUsual: boolean;
}

/** The least that a word gives with any engine. */
function leastOfFact(fact: EngineFact, lookup: EngineLookup): readonly Power[] {
  return powersFrom(fact.least(lookup.name), lookup);
}

/** What it gives with nearly every engine. */
export function usualOfFact(fact: EngineFact, lookup: EngineLookup): readonly Power[] {
  return fact.isUsual ? leastOfFact(fact, lookup) : mostOfFact(fact, lookup);
}

/** The most that it gives with any engine. */
export function mostOfFact(fact: EngineFact, lookup: EngineLookup): readonly Power[] {
  return powersFrom(fact.most(lookup.name), lookup);
}

/** What it gives with an engine that says this; with one that says nothing the most. */
export function powersOfFact(
  fact: EngineFact,
  lookup: EngineLookup,
  answer: JsonValue | undefined,
): readonly Power[] {
  return answer !== undefined && fact.isSo(answer) ? leastOfFact(fact, lookup) : mostOfFact(fact, lookup);
}

/** What an engine is like every client may know, so nothing of it is hidden. */
function powersFrom(given: Given, { place }: EngineLookup): readonly Power[] {
  return given.map(([noun, value]) => ({ noun, value, place }));
}
