import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { PIECE } from "./limits.ts";

/** How often a file is looked at for what was added, in milliseconds. */
const PAUSE = 200;

const LINE_END: Buffer = Buffer.from("\n");

/**
 * The bytes of a file, and then what is added to it, without an end. Where another file has taken its place, as log rotation does,
 * that one is read from its beginning; where it was made shorter, it is read anew. Ends when it is told to. Throws where it can't
 * be opened at first.
 */
export async function* followFile(path: string, stop: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  let file = openSync(path, "r");
  let position = 0;
  let isReplaced = false;
  try {
    while (!stop.aborted) {
      const piece = Buffer.allocUnsafe(PIECE);
      const length = readSync(file, piece, 0, PIECE, position);
      if (length > 0) {
        position += length;
        yield piece.subarray(0, length);
        continue;
      }
      if (fstatSync(file).size < position) {
        position = 0;
        yield LINE_END;
        continue;
      }
      // Whoever writes may need a moment to notice that its file is another one: what it wrote meanwhile has been read by now.
      const next = isReplaced ? openIfThere(path) : undefined;
      if (next !== undefined) {
        closeSync(file);
        file = next;
        position = 0;
        isReplaced = false;
        yield LINE_END;
        continue;
      }
      isReplaced = hasAnother(path, file);
      await setTimeout(PAUSE, undefined, { signal: stop }).catch(() => undefined);
    }
  } finally {
    closeSync(file);
  }
}

/** Tells whether another file than the open one stands at a path; one that is gone, or is no file now, may come again. */
function hasAnother(path: string, file: number): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const open = fstatSync(file);
  return there?.isFile() === true && (there.ino !== open.ino || there.dev !== open.dev);
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
