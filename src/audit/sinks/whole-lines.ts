const LINE_END = 0x0a;

/**
 * Remembers how much of a line is written, where not all bytes were taken at once. A line counts as taken when it is whole, so what
 * is left always begins with one, and can be written anew where its beginning is lost.
 */
export class WholeLines {
  #begun = 0;

  /** Whether a line is written that has no end yet. */
  get isBegun(): boolean {
    return this.#begun > 0;
  }

  /** What of these bytes, which begin with the line that is begun, is not written yet. */
  leftOf(bytes: Buffer): Buffer {
    return bytes.subarray(this.#begun);
  }

  /** Hears how much of what was left is written now, and tells how many bytes the lines have that are whole. */
  write(bytes: Buffer, written: number): number {
    const there = this.#begun + written;
    const whole = there === 0 ? 0 : bytes.lastIndexOf(LINE_END, there - 1) + 1;
    this.#begun = there - whole;
    return whole;
  }

  /** The line that is begun has to be written from its beginning. */
  lose(): void {
    this.#begun = 0;
  }
}
