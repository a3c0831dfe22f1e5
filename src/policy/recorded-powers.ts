import { type Noun, nouns } from "../docker/powers/nouns.ts";
import { type Power, powerText } from "../docker/powers/power.ts";

/** The most powers that a record keeps, and the most characters of each: a log line has a bound. */
const MOST_RECORDED = 50;
const LONGEST_RECORDED = 200;

/** Stands in no power: they are printable. */
const BETWEEN = "\n";

/** Powers as a record keeps them: without doubles, and without values in which passwords stand. */
export function recordedPowers(powers: readonly Power[]): readonly string[] {
  const texts = new Set<string>();
  for (const power of powers) {
    if (texts.size >= MOST_RECORDED) break;
    texts.add(
      nouns[power.noun].isPrivate === true ? power.noun : powerText(power).slice(0, LONGEST_RECORDED),
    );
  }
  // Joined and parted again, they are parts of each other and no more of the body: V8 keeps a whole text for a part of it.
  return texts.size === 0 ? [] : [...texts].join(BETWEEN).split(BETWEEN);
}

/** A power of a record. */
export interface RecordedPower {
  readonly noun: Noun;
  /** Undefined where records leave it out. */
  readonly value: string | undefined;
}

/** Reads the powers of a record again; undefined where it may not have all of them, or one not to its end. */
export function parseRecordedPowers(texts: readonly string[]): readonly RecordedPower[] | undefined {
  if (mayLack(texts)) return undefined;
  const powers = texts.map((text) => parseRecordedPower(text));
  return powers.every((power) => power !== undefined) ? powers : undefined;
}

/** Tells whether a record may have asked for more powers than it keeps. */
export function mayLack(texts: readonly string[]): boolean {
  return texts.length >= MOST_RECORDED;
}

/** Reads one power of a record; undefined where it is not there to its end, or where nobody knows its noun. */
export function parseRecordedPower(text: string): RecordedPower | undefined {
  const [name = "", ...rest] = text.split(":");
  if (!isNoun(name) || text.length >= LONGEST_RECORDED) return undefined;
  return { noun: name, value: nouns[name].isPrivate === true ? undefined : rest.join(":") };
}

function isNoun(name: string): name is Noun {
  return Object.hasOwn(nouns, name);
}
