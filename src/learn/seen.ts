/** How often something was seen, and between which times. Times are the log's, which compare as texts. */
export interface Seen {
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

/** What was seen as it is counted. */
export interface Counted {
  count: number;
  first: string;
  last: string;
}

/** Begins to count what was seen at this time. */
export function beginCount(time: string, times: number): Counted {
  return { count: times, first: time, last: time };
}

/** Counts what was seen again, in whatever order. */
export function countAgain(counted: Counted, time: string, times: number): void {
  counted.count += times;
  if (time > counted.last) counted.last = time;
  else if (time < counted.first) counted.first = time;
}

/** Both together; the one may be missing. */
export function addSeen(one: Seen | undefined, other: Seen): Seen {
  if (one === undefined) return other;
  return {
    count: one.count + other.count,
    first: one.first < other.first ? one.first : other.first,
    last: one.last > other.last ? one.last : other.last,
  };
}

/** Says how often and when: `once, 2026-11-30T08:01Z` or `12 times, 2026-11-24T15:04Z to 2026-11-30T08:01Z`. */
export function explainSeen({ count, first, last }: Seen): string {
  return `${explainCount(count)}, ${explainSpan({ first, last })}`;
}

/** Says when, to the minute: `2026-11-24T15:04Z to 2026-11-30T08:01Z`, or one of them where both are the same. */
export function explainSpan({ first, last }: Pick<Seen, "first" | "last">): string {
  const [from = "", to = ""] = [first, last].map(explainTime);
  return from === to ? from : `${from} to ${to}`;
}

/** Says how often: `once`, `1,200 times`. */
export function explainCount(count: number): string {
  return count === 1 ? "once" : `${formatCount(count)} times`;
}

/** Says of how many exchanges, inside of a sentence: `1 exchange`, `1,200 exchanges`. */
export function exchanges(count: number): string {
  return count === 1 ? "1 exchange" : `${formatCount(count)} exchanges`;
}

/** A number with commas. */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ",");
}

function explainTime(time: string): string {
  return `${time.slice(0, "2026-11-30T08:01".length)}Z`;
}
