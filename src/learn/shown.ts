import { LONGEST_SHOWN, MOST_SHOWN } from "./limits.ts";
import { formatCount } from "./seen.ts";

/** A text of the log as a comment can have it: on one line, whatever it holds, and not too long. */
export function shown(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e]/gu, "?");
  return plain.length > LONGEST_SHOWN ? `${plain.slice(0, LONGEST_SHOWN)}...` : plain;
}

/** Some of several texts, and how many more there are. */
export function shownOf(texts: readonly string[], most: number = MOST_SHOWN): string {
  const more = texts.length - most;
  const some = texts.slice(0, most).map(shown).join(", ");
  return more > 0 ? `${some} and ${formatCount(more)} more` : some;
}
