import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { explainFileFailure } from "../kernel/file-failure.ts";
import { LONGEST_LINE } from "../kernel/log-words.ts";
import { systemFailure } from "../kernel/system-error.ts";
import { readChainedLine } from "./chain.ts";

/** What was logged before can't be read, and so nothing goes on from it: the message names the setting and the file. */
class ChainEndError extends Error {
  override readonly name = "ChainEndError";
}

const LINE_END = "\n";

/**
 * The `chain` of the last line that has one at the end of a log file, or of the newest file that was turned over before it where
 * that has none, as when the first line after it was cut. Undefined where there is none, and of a device, which can't be read back.
 *
 * @throws {ChainEndError} where one of them can't be read: a chain that begins anew would look as if lines had been removed.
 */
export function lastChainOf(path: string): string | undefined {
  const end = readEnd(path);
  if (end.kind === "device") return undefined;
  const last = lastChainIn(end.bytes);
  if (last !== undefined) return last;
  const turned = `${path}.1`;
  const before = readEnd(turned);
  if (before.kind === "device") throw cannotRead(turned, NO_FILE);
  return lastChainIn(before.bytes);
}

/** The end of a file, without bytes where there is none. */
type LogEnd = { readonly kind: "file"; readonly bytes: Buffer } | { readonly kind: "device" };

const NO_FILE = "that is no file";

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

function readEnd(file: string): LogEnd {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    if (systemFailure(error).code === "ENOENT") return { kind: "file", bytes: Buffer.alloc(0) };
    throw cannotRead(file, explainFileFailure(error), error);
  }
  try {
    const found = fstatSync(descriptor);
    if (found.isCharacterDevice()) return { kind: "device" };
    if (!found.isFile()) throw cannotRead(file, found.isDirectory() ? "is a folder" : NO_FILE);
    const bytes = Buffer.alloc(Math.min(found.size, LONGEST_LINE));
    const length = readSync(descriptor, bytes, 0, bytes.length, found.size - bytes.length);
    return { kind: "file", bytes: bytes.subarray(0, length) };
  } catch (error) {
    throw error instanceof ChainEndError ? error : cannotRead(file, explainFileFailure(error), error);
  } finally {
    closeSync(descriptor);
  }
}

function cannotRead(file: string, reason: string, cause?: unknown): ChainEndError {
  return new ChainEndError(
    `QUAYGATE_LOG_CHAIN: can't read the end of ${file}, from which the chain goes on: ${reason}; move it away, or make it readable`,
    { cause },
  );
}
