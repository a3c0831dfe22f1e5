/** How many letters may differ for a name to be offered as what was meant. */
const FARTHEST = 3;

/**
 * The known name that a person most likely meant, if one is near: of several that are as near, the first. Where more than half of the
 * letters differ, none is.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = FARTHEST + 1;
  for (const each of known) {
    const slips = slipsBetween(name, each);
    if (slips < least && slips <= Math.max(name.length, each.length) / 2) {
      nearest = each;
      least = slips;
    }
  }
  return nearest;
}

/**
 * How many slips of the hand make one name of another: a letter missing, added, wrong, or swapped with its neighbour. Of names
 * that lie farther apart than anybody asks for, no more is told than that.
 */
export function slipsBetween(name: string, other: string): number {
  const least = Math.abs(name.length - other.length);
  if (least > FARTHEST) return least;
  // Optimal string alignment: a row for each beginning of the name, with its slips to each beginning of the other.
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, length) => length);
  for (let at = 0; at < name.length; at += 1) {
    const row = [at + 1];
    for (let to = 0; to < other.length; to += 1) {
      const isSame = name[at] === other[to];
      const isSwapped = to > 0 && name[at] === other[to - 1] && name[at - 1] === other[to];
      row.push(
        Math.min(
          (row[to] ?? Infinity) + 1,
          (last[to + 1] ?? Infinity) + 1,
          (last[to] ?? Infinity) + (isSame ? 0 : 1),
          isSwapped ? (beforeLast[to - 1] ?? Infinity) + 1 : Infinity,
        ),
      );
    }
    // From row to row the least only grows.
    const leastSoFar = Math.min(...row);
    if (leastSoFar > FARTHEST) return leastSoFar;
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? Infinity;
}
