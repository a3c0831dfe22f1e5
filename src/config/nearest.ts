import { closest, distance } from "fastest-levenshtein";

/** How many letters may differ for a name to be offered as what was meant. */
const FARTHEST = 3;

/** The known name that a person most likely meant, if one is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const nearest = known.length === 0 ? undefined : closest(name, known);
  return nearest !== undefined && distance(name, nearest) <= FARTHEST ? nearest : undefined;
}

/** Tells whether two names differ in one letter. */
export function isOneLetterOff(name: string, other: string): boolean {
  return distance(name, other) === 1;
}
