import { createGunzip, type Gunzip } from "node:zlib";
import { systemFailure } from "../kernel/system-error.ts";
import { PIECE } from "./limits.ts";

/** RFC 1952 §2.3.1: ID1 and ID2. */
const MAGIC: Buffer = Buffer.from([0x1f, 0x8b]);

/** How many bytes tell whether a file is compressed. */
export const MAGIC_LENGTH: number = MAGIC.length;

/** How much is decompressed before what comes out is read: a thousand times as much at most. */
const STEP: number = 16 * 1024;

/** Tells whether bytes begin as a file of gzip does. */
export function isCompressed(start: Buffer): boolean {
  return start.subarray(0, MAGIC.length).equals(MAGIC);
}

/**
 * Decompresses; members that stand one behind the other, as `cat a.gz b.gz` makes them, are one text (RFC 1952 §2.2). Gives all
 * that can be decompressed, and throws then with a sentence where that is not all.
 */
export async function* decompress(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const gunzip = createGunzip({ chunkSize: PIECE });
  const out: Buffer[] = [];
  gunzip.on("data", (bytes: Buffer) => out.push(bytes));
  // A failure is told to whoever waits for what was written.
  gunzip.on("error", () => undefined);
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += STEP) {
        await write(gunzip, piece.subarray(at, at + STEP));
        yield* out.splice(0);
        if (gunzip.readableEnded) return;
      }
    }
    await end(gunzip);
    yield* out.splice(0);
  } catch (error) {
    yield* out.splice(0);
    throw new Error(explainFailure(error), { cause: error });
  } finally {
    gunzip.destroy();
  }
}

/** Of zeros that fill a file behind its last member nobody says that they were taken: that is its end. */
function write(gunzip: Gunzip, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    gunzip.once("end", resolve).once("error", reject);
    gunzip.write(bytes, (error) => {
      gunzip.off("end", resolve).off("error", reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

function end(gunzip: Gunzip): Promise<void> {
  return new Promise((resolve, reject) => {
    gunzip.once("end", resolve).once("error", reject).end();
  });
}

function explainFailure(error: unknown): string {
  const { code, message } = systemFailure(error);
  switch (code) {
    case "Z_BUF_ERROR":
      return "its compressed data breaks off";
    case "Z_DATA_ERROR":
      return `its compressed data is damaged (${message})`;
    default:
      return message;
  }
}
