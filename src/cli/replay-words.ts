import type { Result } from "../kernel/result.ts";
import { type OptionDefinition, parseOptions } from "./option-words.ts";
import { AS_OPTION, readRenamed } from "./renamed-clients.ts";

/** What `quaygate replay` is to do. */
export interface ReplayWords {
  /** The logs; `-` is standard input, and so is none. */
  readonly files: readonly string[];
  /** The policy file to judge by; undefined for the settings of the environment. */
  readonly policy: string | undefined;
  /** The one client to judge, by its name in the policy. */
  readonly client: string | undefined;
  /** What recorded clients are called in the policy. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Whether the report is for a program. */
  readonly isJson: boolean;
  /** Whether what passed, and of which nothing can be told, counts as refused. */
  readonly isStrict: boolean;
}

const OPTIONS: ReadonlyMap<string, OptionDefinition> = new Map<string, OptionDefinition>([
  ["--policy", { wants: "a policy file" }],
  ["--client", { wants: "the name of a client" }],
  ["--as", AS_OPTION],
  ["--json", {}],
  ["--strict", {}],
]);

/** Understands the command line of `quaygate replay`, or says what it wants. */
export function parseReplayWords(words: readonly string[]): Result<ReplayWords, string> {
  const parsed = parseOptions("replay", words, OPTIONS);
  if (!parsed.ok) return parsed;
  const { options, others } = parsed.value;
  const renamed = readRenamed("replay", options.get("--as") ?? []);
  if (!renamed.ok) return renamed;
  return {
    ok: true,
    value: {
      files: others,
      policy: options.get("--policy")?.[0],
      client: options.get("--client")?.[0],
      renamed: renamed.value,
      isJson: options.has("--json"),
      isStrict: options.has("--strict"),
    },
  };
}
