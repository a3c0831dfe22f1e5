import type { Result } from "../../kernel/result.ts";

/** The options of a program without their dashes: one letter each, or a word. */
export interface KnownOptions {
  readonly alone: ReadonlySet<string>;
  readonly withValue: ReadonlySet<string>;
}

/** What stands behind a program's name. */
export interface CommandLine {
  /** Every option by its name without dashes, with its last value; empty where it has none. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * Parses arguments as getopt_long(3) does: options stand anywhere, those of one letter also in one word, and a value in
 * the same word or the next. An option that is not known is an error.
 */
export function parseCommandLine(known: KnownOptions, words: readonly string[]): Result<CommandLine, string> {
  const options = new Map<string, string>();
  const operands: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "-" || !word.startsWith("-")) {
      operands.push(word);
      continue;
    }
    for (const [name, joined] of split(word, known)) {
      const value = known.withValue.has(name) ? (joined ?? rest.shift()) : "";
      if (
        value === undefined ||
        !(known.withValue.has(name) || (known.alone.has(name) && joined === undefined))
      ) {
        return { ok: false, error: word };
      }
      options.set(name, value);
    }
  }
  return { ok: true, value: { options, operands } };
}

/** The options of one word, the last one perhaps with its value: `-qO-` is `q`, and `O` with `-`. */
function* split(
  word: string,
  { withValue }: KnownOptions,
): Iterable<readonly [name: string, joined?: string]> {
  if (word.startsWith("--")) {
    const at = word.indexOf("=");
    yield at === -1 ? [word.slice(2)] : [word.slice(2, at), word.slice(at + 1)];
    return;
  }
  for (let at = 1; at < word.length; at += 1) {
    const name = word.charAt(at);
    if (withValue.has(name) && at + 1 < word.length) {
      yield [name, word.slice(at + 1)];
      return;
    }
    yield [name];
  }
}
