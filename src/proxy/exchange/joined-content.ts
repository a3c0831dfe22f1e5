/** Content as it goes on: what stood together in a chunk stays one piece. */
export class JoinedContent {
  readonly #pieces: Buffer[] = [];
  /** A part of a chunk that may yet become longer. */
  #chunk: Buffer | undefined;
  #start = 0;
  #end = 0;

  /** Adds bytes of their own; short ones are not copied where the same stand behind what was added last. */
  add(bytes: Buffer): void {
    if (this.#standsNext(bytes)) {
      this.#end += bytes.length;
      return;
    }
    this.#cut();
    this.#pieces.push(bytes);
  }

  /** Adds a part of a chunk. */
  addPart(chunk: Buffer, start: number, end: number): void {
    if (chunk !== this.#chunk || start !== this.#end) {
      this.#cut();
      this.#chunk = chunk;
      this.#start = start;
    }
    this.#end = end;
  }

  /** All that was added. */
  get pieces(): readonly Buffer[] {
    this.#cut();
    return this.#pieces;
  }

  #standsNext(bytes: Buffer): boolean {
    const chunk = this.#chunk;
    if (chunk === undefined || bytes.length > LONGEST_MARK) return false;
    for (let at = 0; at < bytes.length; at += 1) {
      if (chunk[this.#end + at] !== bytes[at]) return false;
    }
    return true;
  }

  #cut(): void {
    if (this.#chunk === undefined) return;
    this.#pieces.push(this.#chunk.subarray(this.#start, this.#end));
    this.#chunk = undefined;
  }
}

/** A comma, or the end of a list. */
const LONGEST_MARK = 2;
