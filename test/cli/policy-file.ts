import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { quaygate, type QuaygateResult, testFolder } from "./quaygate-command.ts";

/** A way to run `quaygate` with one policy. */
export interface WithPolicy {
  /** The path of the policy. */
  readonly file: string;
  run(words: readonly string[], input?: string): Promise<QuaygateResult>;
}

/** Writes a policy of one test, for commands that read it. */
export function withPolicy(text: string): WithPolicy {
  const file = join(testFolder(), "policy.yaml");
  writeFileSync(file, text);
  return { file, run: (words, input) => quaygate(words, { QUAYGATE_POLICY: file }, input) };
}
