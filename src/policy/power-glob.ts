/** A text with stars: what stands between them, decoded. One part is a text without stars. */
export type Glob = readonly string[];

/** Stands for any number of segments of a path. */
export const DEEP = "**";

/** One segment of a pattern, or any number of them. */
export type SegmentPattern = Glob | typeof DEEP;

/** Reads a pattern; undefined when an escape in it is none. An escaped star is a star that stands for itself. */
export function parseGlob(pattern: string): Glob | undefined {
  const parts = pattern.split("*").map((part) => decodeValue(part));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** The text that a value of a power was encoded from, or undefined when it is no such value. */
export function decodeValue(value: string): string | undefined {
  if (!value.includes("%")) {
    return value;
  }
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** Tells whether a pattern matches whatever there is. */
export function isOnlyStars(glob: Glob): boolean {
  return glob.length > 1 && glob.every((part) => part === "");
}

/** Tells whether all of the text is matched. Each part is looked for once, from left to right. */
export function matchesGlob(glob: Glob, text: string): boolean {
  const [first = ""] = glob;
  const end = glob.length - 1;
  if (end <= 0) {
    return text === first;
  }
  if (!text.startsWith(first)) {
    return false;
  }
  let from = first.length;
  for (let index = 1; index < end; index += 1) {
    const part = glob[index] ?? "";
    const at = text.indexOf(part, from);
    if (at === -1) {
      return false;
    }
    from = at + part.length;
  }
  const last = glob[end] ?? "";
  return text.length - from >= last.length && text.endsWith(last);
}

/**
 * Tells whether all segments are matched. What stands before the first `**` and behind the last has its place; each run
 * between two of them is taken where it is found first.
 */
export function matchesSegments(pattern: readonly SegmentPattern[], segments: readonly string[]): boolean {
  const first = pattern.indexOf(DEEP);
  if (first === -1) {
    return pattern.length === segments.length && matchesRun(pattern, 0, first, segments, 0);
  }
  const last = pattern.lastIndexOf(DEEP);
  const end = segments.length - (pattern.length - last - 1);
  if (first > end || !matchesRun(pattern, 0, first, segments, 0)) {
    return false;
  }
  let at = first;
  let next = first + 1;
  while (next <= last) {
    const stop = pattern.indexOf(DEEP, next);
    const length = stop - next;
    while (at + length <= end && !matchesRun(pattern, next, stop, segments, at)) {
      at += 1;
    }
    if (at + length > end) {
      return false;
    }
    at += length;
    next = stop + 1;
  }
  return matchesRun(pattern, last + 1, -1, segments, end);
}

/** Tells whether the part of a pattern that has no `**` matches the segments from `at` on; -1 is its end. */
function matchesRun(
  pattern: readonly SegmentPattern[],
  start: number,
  stop: number,
  segments: readonly string[],
  at: number,
): boolean {
  const end = stop === -1 ? pattern.length : stop;
  for (let index = start; index < end; index += 1) {
    const segment = segments[at + index - start];
    const expected = pattern[index];
    if (segment === undefined || expected === undefined || expected === DEEP) return false;
    if (!matchesGlob(expected, segment)) return false;
  }
  return true;
}
