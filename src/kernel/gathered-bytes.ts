const EMPTY: Buffer = Buffer.alloc(0);

/** Bytes that come in parts and are wanted whole. They are copied: a part of one byte costs one byte and no object. */
export class GatheredBytes {
  readonly #most: number;
  #bytes: Buffer = EMPTY;
  #length = 0;

  /** `most` is how many there can be: no more memory is taken. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** All of them, in their order. */
  get whole(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** How much memory they will take with so many more. */
  sizeWith(more: number): number {
    const length = this.#length + more;
    // Twice as much each time, so that many small parts are not copied again and again.
    return length <= this.#bytes.length
      ? this.#bytes.length
      : Math.max(length, Math.min(2 * this.#bytes.length, this.#most));
  }

  add(part: Buffer): void {
    const size = this.sizeWith(part.length);
    if (size > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(size);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    part.copy(this.#bytes, this.#length);
    this.#length += part.length;
  }
}
