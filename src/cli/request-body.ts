import { createReadStream } from "node:fs";
import { largestJudgedBody } from "../docker/limits.ts";
import type { Result } from "../kernel/result.ts";
import { explainFileFailure } from "../kernel/file-failure.ts";
import type { Terminal } from "./command.ts";
import { announceInput } from "./terminal-input.ts";

/** Means standard input where a file is wanted. */
const STANDARD_INPUT = "-";

/** Reads a file, or standard input, no further than it takes to know that it is too large to be judged. */
export async function readBody(file: string, terminal: Terminal): Promise<Result<Buffer, string>> {
  const parts: Buffer[] = [];
  let length = 0;
  if (file === STANDARD_INPUT) announceInput("the body", terminal);
  try {
    const chunks: AsyncIterable<unknown> = file === STANDARD_INPUT ? process.stdin : createReadStream(file);
    for await (const chunk of chunks) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      parts.push(bytes);
      length += bytes.length;
      if (length > largestJudgedBody) break;
    }
    return { ok: true, value: Buffer.concat(parts) };
  } catch (error) {
    return { ok: false, error: explainFileFailure(error) };
  }
}
