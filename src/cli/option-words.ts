import { nearestName } from "../config/nearest.ts";
import type { Result } from "../kernel/result.ts";

/** One option of a command. */
export interface OptionDefinition {
  /** What stands behind it, in words; undefined where nothing does. */
  readonly wants?: string;
  /** Whether it may stand several times. */
  readonly isRepeated?: true;
}

/** A command line, taken apart. */
export interface ParsedWords {
  /** What stood behind each option that was given; of one that wants nothing, as many empty texts as it was given. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** What is no option, in its order. */
  readonly others: readonly string[];
}

/**
 * Takes the words of a command apart, or says what is wrong with them. A value stands behind its option as the next word or after
 * an equals sign; what follows `--` is no option, and neither is `-`.
 */
export function parseOptions(
  command: string,
  words: readonly string[],
  definitions: ReadonlyMap<string, OptionDefinition>,
): Result<ParsedWords, string> {
  const options = new Map<string, readonly string[]>();
  const others: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--") {
      others.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      others.push(word);
      continue;
    }
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = equals === -1 ? word : word.slice(0, equals);
    const definition = definitions.get(name);
    if (definition === undefined) {
      const known = [...definitions.keys()];
      const nearest = nearestName(name, known) ?? known.find((option) => option.startsWith(`-${name}`));
      return refused(
        `${command} has no option ${name}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
      );
    }
    const { wants, isRepeated } = definition;
    if (options.has(name) && isRepeated !== true) return refused(`${command} takes ${name} once`);
    if (wants === undefined && equals !== -1) return refused(`${command} ${name} takes no value`);
    let value = equals === -1 ? "" : word.slice(equals + 1);
    if (wants !== undefined && equals === -1) {
      at += 1;
      value = words[at] ?? "";
    }
    if (wants !== undefined && value === "") return refused(`${command} ${name} wants ${wants}`);
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return { ok: true, value: { options, others } };
}

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
