import { GatheredBytes } from "../../kernel/gathered-bytes.ts";
import type { Result } from "../../kernel/result.ts";

/**
 * What is cut: one value; the entries of a list; or one value behind the other, with or without white space between them,
 * as an engine writes what goes on.
 */
export type Layout = "value" | "list" | "sequence";

/** One element of a text, whole and without the white space around it; undefined in the place of one that is too long. */
export type Element = Buffer | undefined;

/** Why a text can't be cut: it is no JSON, or there is no memory for what has come of an element. */
export type SplitFault = { readonly kind: "malformed"; readonly reason: string } | { readonly kind: "full" };

/** What a text is cut with. */
export interface SplitBounds {
  /** The longest element, in bytes: of a longer one nothing is kept. */
  readonly most: number;
  /** Is asked for the memory of an element that is not whole, in bytes, before it is taken; 0 gives it back. */
  readonly hold: (bytes: number) => boolean;
}

type Outcome = Result<readonly Element[], SplitFault>;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

/** What an engine writes for a list that it never made. */
const NO_LIST = Buffer.from("null");

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

/** Where a text is outside of its elements. */
type Place =
  /** Before the list. */
  | "before"
  /** In the word that stands for an empty one. */
  | "null"
  /** Behind the list's bracket: an entry or the end. */
  | "first"
  /** Behind a comma: an entry. */
  | "next"
  /** Behind an entry: a comma or the end. */
  | "behind"
  /** Where a value may begin, which is no entry. */
  | "value"
  /** Where nothing follows. */
  | "after";

/** What an element is, as far as its end is concerned. */
type Kind = "nested" | "string" | "scalar";

const NO_BYTES = new GatheredBytes(0);

/**
 * Cuts a JSON text (RFC 8259) that comes in chunks into its elements, each as soon as it is whole; what stands between them
 * is read strictly. Whether an element is itself JSON is for its reader to say: here only its brackets are counted.
 */
export class ElementSplitter {
  readonly #layout: Layout;
  readonly #bounds: SplitBounds;
  #place: Place;
  /** What the element is that has begun; undefined between two of them. */
  #kind: Kind | undefined;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** What has come of it in the chunks before. */
  #begun: GatheredBytes = NO_BYTES;
  #isTooLong = false;
  /** How much of the word for an empty list has come. */
  #spelt = 0;

  constructor(layout: Layout, bounds: SplitBounds) {
    this.#layout = layout;
    this.#bounds = bounds;
    this.#place = layout === "list" ? "before" : "value";
  }

  /** Gives the elements that end in a chunk; parts of the chunk itself where they stand in it as a whole. */
  read(chunk: Buffer): Outcome {
    const elements: Element[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#kind === undefined) {
        const fault = this.#step(chunk[at] ?? 0);
        if (fault !== undefined) return malformed(fault);
        if (this.#kind === undefined) {
          at += 1;
          continue;
        }
      }
      const start = at;
      const end = this.#endOf(this.#kind, chunk, start);
      if (end === undefined) return this.#keep(chunk.subarray(start)) ? done(elements) : full;
      elements.push(this.#take(chunk.subarray(start, end)));
      at = end;
    }
    return done(elements);
  }

  /** The text ends: gives the element that only its end made whole, or tells that it was not all. */
  end(): Outcome {
    const elements: Element[] = [];
    if (this.#kind === "scalar" && this.#layout !== "list") elements.push(this.#take(Buffer.alloc(0)));
    const isWhole = this.#layout === "sequence" ? this.#place === "value" : this.#place === "after";
    return isWhole && this.#kind === undefined ? done(elements) : malformed("it breaks off");
  }

  /** Takes one byte between elements: begins with one, goes on, or tells what is wrong. */
  #step(byte: number): string | undefined {
    if (isSpace(byte) && this.#place !== "null") return undefined;
    switch (this.#place) {
      case "before":
        if (byte !== openBracket) return this.#spellNull(byte);
        this.#place = "first";
        return undefined;
      case "null":
        return this.#spellNull(byte);
      case "first":
        if (byte !== closeBracket) return this.#begin(byte);
        this.#place = "after";
        return undefined;
      case "behind":
        if (byte !== comma && byte !== closeBracket) return "two entries have no comma between them";
        this.#place = byte === comma ? "next" : "after";
        return undefined;
      case "next":
      case "value":
        return this.#begin(byte);
      case "after":
        return "something follows its end";
    }
  }

  #spellNull(byte: number): string | undefined {
    if (byte !== NO_LIST[this.#spelt]) return "it is no list";
    this.#spelt += 1;
    this.#place = this.#spelt === NO_LIST.length ? "after" : "null";
    return undefined;
  }

  #begin(byte: number): string | undefined {
    if (byte === comma || byte === closeBracket || byte === closeBrace) return "a value is missing";
    const isNested = byte === openBrace || byte === openBracket;
    this.#kind = isNested ? "nested" : byte === quote ? "string" : "scalar";
    this.#place = this.#layout === "list" ? "behind" : this.#layout === "value" ? "after" : "value";
    return undefined;
  }

  /** Where the element ends that goes on at `start`, or undefined where that is not in this chunk. */
  #endOf(kind: Kind, chunk: Buffer, start: number): number | undefined {
    return kind === "scalar" ? endOfScalar(chunk, start) : this.#endOfQuoted(chunk, start);
  }

  /** The same of what has strings in it, or is one. */
  #endOfQuoted(chunk: Buffer, start: number): number | undefined {
    const { length } = chunk;
    let inString = this.#inString;
    let depth = this.#depth;
    let at = start;
    if (this.#escaped) {
      this.#escaped = false;
      at += 1;
    }
    while (at < length) {
      if (inString) {
        while (at < length && IN_STRING[chunk[at] ?? 0] === 0) at += 1;
        if (at === length) break;
        if (chunk[at] === backslash) {
          // What a backslash makes of a quote is no end.
          at += 2;
          continue;
        }
        inString = false;
      } else {
        while (at < length && BESIDE_STRINGS[chunk[at] ?? 0] === 0) at += 1;
        if (at === length) break;
        const mark = BESIDE_STRINGS[chunk[at] ?? 0];
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
    const { most, hold } = this.#bounds;
    this.#isTooLong ||= this.#begun.length + part.length > most;
    if (this.#isTooLong) {
      this.#drop();
      return true;
    }
    if (this.#begun === NO_BYTES) this.#begun = new GatheredBytes(most);
    if (!hold(this.#begun.sizeWith(part.length))) return false;
    this.#begun.add(part);
    return true;
  }

  #take(part: Buffer): Element {
    const { most } = this.#bounds;
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
    this.#bounds.hold(0);
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
function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function done(elements: readonly Element[]): Outcome {
  return { ok: true, value: elements };
}

const full: Outcome = { ok: false, error: { kind: "full" } };

function malformed(reason: string): Outcome {
  return { ok: false, error: { kind: "malformed", reason } };
}
