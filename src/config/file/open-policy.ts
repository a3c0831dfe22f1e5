import { explainFileFailure } from "../../kernel/file-failure.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { Result } from "../../kernel/result.ts";
import type { Problem } from "../problem.ts";
import { MOST_BYTES } from "./limits.ts";
import { readPlainFile } from "./plain-file.ts";

/**
 * Reads a policy file's text, or tells why it can't be had. What is no plain file is refused: a pipe would hold the start up for
 * ever. Not a byte more is read than a policy may have.
 */
export function openPolicyFile(path: string): Result<string, Problem> {
  const fail = (message: string, setting = path): Result<string, Problem> => ({
    ok: false,
    error: { setting, message },
  });
  try {
    const bytes = readPlainFile(path, MOST_BYTES);
    if (bytes === undefined) return fail("is no plain file");
    if (bytes.length > MOST_BYTES) return fail(`is longer than ${MOST_BYTES / 1024} KiB`);
    const text = decodeText(bytes);
    return text === undefined
      ? fail("is not text in UTF-8", `${path}:${lineOfFault(bytes)}:1`)
      : { ok: true, value: text };
  } catch (error) {
    const isFolder = systemFailure(error).code === "EISDIR";
    return fail(isFolder ? MADE_FOLDER : explainFileFailure(error));
  }
}

const MADE_FOLDER = "is a folder; Docker makes one where the file that is to be mounted is not there";

/** A byte order mark stays: whoever counts columns drops it. */
function decodeText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** No character of UTF-8 goes over a line end. */
function lineOfFault(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.length : end + 1;
    if (decodeText(bytes.subarray(start, next)) === undefined) return line;
    start = next;
  }
  return line;
}
