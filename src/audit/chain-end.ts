import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { LONGEST_LINE } from "../kernel/log-words.ts";
import { systemFailure } from "../kernel/system-error.ts";
import { readChainedLine } from "./chain.ts";

const LINE_END = "\n";

/**
 * The `chain` of the last line that has one at the end of a log file, or of the newest file that was turned over before it where
 * that has no line. Undefined where there is none.
 */
export function lastChainOf(path: string): string | undefined {
  for (const file of [path, `${path}.1`]) {
    const end = readEnd(file);
    if (end.length > 0) return lastChainIn(end);
  }
  return undefined;
}

function lastChainIn(bytes: Buffer): string | undefined {
  let end = bytes.length;
  while (end > 0) {
    const before = bytes.lastIndexOf(LINE_END, end - 1);
    const line = readChainedLine(bytes.subarray(before + 1, end));
    if (line !== undefined) return line.chain;
    end = before;
  }
  return undefined;
}

/** Empty where there is no such file. */
function readEnd(file: string): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemFailure(error).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, LONGEST_LINE));
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, size - bytes.length));
  } finally {
    closeSync(descriptor);
  }
}
