/** What an entry of a list is for whoever reads it: its very bytes, others in their place, or why there are none. */
export type EntrySeen = "same" | Buffer | "unreadable" | "withheld";

/** An entry where it stands in a text, and what it is. */
export interface SeenEntry {
  readonly text: Buffer;
  readonly start: number;
  readonly end: number;
  readonly seen: EntrySeen;
  /** Which one of the list before it is byte by byte, where it was found there. */
  readonly index?: number;
}

/** What an entry takes beside its bytes. */
const ENTRY_SIZE = 32;

/** So many bytes are compared before all of them are. */
const FIRST_BYTES = 16;

const EMPTY: Buffer = Buffer.alloc(0);

/** The entries of a list as they came, with what each of them is, in memory that is used again. */
export class ListText {
  readonly #most: number;
  #bytes = EMPTY;
  #length = 0;
  #size = 0;
  #isFull = false;
  /** Of each entry. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #seen: EntrySeen[] = [];

  /** `most` bytes are kept of a list; what comes behind them is not. */
  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#seen.length;
  }

  /** Whether it is only the beginning of a list. */
  get isFull(): boolean {
    return this.#isFull;
  }

  clear(): void {
    this.#length = 0;
    this.#size = 0;
    this.#isFull = false;
    for (const each of [this.#starts, this.#ends, this.#seen]) each.length = 0;
  }

  /** Finds an entry at a place of a chunk, where all of its bytes stand there. */
  find(index: number, chunk: Buffer, start: number): SeenEntry | undefined {
    if (index >= this.count) return undefined;
    const bytes = this.#bytes;
    const from = this.#starts[index] ?? 0;
    const to = this.#ends[index] ?? 0;
    const end = start + to - from;
    if (end > chunk.length) return undefined;
    // Most that differ do so in their ids, and at once.
    for (let at = 0; at < FIRST_BYTES && from + at < to; at += 1)
      if (bytes[from + at] !== chunk[start + at]) return undefined;
    const isSame = chunk.compare(bytes, from, to, start, end) === 0;
    return isSame ? { text: chunk, start, end, seen: this.#seen[index] ?? "unreadable", index } : undefined;
  }

  /** Adds entries with the chunk in which they stand. */
  add(chunk: Buffer, entries: readonly SeenEntry[]): void {
    if (entries.length === 0 || !this.#makeRoom(chunk.length)) return;
    chunk.copy(this.#bytes, this.#length);
    for (const { start, end, seen, index } of entries) {
      const kept = typeof seen === "string" || index !== undefined ? seen : ownCopy(seen);
      this.#put(this.#length + start, this.#length + end, kept);
    }
    this.#length += chunk.length;
  }

  /** Adds the first entries of another list. */
  copy(from: ListText, count: number): void {
    const length = from.#ends[count - 1] ?? 0;
    if (!this.#makeRoom(length)) return;
    from.#bytes.copy(this.#bytes, 0, 0, length);
    this.#length = length;
    for (let index = 0; index < count; index += 1)
      this.#put(from.#starts[index] ?? 0, from.#ends[index] ?? 0, from.#seen[index] ?? "unreadable");
  }

  #put(start: number, end: number, seen: EntrySeen): void {
    this.#size += ENTRY_SIZE + (typeof seen === "string" ? 0 : seen.length);
    if (this.#size > this.#most) this.#isFull = true;
    if (this.#isFull) return;
    this.#starts.push(start);
    this.#ends.push(end);
    this.#seen.push(seen);
  }

  #makeRoom(more: number): boolean {
    this.#size += more;
    if (this.#size > this.#most) this.#isFull = true;
    if (this.#isFull) return false;
    const length = this.#length + more;
    if (length > this.#bytes.length) {
      // A list is seldom as long as the one before it.
      const larger = Buffer.allocUnsafeSlow(Math.min(length + (length >> 2), this.#most));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    return true;
  }
}

/** Small buffers are cut from larger pieces, and each keeps all of its piece. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
