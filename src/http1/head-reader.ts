import { CR, EMPTY, LF } from "./bytes.ts";
import { type Faulty, faulty } from "./fault.ts";
import { TOKEN } from "./grammar.ts";
import { START_LIMIT } from "./request-start.ts";

const FIRST_CAPACITY = 4096;

/** A head to its end. */
export interface WholeHead {
  readonly ok: true;
  readonly complete: true;
  /** Every line with its CRLF, without the empty line at the end; one character a byte. */
  readonly text: string;
  /** The bytes after the head, and right behind it in memory too: a body, or the next message. */
  readonly rest: Buffer;
}

/** What is known of a head after one more chunk. */
export type HeadProgress =
  | { readonly ok: true; readonly complete: false }
  | WholeHead
  | (Faulty & {
      /** The beginning of the head, one character a byte: which request was it? */
      readonly start: string;
    });

const PARTIAL: HeadProgress = { ok: true, complete: false };

/**
 * Collects the bytes of one head up to its empty line, whatever chunks they come in. A line that ends in a bare LF
 * (RFC 9112 §2.2), a first byte that starts no word and a head beyond the limit are faults as soon as they are seen.
 */
export class HeadReader {
  readonly #limit: number;
  #held: Buffer = EMPTY;
  #length = 0;
  #lineStart = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The number of bytes held of a head that is not complete. */
  get held(): number {
    return this.#length;
  }

  /** The beginning of a head that is not complete, one character a byte. */
  get start(): string {
    return startOf(this.#held.subarray(0, this.#length));
  }

  /** Takes the next chunk. After a complete head or a fault the reader is ready for the next head. */
  read(chunk: Buffer): HeadProgress {
    if (this.#length === 0 && chunk.length > 0 && TOKEN[chunk[0] ?? 0] !== 1) {
      // An empty line, or no HTTP at all: TLS starts with 0x16, and it may be long before a line end comes by chance.
      return { ...faulty("bad_request_line", "the message does not start with a word"), start: "" };
    }
    const searchFrom = this.#length;
    const bytes = this.#append(chunk);
    let lineStart = this.#lineStart;
    let lineEnd = bytes.indexOf(LF, searchFrom);
    while (lineEnd !== -1 && lineEnd < this.#limit) {
      if (bytes[lineEnd - 1] !== CR) {
        this.#reset();
        return {
          ...faulty("bad_line_end", "a line ends in a bare LF instead of CRLF"),
          start: startOf(bytes.subarray(0, lineEnd + 1)),
        };
      }
      if (lineEnd === lineStart + 1) {
        this.#reset();
        return {
          ok: true,
          complete: true,
          text: bytes.toString("latin1", 0, lineStart),
          rest: bytes.subarray(lineEnd + 1),
        };
      }
      lineStart = lineEnd + 1;
      lineEnd = bytes.indexOf(LF, lineStart);
    }
    if (bytes.length >= this.#limit) {
      this.#reset();
      return {
        ...faulty("head_too_large", `the head is longer than ${this.#limit} bytes`),
        start: startOf(bytes.subarray(0, this.#limit)),
      };
    }
    this.#lineStart = lineStart;
    this.#hold(chunk, bytes);
    return PARTIAL;
  }

  #append(chunk: Buffer): Buffer {
    if (this.#length === 0) {
      return chunk;
    }
    const needed = this.#length + chunk.length;
    if (needed > this.#held.length) {
      // Doubling keeps a head sent byte by byte linear in its length.
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#held.length * 2));
      this.#held.copy(grown, 0, 0, this.#length);
      this.#held = grown;
    }
    chunk.copy(this.#held, this.#length);
    return this.#held.subarray(0, needed);
  }

  #hold(chunk: Buffer, bytes: Buffer): void {
    if (this.#length === 0 && chunk.length > 0) {
      this.#held = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY, chunk.length));
      chunk.copy(this.#held);
    }
    this.#length = bytes.length;
  }

  #reset(): void {
    this.#held = EMPTY;
    this.#length = 0;
    this.#lineStart = 0;
  }
}

function startOf(bytes: Buffer): string {
  return bytes.toString("latin1", 0, Math.min(bytes.length, START_LIMIT));
}
