import { PROJECT_LABELS } from "../docker/objects/project-labels.ts";
import { copyText } from "../kernel/copy-text.ts";

/** The most labels of an object that a record keeps, and the most characters of one and of all: a log line has a bound. */
const MOST_LABELS = 16;
const LONGEST_LABEL = 200;
const MOST_CHARACTERS = 1024;

/**
 * Labels as a record keeps them: first those that say to which project something belongs, then the others by their keys. One
 * that there is no room for is left out and never cut, since half a value is another one.
 */
export function recordedLabels(labels: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const kept: (readonly [key: string, value: string])[] = [];
  let room = MOST_CHARACTERS;
  for (const key of new Set([...PROJECT_LABELS, ...[...labels.keys()].toSorted()])) {
    const value = labels.get(key);
    if (value === undefined) continue;
    const length = key.length + value.length;
    if (kept.length >= MOST_LABELS || length > LONGEST_LABEL || length > room) continue;
    kept.push([copyText(key), copyText(value)]);
    room -= length;
  }
  return Object.fromEntries(kept);
}

/** Tells whether an object may have more labels than its record, beside those of its project and such as are too long for any. */
export function mayLackLabels(recorded: ReadonlyMap<string, string>): boolean {
  const characters = [...recorded].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return recorded.size >= MOST_LABELS || characters > MOST_CHARACTERS - LONGEST_LABEL;
}
