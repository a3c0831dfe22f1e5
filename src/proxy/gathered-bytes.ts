import { EMPTY } from "../http1/bytes.ts";

/** Bytes that come in parts and are wanted whole. They are copied: a part of one byte costs one byte and no object. */
export class GatheredBytes {
  #bytes: Buffer = EMPTY;
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** All of them, in their order. */
  get whole(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(part: Buffer): void {
    const length = this.#length + part.length;
    if (length > this.#bytes.length) {
      // Twice as much each time, so that many small parts are not copied again and again.
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    part.copy(this.#bytes, this.#length);
    this.#length = length;
  }
}
