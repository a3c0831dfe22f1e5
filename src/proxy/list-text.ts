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

/** An entry where it stands in the bytes that are kept. */
type KeptEntry = Pick<SeenEntry, "start" | "end" | "seen">;

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
  readonly #entries: KeptEntry[] = [];

  /** `most` bytes are kept of a list; what comes behind them is not. */
  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** Whether it is only the beginning of a list. */
  get isFull(): boolean {
    return this.#isFull;
  }

  clear(): void {
    this.#length = 0;
    this.#size = 0;
    this.#isFull = false;
    this.#entries.length = 0;
  }

  /** Finds an entry at a place of a chunk, where all of its bytes stand there. */
  find(index: number, chunk: Buffer, start: number): SeenEntry | undefined {
    const kept = this.#entries[index];
    if (kept === undefined) return undefined;
    const bytes = this.#bytes;
    const { start: from, end: to, seen } = kept;
    const end = start + to - from;
    if (end > chunk.length) return undefined;
    // Most that differ do so in their ids, and at once.
    for (let at = 0; at < FIRST_BYTES && from + at < to; at += 1)
      if (bytes[from + at] !== chunk[start + at]) return undefined;
    const isSame = chunk.compare(bytes, from, to, start, end) === 0;
    return isSame ? { text: chunk, start, end, seen, index } : undefined;
  }

  /** Adds entries with the chunk in which they stand. */
  add(chunk: Buffer, entries: readonly SeenEntry[]): void {
    if (entries.length === 0 || !this.#makeRoom(chunk.length)) return;
    chunk.copy(this.#bytes, this.#length);
    for (const { start, end, seen, index } of entries) {
      const kept = typeof seen === "string" || index !== undefined ? seen : ownCopy(seen);
      this.#put({ start: this.#length + start, end: this.#length + end, seen: kept });
    }
    this.#length += chunk.length;
  }

  /** Adds the first entries of another list. */
  copy(from: ListText, count: number): void {
    const entries = from.#entries.slice(0, count);
    const length = entries.at(-1)?.end ?? 0;
    if (!this.#makeRoom(length)) return;
    from.#bytes.copy(this.#bytes, 0, 0, length);
    this.#length = length;
    for (const entry of entries) this.#put(entry);
  }

  #put(entry: KeptEntry): void {
    this.#size += ENTRY_SIZE + (typeof entry.seen === "string" ? 0 : entry.seen.length);
    if (this.#size > this.#most) this.#isFull = true;
    if (!this.#isFull) this.#entries.push(entry);
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
