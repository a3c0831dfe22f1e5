import { dialects, defaultDialect } from "../config/dialects.ts";
import type { Dialect } from "../config/dialect.ts";
import type { Result } from "../kernel/result.ts";
import { type OptionDefinition, parseOptions } from "./option-words.ts";
import { AS_OPTION, readRenamed } from "./renamed-clients.ts";

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
  /** What recorded clients are called in the policy. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Where it is written to, and not printed. */
  readonly output: string | undefined;
}

const DIALECTS = `one of ${dialects.map(({ name }) => name).join(", ")}`;

const OPTIONS: ReadonlyMap<string, OptionDefinition> = new Map<string, OptionDefinition>([
  ["--client", { wants: "the name of a client" }],
  ["--as", AS_OPTION],
  ["--env", {}],
  ["--compat", { wants: DIALECTS }],
  ["--against", { wants: "a policy file" }],
  ["--output", { wants: "a file to write" }],
]);

/** Reads the words behind `learn`, or says what is wrong with them. */
export function readLearnWords(words: readonly string[]): Result<LearnWords, string> {
  const parsed = parseOptions("learn", words, OPTIONS);
  if (!parsed.ok) return parsed;
  const { options, others: files } = parsed.value;
  const renamed = readRenamed("learn", options.get("--as") ?? []);
  if (!renamed.ok) return renamed;
  const isEnvironment = options.has("--env");
  const [compat, policy, client, output] = ["--compat", "--against", "--client", "--output"].map(
    (name) => options.get(name)?.[0],
  );
  const dialect = dialects.find(({ name }) => name === (compat ?? defaultDialect.name));
  if (dialect === undefined) return fail(`learn --compat wants ${DIALECTS}`);
  if (compat !== undefined && !isEnvironment) return fail("learn --compat is about the switches of --env");
  if (policy !== undefined && isEnvironment) return fail("learn takes --env or --against, and not both");
  const wanted: LearnWords["wanted"] =
    policy !== undefined
      ? { kind: "comparison", policy }
      : isEnvironment
        ? { kind: "environment", dialect }
        : { kind: "policy" };
  return { ok: true, value: { files, wanted, client, renamed: renamed.value, output } };
}

function fail(error: string): Result<never, string> {
  return { ok: false, error };
}
