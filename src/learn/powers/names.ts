import { asSeen, type Candidate, type Generaliser, groupBy } from "./candidate.ts";

/** How sure it is that a part of a name is another one each time. */
interface Level {
  /** So many names that differ in such parts alone are one pattern. */
  readonly least: number;
  readonly parts: readonly RegExp[];
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/u;
/** A container's short id, or more. */
const ID = /(?<![A-Za-z0-9])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{12,64}(?![A-Za-z0-9])/u;
/** Letters and digits, neither of which stand apart as in `postgres16`. */
const MIXED =
  /(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]*(?:[0-9][A-Za-z]|[A-Za-z][0-9]+[A-Za-z])[A-Za-z0-9]*(?![A-Za-z0-9])/u;
const NUMBER = /(?<![A-Za-z0-9])[0-9]+(?![A-Za-z0-9])/u;

/** What takes most away first. */
const LEVELS: readonly Level[] = [
  { least: 3, parts: [UUID, ID, MIXED, NUMBER] },
  { least: 2, parts: [UUID, ID, MIXED] },
  { least: 1, parts: [UUID, ID] },
];

/** A pattern has to say so many letters of what is meant. */
const LEAST_LETTERS = 3;

/** What a container's names may be wholly: its short id, which Compose and Watchtower give it as an alias, or all of it. */
const WHOLLY_RANDOM = /^(?:[0-9a-f]{12}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u;

/** Tells whether a name was made of an id alone: it never comes again, and no pattern stands for those that come. */
export function isWhollyRandom(value: string): boolean {
  return WHOLLY_RANDOM.test(value);
}

/** Names that differ in what looks chosen at random, or counted, are one pattern: `runner-*`. */
export const generaliseNames: Generaliser = (values) => byLevel(values, LEVELS, (pattern) => pattern);

/**
 * The same of names of what others have too. How such a name begins says whose it is: a client that calls what it makes
 * `0a1b2c3d4e5f_key` does not get all that ends in `_key`.
 */
export const generaliseNamesOfMany: Generaliser = (values) =>
  byLevel(values, LEVELS, (pattern) => pattern.slice(0, pattern.indexOf("*")));

/** `saidBy` is the part of a pattern that says what is meant. */
function byLevel(
  values: readonly string[],
  [level, ...others]: readonly Level[],
  saidBy: (pattern: string) => string,
): readonly Candidate[] {
  if (level === undefined) return asSeen(values);
  const left: string[] = [];
  const found: Candidate[] = [];
  for (const [pattern, alike] of groupBy(values, (value) => starred(value, level.parts))) {
    const letters = saidBy(pattern).replaceAll(/[^A-Za-z]/gu, "").length;
    if (pattern.includes("*") && alike.length >= level.least && letters >= LEAST_LETTERS) {
      found.push({ pattern, values: alike });
    } else left.push(...alike);
  }
  return [...found, ...byLevel(left, others, saidBy)];
}

function starred(value: string, parts: readonly RegExp[]): string {
  return parts
    .reduce((text, part) => text.replaceAll(new RegExp(part, "gu"), "*"), value)
    .replaceAll(/\*(?:[-_.]?\*)+/gu, "*");
}
