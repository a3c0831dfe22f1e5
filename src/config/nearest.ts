import { closest, distance } from "fastest-levenshtein";

/** How many letters may differ for a name to be offered as what was meant. */
const FARTHEST = 3;

/** The known name that a person most likely meant, if one is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const nearest = known.length === 0 ? undefined : closest(name, known);
  return nearest !== undefined && distance(name, nearest) <= FARTHEST ? nearest : undefined;
}

/** How many slips of the hand make one name of another: a letter missing, added, wrong, or swapped with its neighbour. */
export function slipsBetween(name: string, other: string): number {
  const least = Math.abs(name.length - other.length);
  if (least > FARTHEST) {
    return least;
  }
  const swapped = Array.from(
    { length: Math.max(0, name.length - 1) },
    (_, at) => name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2),
  );
  return Math.min(distance(name, other), ...swapped.map((each) => 1 + distance(each, other)));
}
