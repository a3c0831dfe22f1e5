import type { Result } from "../../kernel/result.ts";

/** One command of a line, and when it runs. */
export interface ShellCommand {
  /** Whether the command before must have gone well (`&&`), must have failed (`||`), or does not matter (`;`). */
  readonly after: "success" | "failure" | "anything";
  readonly words: readonly string[];
}

const JOINS: ReadonlyMap<string, ShellCommand["after"]> = new Map([
  ["&&", "success"],
  ["||", "failure"],
  [";", "anything"],
  ["\n", "anything"],
]);

/** Blanks, what joins two commands, output thrown away, and one word of plain and quoted parts: nothing else is understood. */
const TOKEN =
  /(?<blank>[ \t]+)|(?<join>&&|\|\||;|\n)|(?<redirection>[12&]?>>? ?(?:\/dev\/null|&[12])(?![^\s;&|]))|(?<word>(?:[^\s"'\\$`|&;<>(){}*?#[\]~!]|'[^'\n]*'|"[^"\\$`\n]*")+)/uy;

/**
 * Parses the kind of line that health checks have behind `sh -c`: plain commands joined by `&&`, `||` and `;`, with their
 * output thrown away or not. Variables, pipes, files and all else of a shell are an error.
 */
export function parseShellLine(line: string): Result<readonly ShellCommand[], string> {
  const commands: { after: ShellCommand["after"]; words: string[] }[] = [];
  let after: ShellCommand["after"] | undefined = "anything";
  for (let at = 0; at < line.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const { join, word } = TOKEN.exec(line)?.groups ?? {};
    if (TOKEN.lastIndex === 0) return { ok: false, error: line.slice(at) };
    if (word !== undefined) {
      if (after !== undefined) {
        commands.push({ after, words: [] });
        after = undefined;
      }
      commands.at(-1)?.words.push(word.replaceAll(/["']/gu, ""));
    } else if (join !== undefined) {
      const isBlankEnd = JOINS.get(join) === "anything";
      // A command must stand before "&&" and "||"; an empty one before ";" is none.
      if (after !== undefined && !(isBlankEnd && after === "anything")) {
        return { ok: false, error: line.slice(at) };
      }
      after = JOINS.get(join);
    }
  }
  return after === undefined || after === "anything"
    ? { ok: true, value: commands }
    : { ok: false, error: line };
}
