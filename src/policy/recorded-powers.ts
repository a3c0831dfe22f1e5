import { nouns } from "../docker/powers/nouns.ts";
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
