import { constants, type Stats } from "node:fs";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { explainFileFailure } from "../../kernel/file-failure.ts";
import type { LogFile } from "../../kernel/log-place.ts";
import type { LogLevel } from "../../kernel/log-words.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { Target } from "./delivery.ts";
import { WholeLines } from "./whole-lines.ts";

/** Hears what is wrong with a file, as the end of a sentence about it. */
export type FileTrouble = (level: LogLevel, reason: string) => void;

/** Readable to its owner and its group, less what the umask takes. */
export const FILE_MODE = 0o640;

/** Appends, makes the file where it is not, and does not wait for the reader of a pipe. */
const APPENDING: number =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;

const ROOT = 0;

/** Tells whether a link is followed to the file. Not by root: who may write the folder could have it make or write any other file. */
export function followsLinks(): boolean {
  return process.getuid?.() !== ROOT;
}

/** How a file is opened to append to it, as whom the process runs as. */
export function appendingFlags(): number {
  return followsLinks() ? APPENDING : APPENDING | constants.O_NOFOLLOW;
}

/** Tells whether lines can be appended to what stands at a path: a file, or a device where nothing is to be turned over. */
export function takesLines(found: Stats, size: number | undefined): boolean {
  return found.isFile() || (size === undefined && found.isCharacterDevice());
}

/**
 * A file that lines are appended to. Where it is moved away or removed, by logrotate or a person, the next line makes a new one;
 * with a size it is turned over by itself: renamed to `.1`, and so on. A file always ends with a whole line then.
 */
export class FileTarget implements Target {
  readonly #path: string;
  readonly #size: number | undefined;
  readonly #keep: number;
  readonly #onTrouble: FileTrouble;
  readonly #lines = new WholeLines();
  #handle: FileHandle | undefined;
  /** Which file is open. */
  #identity = "";
  /** How long it would be if nobody else wrote it. */
  #length = 0;
  /** Whether it was told that somebody does. */
  #isShared = false;
  #isStale = false;
  /** Whether it was told that the file can't be opened anew. */
  #isTroubled = false;
  /** The size that the file must have for the next attempt to turn it over. */
  #turnsAt: number;

  /**
   * `onTrouble` hears why the file could not be turned over, or opened anew; lines go on to the one that is open then. And that another
   * process writes it as well, once.
   */
  constructor({ path, size, keep }: LogFile, onTrouble: FileTrouble) {
    this.#path = path;
    this.#size = size;
    this.#keep = keep;
    this.#onTrouble = onTrouble;
    this.#turnsAt = size ?? Number.POSITIVE_INFINITY;
  }

  /** Has the file opened anew before the next line. */
  reopen(): void {
    this.#isStale = true;
  }

  async open(): Promise<void> {
    if (this.#handle === undefined) await this.#open();
  }

  async write(bytes: Buffer): Promise<number> {
    if (this.#lines.isBegun) return this.#endBegun(bytes);
    await this.#look(bytes.length);
    return this.#append(bytes);
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    // What can't be written to the disk now was told when it was written to the file, or never will be.
    await handle?.sync().catch(() => undefined);
    await handle?.close().catch(() => undefined);
  }

  /**
   * A line that is begun ends where it began, also in a file that was moved away. Where that is gone, because somebody made room on a
   * full disk, the line is written anew. Of one that is emptied at the same moment, the end of the line may stand alone before it.
   */
  async #endBegun(bytes: Buffer): Promise<number> {
    const before = await this.#handle?.stat();
    if (before?.isFile() !== true) return this.#append(bytes);
    if (before.nlink === 0) await this.#open();
    if (before.nlink === 0 || before.size === 0) {
      this.#lines.lose();
      return this.#append(bytes);
    }
    const lengthBefore = this.#length;
    const taken = await this.#append(firstLineOf(bytes));
    const after = await this.#handle?.stat();
    const written = this.#length - lengthBefore;
    if (after === undefined || after.size >= before.size + written) return taken;
    this.#lines.lose();
    return 0;
  }

  async #append(bytes: Buffer): Promise<number> {
    const handle = this.#handle;
    if (handle === undefined) throw new Error("it is closed");
    const { bytesWritten } = await handle.write(this.#lines.leftOf(bytes)).catch(explained);
    this.#length += bytesWritten;
    return this.#lines.write(bytes, bytesWritten);
  }

  /** Opens the file anew where it is no longer the one that is open, and turns it over where it would get too long. */
  async #look(more: number): Promise<void> {
    let found = await stat(this.#path).catch(() => undefined);
    if (found === undefined || this.#isStale || identityOf(found) !== this.#identity) {
      await this.#openAnew();
      // Where it could not be, what stands at the path is something else.
      found = this.#isTroubled ? undefined : await this.#handle?.stat();
    }
    if (found === undefined) return;
    if (found.size > this.#length && !this.#isShared) {
      this.#isShared = true;
      this.#onTrouble("warning", "is written by another process too: give each gate a file of its own");
    }
    if (found.size > 0 && found.size + more > this.#turnsAt) {
      await this.#turnOver(found.size);
    }
  }

  async #turnOver(size: number): Promise<void> {
    try {
      for (let number = this.#keep - 1; number > 0; number -= 1) {
        await renameLog(`${this.#path}.${number}`, `${this.#path}.${number + 1}`);
      }
      // Another gate that writes it may have turned it over meanwhile: what is there now is not full.
      const found = await stat(this.#path).catch(() => undefined);
      if (found !== undefined && identityOf(found) === this.#identity) {
        await renameLog(this.#path, `${this.#path}.1`);
      }
    } catch (error) {
      // Lines are worth more than the bound: it goes on growing, and the next attempt comes when it has grown by as much again.
      this.#turnsAt = size + (this.#size ?? 0);
      this.#onTrouble("err", `can't be turned over: ${explainFileFailure(error)}`);
      return;
    }
    await this.#openAnew();
  }

  /** Where another file can't be opened, goes on in the one that is, unless it was removed: what is written there is gone. */
  async #openAnew(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      const links = await this.#handle?.stat().then(({ nlink }) => nlink);
      if (links === undefined || links === 0) throw error;
      if (!this.#isTroubled) this.#onTrouble("err", `can't be opened anew: ${explainFileFailure(error)}`);
      this.#isTroubled = true;
    }
  }

  async #open(): Promise<void> {
    const handle = await open(this.#path, appendingFlags(), FILE_MODE).catch(explained);
    const found = await handle.stat().catch(() => undefined);
    if (found === undefined || !takesLines(found, this.#size)) {
      await handle.close().catch(() => undefined);
      throw new Error("that is no file");
    }
    await this.#handle?.close().catch(() => undefined);
    this.#handle = handle;
    this.#identity = identityOf(found);
    this.#length = found.size;
    this.#isStale = false;
    this.#isTroubled = false;
    this.#turnsAt = this.#size ?? Number.POSITIVE_INFINITY;
  }
}

function firstLineOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.indexOf("\n") + 1);
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** Renames one of the files where it is there, or says which one it is that can't be. */
async function renameLog(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = systemFailure(error);
    if (code === "ENOENT") return;
    const reason = IN_THE_WAY.has(code) ? "one of them is a folder" : explainFileFailure(error);
    throw new Error(`${from} can't become ${to}: ${reason}`, { cause: error });
  }
}

/** What rename(2) says of a folder that would take a file's place, or the other way round. */
const IN_THE_WAY: ReadonlySet<string> = new Set(["EISDIR", "ENOTDIR", "ENOTEMPTY", "EEXIST"]);

/** Throws why it failed, as a sentence. */
function explained(error: unknown): never {
  throw new Error(explainFileFailure(error), { cause: error });
}
