import { closeSync, openSync, writeSync } from "node:fs";
import { serializeArchive } from "../test/support/images.ts";

/** Of each file in such an archive, in MiB. */
const PIECE = 16;
/** The two empty blocks at the end of an archive (POSIX, pax). */
const END_LENGTH = 1024;

/** Writes an archive of about that many MiB to a file, piece by piece: it may be larger than memory. */
export function writeArchive(path: string, mebibytes: number, nameOf: (piece: number) => string): void {
  const content = Buffer.alloc(PIECE * 1024 * 1024, "quaygate ballast ");
  const file = openSync(path, "w");
  try {
    const pieces = Math.ceil(mebibytes / PIECE);
    for (let piece = 0; piece < pieces; piece += 1) {
      // Different in each, or one could stand for all.
      content.writeUInt32BE(piece);
      const part = serializeArchive([{ name: nameOf(piece), content }]);
      const isLast = piece === pieces - 1;
      writeSync(file, isLast ? part : part.subarray(0, -END_LENGTH));
    }
  } finally {
    closeSync(file);
  }
}
