import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { explainFileFailure } from "../../kernel/file-failure.ts";
import type { LogFile } from "../../kernel/log-place.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import { appendingFlags, FILE_MODE, followsLinks, takesLines } from "./file-target.ts";

/** The log can't be written to a file: the message names the setting, the file, the user and the cure. */
class LogFileError extends Error {
  override readonly name = "LogFileError";

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`QUAYGATE_LOG_TO: can't write the log to ${path}: ${reason}`, options);
  }
}

const ROOT = 0;
const STICKY = 0o1000;

/**
 * Makes the file where it is not, as whom the process runs as, and looks whether that user may turn it over where it has a size:
 * later nobody would be there to see. A line that was cut, as when the power went, is ended, so that the next one begins its own.
 *
 * @throws {LogFileError} where any of that can't be.
 */
export function prepareLogFile({ path, size }: LogFile): void {
  const descriptor = openToAppend(path);
  try {
    const found = fstatSync(descriptor);
    if (!takesLines(found, size)) throw new LogFileError(path, "that is no file");
    if (size !== undefined) assertMayTurnOver(path, found.uid);
    if (found.isFile() && found.size > 0 && !endsLine(path, found.size)) writeSync(descriptor, "\n");
  } finally {
    closeSync(descriptor);
  }
}

function openToAppend(path: string): number {
  try {
    return openSync(path, appendingFlags(), FILE_MODE);
  } catch (error) {
    throw new LogFileError(path, explainStart(path, error), { cause: error });
  }
}

/** In a folder like /tmp only the owner of the file or of the folder may rename one. */
function assertMayTurnOver(path: string, owner: number): void {
  const folder = dirname(path);
  const { mode, uid } = statSync(folder);
  const user = process.getuid?.();
  const isKept = (mode & STICKY) !== 0 && user !== ROOT && user !== uid && user !== owner;
  if (isKept || !mayAccess(folder, constants.W_OK | constants.X_OK)) {
    const cure = `chown ${whoRuns()} ${folder}, or leave the size to logrotate`;
    throw new LogFileError(
      path,
      `user ${whoRuns()} may not rename files in ${folder}, which size needs: ${cure}`,
    );
  }
}

function explainStart(path: string, error: unknown): string {
  const folder = dirname(path);
  switch (systemFailure(error).code) {
    case "ELOOP":
      return followsLinks()
        ? explainFileFailure(error)
        : "it is a link, and root follows none: name the file itself";
    case "ENOENT":
      return isThere(folder) ? explainFileFailure(error) : `there is no folder ${folder}: make it`;
    case "EACCES":
      return explainForbidden(path);
    case "EROFS":
      return `nothing can be written below ${folder}: in a container, mount a volume there`;
    default:
      return explainFileFailure(error);
  }
}

/** The first thing on the way to the file that its user is not let through. */
function explainForbidden(path: string): string {
  const user = whoRuns();
  const folder = dirname(path);
  const closed = foldersAbove(path).find((each) => !mayAccess(each, constants.X_OK));
  if (closed !== undefined && closed !== folder)
    return `user ${user} may not enter ${closed}: put the file elsewhere, or chmod o+x ${closed}`;
  return closed === undefined && isThere(path)
    ? `user ${user} may not write it: chown ${user} ${path}`
    : `user ${user} may not make files in ${folder}: chown ${user} ${folder}`;
}

/** From the root on. */
function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}

function whoRuns(): string {
  return String(process.getuid?.() ?? "of the gate");
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function endsLine(path: string, size: number): boolean {
  const links = followsLinks() ? 0 : constants.O_NOFOLLOW;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | links);
    const last = Buffer.alloc(1);
    return readSync(descriptor, last, 0, 1, size - 1) === 0 || last.toString() === "\n";
  } catch (error) {
    const reason = `user ${whoRuns()} may not read how it ends (${explainFileFailure(error)})`;
    throw new LogFileError(path, `${reason}: chown ${whoRuns()} ${path}`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
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
