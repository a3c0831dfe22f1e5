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
  const [first = "", ...others] = glob;
  const last = others.pop();
  if (last === undefined) {
    return text === first;
  }
  if (!text.startsWith(first)) {
    return false;
  }
  let from = first.length;
  for (const part of others) {
    const at = text.indexOf(part, from);
    if (at === -1) {
      return false;
    }
    from = at + part.length;
  }
  return text.length - from >= last.length && text.endsWith(last);
}

/** Tells whether all segments are matched. When it gets stuck, only the last `**` before it takes one more. */
export function matchesSegments(pattern: readonly SegmentPattern[], segments: readonly string[]): boolean {
  let next = 0;
  let at = 0;
  let deep: { readonly next: number; taken: number } | undefined;
  while (at < segments.length) {
    const expected = pattern[next];
    if (expected === DEEP) {
      next += 1;
      deep = { next, taken: at };
    } else if (expected !== undefined && matchesGlob(expected, segments[at] ?? "")) {
      next += 1;
      at += 1;
    } else if (deep === undefined) {
      return false;
    } else {
      deep.taken += 1;
      next = deep.next;
      at = deep.taken;
    }
  }
  return pattern.slice(next).every((expected) => expected === DEEP);
}
