import { nouns } from "../docker/powers/nouns.ts";
import { type Power, powerText } from "../docker/powers/power.ts";

/** The most powers that a record keeps, and the most characters of each: a log line has a bound. */
const MOST_RECORDED = 50;
const LONGEST_RECORDED = 200;

/** Powers as a record keeps them: without doubles, and without values in which passwords stand. */
export function recordedPowers(powers: readonly Power[]): readonly string[] {
  const texts = new Set<string>();
  for (const power of powers) {
    if (texts.size >= MOST_RECORDED) break;
    texts.add(
      nouns[power.noun].isPrivate === true ? power.noun : powerText(power).slice(0, LONGEST_RECORDED),
    );
  }
  return [...texts];
}
