import type { Place } from "./file-problem.ts";

/**
 * What a person who reads a file doesn't see, or a reader takes for a line end that another doesn't: control characters, marks of
 * direction (CVE-2021-42574), spaces without width, the line ends of YAML 1.1 (its chapter 5.4), and halves of characters.
 */
const UNSEEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFFE\uFFFF\p{Cs}]|\r(?!\n)/gu;

/** A character that a policy may not have, and why. */
export interface CharacterFault extends Place {
  readonly message: string;
}

/** Finds all that can't be seen, in the file's order: the first of each line. */
export function findUnseen(text: string): readonly CharacterFault[] {
  return text.split("\n").flatMap((line, index) => {
    // The line end may have been cut in two.
    const whole = `${line}\n`;
    const found = whole.matchAll(UNSEEN).next().value;
    return found === undefined
      ? []
      : [{ line: index + 1, column: found.index + 1, message: explainUnseen(found[0]) }];
  });
}

function explainUnseen(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return character === "\r"
    ? "a carriage return stands alone here, which only some readers take for a line end"
    : `the character U+${point.toString(16).toUpperCase().padStart(4, "0")} stands here, which nobody sees: remove it`;
}

/** Whether a value has what no name, address or path has: control characters, line ends among them. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
