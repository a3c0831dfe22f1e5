import type { Result } from "../kernel/result.ts";
import { type OptionDefinition, parseOptions } from "./option-words.ts";

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
}

const OPTIONS: ReadonlyMap<string, OptionDefinition> = new Map<string, OptionDefinition>([
  ["--policy", { wants: "a policy file" }],
  ["--client", { wants: "the name of a client" }],
  [
    "--as",
    { wants: "the name of a recorded client and of one of the policy: --as OLD=NEW", isRepeated: true },
  ],
  ["--json", {}],
]);

/** Understands the command line of `quaygate replay`, or says what it wants. */
export function parseReplayWords(words: readonly string[]): Result<ReplayWords, string> {
  const parsed = parseOptions("replay", words, OPTIONS);
  if (!parsed.ok) return parsed;
  const { options, others } = parsed.value;
  const renamed = new Map<string, string>();
  for (const pair of options.get("--as") ?? []) {
    const [, old, now] = /^([^=]+)=([^=]+)$/u.exec(pair) ?? [];
    if (old === undefined || now === undefined) {
      return { ok: false, error: `replay --as wants OLD=NEW, and got ${pair}` };
    }
    if (renamed.has(old)) return { ok: false, error: `replay --as says twice who ${old} is` };
    renamed.set(old, now);
  }
  return {
    ok: true,
    value: {
      files: others,
      policy: options.get("--policy")?.[0],
      client: options.get("--client")?.[0],
      renamed,
      isJson: options.has("--json"),
    },
  };
}
