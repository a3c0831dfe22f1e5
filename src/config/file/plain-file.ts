import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/**
 * Reads a file of at most so many bytes, and one byte more of a longer one; undefined where it is no plain file: a pipe would
 * hold whoever reads it up for ever, and a device may have no end. Follows links. A folder can't be read, which is said.
 *
 * @throws as `openSync` and `readSync` do.
 */
export function readPlainFile(path: string, most: number): Buffer | undefined {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile() && !found.isDirectory()) return undefined;
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
