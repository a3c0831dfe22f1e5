import type { Result } from "../kernel/result.ts";
import type { OptionDefinition } from "./option-words.ts";

/** What `--as` wants, of the commands that read a log beside a policy. */
export const AS_OPTION: OptionDefinition = {
  wants: "the name of a recorded client and of one of the policy: --as OLD=NEW",
  isRepeated: true,
};

/** Reads what stood behind each `--as` of a command, `OLD=NEW`: by the name in the log, the name in the policy. */
export function readRenamed(
  command: string,
  pairs: readonly string[],
): Result<ReadonlyMap<string, string>, string> {
  const renamed = new Map<string, string>();
  for (const pair of pairs) {
    const [, old, now] = /^([^=]+)=([^=]+)$/u.exec(pair) ?? [];
    if (old === undefined || now === undefined) {
      return { ok: false, error: `${command} --as wants OLD=NEW, and got ${pair}` };
    }
    if (renamed.has(old)) return { ok: false, error: `${command} --as says twice who ${old} is` };
    renamed.set(old, now);
  }
  return { ok: true, value: renamed };
}
