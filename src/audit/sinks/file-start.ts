import {
  accessSync,
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { explainFileFailure } from "../../kernel/file-failure.ts";
import type { LogFile } from "../../kernel/log-place.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import { appendingFor, FILE_MODE, type FutureUser } from "./file-target.ts";

/** The log can't be written to a file: the message names the setting and the cure. */
class LogFileError extends Error {
  override readonly name = "LogFileError";
}

const ROOT = 0;
const STICKY = 0o1000;

/**
 * Makes the file where it is not, for whom the process will become if it is root. A line that was cut, as when the power went, is
 * ended, so that the next one begins its own.
 *
 * @throws {LogFileError} where the file can't be opened to write.
 */
export function prepareLogFile(file: LogFile, future: FutureUser | undefined): void {
  const { path } = file;
  const { descriptor, isNew } = openToPrepare(path, future);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile() && (file.size !== undefined || !found.isCharacterDevice())) {
      throw new LogFileError(`${complain(path)}: that is no file`);
    }
    if (isNew && future !== undefined && process.getuid?.() === ROOT) {
      giveTo(descriptor, path, future);
    }
    if (found.isFile() && found.size > 0 && !endsLine(path, found.size)) writeSync(descriptor, "\n");
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Looks whether the file can be opened anew, and turned over where it has a size, as whom the process runs as now.
 *
 * @throws {LogFileError} where it can't, with the cure.
 */
export function assertLogFileUsable({ path, size }: LogFile): void {
  const who = `user ${process.getuid?.() ?? "of the gate"}`;
  if (!mayAccess(path, constants.W_OK)) {
    throw new LogFileError(`${complain(path)}: ${who} may not write it: chown it, or its folder`);
  }
  if (size === undefined) return;
  const folder = dirname(path);
  if (!mayAccess(folder, constants.W_OK | constants.X_OK) || mayNotRename(folder, path)) {
    throw new LogFileError(
      `${complain(path)}: ${who} may not rename files in ${folder}, which size needs: chown the folder, or leave the size to logrotate`,
    );
  }
}

function openToPrepare(
  path: string,
  future: FutureUser | undefined,
): { readonly descriptor: number; readonly isNew: boolean } {
  const flags = appendingFor(future);
  try {
    const made = makeFile(path, flags);
    return made === undefined
      ? { descriptor: openSync(path, flags, FILE_MODE), isNew: false }
      : { descriptor: made, isNew: true };
  } catch (error) {
    throw new LogFileError(`${complain(path)}: ${explainStart(path, error)}${cureOf(error, future)}`, {
      cause: error,
    });
  }
}

/** Undefined where there is something already, if only a link to nothing. */
function makeFile(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags | constants.O_EXCL, FILE_MODE);
  } catch (error) {
    if (systemFailure(error).code === "EEXIST") return undefined;
    throw error;
  }
}

function giveTo(descriptor: number, path: string, future: FutureUser): void {
  try {
    fchownSync(descriptor, future.user, future.group);
  } catch (error) {
    throw new LogFileError(`${complain(path)}: ${explainFileFailure(error)}${cureOf(error, future)}`, {
      cause: error,
    });
  }
}

/** In a container root often lacks the capabilities to write, and to give away, what is another user's (capabilities(7)). */
function cureOf(error: unknown, future: FutureUser | undefined): string {
  const isForbidden = ["EACCES", "EPERM"].includes(systemFailure(error).code);
  return isForbidden && future !== undefined && process.getuid?.() === ROOT
    ? `; root lacks capabilities here: add cap_add: [CHOWN, DAC_OVERRIDE], or user: "${future.user}:GROUP" with the group of the engine's socket`
    : "";
}

function complain(path: string): string {
  return `QUAYGATE_LOG_TO: can't write the log to ${path}`;
}

function explainStart(path: string, error: unknown): string {
  const folder = dirname(path);
  const { code } = systemFailure(error);
  if (code === "ELOOP") return "it is a link, and root follows none: name the file itself";
  return code === "ENOENT" && !isThere(folder)
    ? `there is no folder ${folder}: make it`
    : explainFileFailure(error);
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function endsLine(path: string, size: number): boolean {
  const descriptor = openSync(path, constants.O_RDONLY);
  try {
    const last = Buffer.alloc(1);
    return readSync(descriptor, last, 0, 1, size - 1) === 0 || last.toString() === "\n";
  } finally {
    closeSync(descriptor);
  }
}

function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** In a folder like /tmp only the owner of the file or of the folder may rename one. */
function mayNotRename(folder: string, path: string): boolean {
  const user = process.getuid?.();
  const { mode, uid } = statSync(folder);
  return (mode & STICKY) !== 0 && user !== ROOT && user !== uid && user !== statSync(path).uid;
}
