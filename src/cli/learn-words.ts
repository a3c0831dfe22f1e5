import { dialects, defaultDialect } from "../config/dialects.ts";
import type { Dialect } from "../config/dialect.ts";
import type { Result } from "../kernel/result.ts";

/** What `quaygate learn` was asked for. */
export interface LearnWords {
  /** The logs; standard input where there are none. */
  readonly files: readonly string[];
  readonly wanted:
    | { readonly kind: "policy" }
    | { readonly kind: "environment"; readonly dialect: Dialect }
    | { readonly kind: "comparison"; readonly policy: string };
  /** The one client that it is about. */
  readonly client: string | undefined;
  /** Where it is written to, and not printed. */
  readonly output: string | undefined;
}

/** Options with what stands behind them. */
const WITH_VALUE: ReadonlyMap<string, string> = new Map([
  ["--compat", `one of ${dialects.map(({ name }) => name).join(", ")}`],
  ["--against", "a policy file"],
  ["--client", "the name of a client"],
  ["--output", "a file to write"],
]);

/** Reads the words behind `learn`, or says what is wrong with them. */
export function readLearnWords(words: readonly string[]): Result<LearnWords, string> {
  const files: string[] = [];
  const options = new Map<string, string>();
  let isEnvironment = false;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const wants = WITH_VALUE.get(word);
    if (wants !== undefined) {
      const value = words[(at += 1)];
      if (value === undefined) return fail(`learn ${word} wants ${wants}`);
      if (options.has(word)) return fail(`learn takes ${word} once`);
      options.set(word, value);
    } else if (word === "--env") isEnvironment = true;
    else if (word.startsWith("-") && word !== "-") {
      return fail(`learn has no option "${word}"; there are --env, ${[...WITH_VALUE.keys()].join(", ")}`);
    } else files.push(word);
  }
  const [compat, policy, client, output] = [...WITH_VALUE.keys()].map((name) => options.get(name));
  const dialect = dialects.find(({ name }) => name === (compat ?? defaultDialect.name));
  if (dialect === undefined) return fail(`learn --compat wants ${WITH_VALUE.get("--compat") ?? ""}`);
  if (compat !== undefined && !isEnvironment) return fail("learn --compat is about the switches of --env");
  if (policy !== undefined && isEnvironment) return fail("learn takes --env or --against, and not both");
  const wanted: LearnWords["wanted"] =
    policy !== undefined
      ? { kind: "comparison", policy }
      : isEnvironment
        ? { kind: "environment", dialect }
        : { kind: "policy" };
  return { ok: true, value: { files, wanted, client, output } };
}

function fail(error: string): Result<never, string> {
  return { ok: false, error };
}
