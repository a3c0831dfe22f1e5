import type { Result } from "../../kernel/result.ts";
import { checkPolicy } from "./check.ts";
import { decodePolicy } from "./decode.ts";
import { parseDocument } from "./document.ts";
import { type FileProblem, sortProblems } from "./file-problem.ts";
import type { PolicyFile, PolicySeams } from "./policy-file.ts";

/**
 * Reads the text of a policy file, or tells every problem at once, in the file's order. `file` is the name in problems. Words,
 * presets and sources are checked by whoever knows them. Nothing outside of the text is looked at.
 */
export function readPolicyFile(
  text: string,
  file: string,
  seams: PolicySeams,
): Result<PolicyFile, readonly FileProblem[]> {
  const document = parseDocument(text, file);
  if (!document.ok) return { ok: false, error: sortProblems(document.error) };
  const { definition, problems, wayBack } = decodePolicy(document.value);
  const checked =
    definition === undefined ? undefined : checkPolicy(definition, document.value, wayBack, seams);
  // Of a value that was refused already, more may be found at its place, which is not told.
  const all = [...document.value.problems, ...problems, ...(checked?.problems ?? [])];
  return checked === undefined || all.length > 0
    ? { ok: false, error: sortProblems(all) }
    : { ok: true, value: checked.policy };
}
