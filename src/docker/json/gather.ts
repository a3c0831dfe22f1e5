import { GatheredBytes } from "../../kernel/gathered-bytes.ts";

/** One element of a text, whole and without the white space around it; undefined in the place of one that is too long. */
export type Element = Buffer | undefined;

/** Is asked for the memory of what is not whole, in bytes, before it is taken; 0 gives it back. */
export type HoldBytes = (bytes: number) => boolean;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

const MARK = 1;
const OPENS = 2;
const CLOSES = 3;

/** What each byte is in a string, and beside strings: nearly all are nothing, and a table passes over them fastest. */
const IN_STRING: Uint8Array = new Uint8Array(256);
const BESIDE_STRINGS: Uint8Array = new Uint8Array(256);
for (const byte of [quote, backslash]) IN_STRING[byte] = MARK;
BESIDE_STRINGS[quote] = MARK;
for (const byte of [openBrace, openBracket]) BESIDE_STRINGS[byte] = OPENS;
for (const byte of [closeBrace, closeBracket]) BESIDE_STRINGS[byte] = CLOSES;

/** What an element is, as far as its end is concerned. */
type Kind = "nested" | "string" | "scalar";

/** Why a text can't be cut: it is no JSON, or there is no memory for what has come of an element. */
export type SplitFault = { readonly kind: "malformed"; readonly reason: string } | { readonly kind: "full" };

/** Knows what may stand between elements, and what becomes of each. */
export interface ElementReader {
  /** Takes one byte between elements: begins with an element, goes on, or tells what is wrong. */
  step(byte: number): string | undefined;
  /** Takes an element that is whole, a part of the chunk itself where it stands in that as a whole; or tells what is wrong. */
  take(element: Element): string | undefined;
  /**
   * Takes an object that begins at a place of a chunk and is known as a whole, and tells where its own brace has closed it; undefined
   * where that has to be found out.
   */
  takeKnown?(chunk: Buffer, start: number): number | undefined;
}

const NO_BYTES = new GatheredBytes(0);

/**
 * Takes one element after the other of a JSON text (RFC 8259) that comes in chunks. Whether an element is itself JSON is for its
 * reader to say: here only its brackets are counted.
 */
export class ElementGatherer {
  readonly #hold: HoldBytes;
  /** What the element is that has begun; undefined between two of them. */
  #kind: Kind | undefined;
  /** The longest that it may be, in bytes: of a longer one nothing is kept. */
  #most = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** What has come of it in the chunks before. */
  #begun: GatheredBytes = NO_BYTES;
  #isTooLong = false;

  constructor(hold: HoldBytes) {
    this.#hold = hold;
  }

  /** Whether an element has begun and is not whole. */
  get isGathering(): boolean {
    return this.#kind !== undefined;
  }

  /** Begins with an element of at most so many bytes, by its first one; tells whether one can begin so. */
  begin(byte: number, most: number): boolean {
    if (byte === comma || byte === closeBracket || byte === closeBrace) return false;
    const isNested = byte === openBrace || byte === openBracket;
    this.#kind = isNested ? "nested" : byte === quote ? "string" : "scalar";
    this.#most = most;
    return true;
  }

  /** Goes on with a chunk. A reader that begins with an element says so by {@link begin}. */
  read(chunk: Buffer, reader: ElementReader): SplitFault | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#kind === undefined) {
        const reason = reader.step(chunk[at] ?? 0);
        if (reason !== undefined) return { kind: "malformed", reason };
        // The byte that an element begins with is a part of it.
        if (!this.isGathering) at += 1;
        else if (chunk[at] === openBrace) at = this.#passKnown(chunk, at, reader);
        continue;
      }
      const end = this.#kind === "scalar" ? endOfScalar(chunk, at) : this.#endOfQuoted(chunk, at);
      if (end === undefined) return this.#keep(chunk.subarray(at)) ? undefined : { kind: "full" };
      const reason = reader.take(this.#take(chunk.subarray(at, end)));
      if (reason !== undefined) return { kind: "malformed", reason };
      at = end;
    }
    return undefined;
  }

  /** Gives the element that only the end of the text makes whole: a number or a word. */
  end(): Element | "none" {
    return this.#kind === "scalar" ? this.#take(Buffer.alloc(0)) : "none";
  }

  /** Passes an object that its reader knows; at any other it stays. */
  #passKnown(chunk: Buffer, start: number, reader: ElementReader): number {
    const end = reader.takeKnown?.(chunk, start);
    if (end === undefined) return start;
    this.#kind = undefined;
    return end;
  }

  /** Where the element ends that has strings in it, or is one; undefined where that is not in this chunk. */
  #endOfQuoted(chunk: Buffer, start: number): number | undefined {
    const { length } = chunk;
    const [quoted, plain] = [IN_STRING, BESIDE_STRINGS];
    let inString = this.#inString;
    let depth = this.#depth;
    let at = start;
    if (this.#escaped) {
      this.#escaped = false;
      at += 1;
    }
    while (at < length) {
      if (inString) {
        while (at < length && quoted[chunk[at] ?? 0] === 0) at += 1;
        if (at === length) break;
        if (chunk[at] === backslash) {
          // What a backslash makes of a quote is no end.
          at += 2;
          continue;
        }
        inString = false;
      } else {
        while (at < length && plain[chunk[at] ?? 0] === 0) at += 1;
        if (at === length) break;
        const mark = plain[chunk[at] ?? 0];
        inString = mark === MARK;
        depth += mark === OPENS ? 1 : mark === CLOSES ? -1 : 0;
      }
      at += 1;
      if (!inString && depth === 0) {
        this.#inString = false;
        this.#depth = 0;
        return at;
      }
    }
    this.#escaped = at > length;
    this.#inString = inString;
    this.#depth = depth;
    return undefined;
  }

  /** Keeps a part of an element that goes on in the next chunk. */
  #keep(part: Buffer): boolean {
    const most = this.#most;
    this.#isTooLong ||= this.#begun.length + part.length > most;
    if (this.#isTooLong) {
      this.#drop();
      return true;
    }
    if (this.#begun === NO_BYTES) this.#begun = new GatheredBytes(most);
    if (!this.#hold(this.#begun.sizeWith(part.length))) return false;
    this.#begun.add(part);
    return true;
  }

  #take(part: Buffer): Element {
    const most = this.#most;
    const begun = this.#begun;
    const isTooLong = this.#isTooLong || begun.length + part.length > most;
    this.#kind = undefined;
    this.#isTooLong = false;
    if (begun === NO_BYTES) return isTooLong ? undefined : part;
    if (!isTooLong) begun.add(part);
    this.#drop();
    return isTooLong ? undefined : begun.whole;
  }

  #drop(): void {
    if (this.#begun === NO_BYTES) return;
    this.#begun = NO_BYTES;
    this.#hold(0);
  }
}

/** Numbers and words end before what can't be in them. */
function endOfScalar(chunk: Buffer, start: number): number | undefined {
  for (let at = start; at < chunk.length; at += 1) {
    if (endsScalar(chunk[at] ?? 0)) return at;
  }
  return undefined;
}

function endsScalar(byte: number): boolean {
  return (
    isSpace(byte) ||
    byte === comma ||
    byte === quote ||
    byte === openBracket ||
    byte === closeBracket ||
    byte === openBrace ||
    byte === closeBrace
  );
}

/** White space of JSON (RFC 8259 §2). */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
