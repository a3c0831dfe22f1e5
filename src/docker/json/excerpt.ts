import { isAscii } from "node:buffer";
import { deepestBody } from "../limits.ts";
import { type JsonBounds, jsonNumber, JsonReader, unescapeString } from "./parse.ts";
import { NOTHING, type ObjectOutline, objectOutline, type Outline } from "./outline.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./value.ts";
import { writeJson } from "./write.ts";

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const letterE = 0x65;
const letterF = 0x66;
const letterN = 0x6e;
const letterT = 0x74;
const comma = 0x2c;
const colon = 0x3a;
const dot = 0x2e;
const zero = 0x30;
const one = 0x31;
const nine = 0x39;
const firstPlain = 0x20;
/** Makes a capital small. */
const small = 0x20;

const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

/** Which bytes a string does not pass over: quotes, escapes, control characters. */
const STOPS: Uint8Array = new Uint8Array(256);
for (let byte = 0; byte < firstPlain; byte += 1) STOPS[byte] = 1;
for (const byte of [quote, backslash]) STOPS[byte] = 1;

/** More keys in one object are compared better by whoever makes texts of them. */
const MOST_KEYS = 64;
/** Where keys begin and end, of an object and those around it: one text is read at a time. */
const PLACES = new Int32Array(2 * MOST_KEYS * deepestBody);

const ANYTHING: ObjectOutline = objectOutline(new Map(), NOTHING);
const NO_MEMBERS: Map<string, JsonValue> = new Map();

/**
 * Reads the text of one object and makes of it what an outline says. In one pass, and with most of a text nothing is made: it
 * takes a part of the time of {@link parseJson}, which takes every text that is read here and makes the same of it. What is
 * unusual is not read here at all: then only that one can say what it is.
 */
export class ExcerptReader {
  readonly #outline: ObjectOutline;
  readonly #bounds: JsonBounds;
  #bytes: Buffer = TRUE;
  #text = "";
  #at = 0;
  #values = 0;
  #isCanonical = true;
  #whole: JsonReader | undefined;
  /** How many numbers of {@link PLACES} are of the objects that are being read. */
  #places = 0;

  constructor(outline: ObjectOutline, bounds: JsonBounds) {
    this.#outline = outline;
    this.#bounds = bounds;
  }

  /** Reads a text; undefined where it is no object, is refused, or is unusual. */
  read(bytes: Buffer): Excerpt | undefined {
    if (bytes[0] !== openBrace || !isAscii(bytes)) return undefined;
    this.#bytes = bytes;
    this.#text = bytes.toString("latin1");
    this.#at = 0;
    this.#values = 1;
    this.#isCanonical = true;
    this.#whole = undefined;
    this.#places = 0;
    const made: MadeMember[] = [];
    const members = new Map<string, JsonValue>();
    const isRead = this.#object(this.#outline, 1, members, made) && this.#at === bytes.length;
    return isRead && this.#count <= this.#bounds.values
      ? new Excerpt(bytes, members, made, this.#isCanonical)
      : undefined;
  }

  /** What is made is counted where it is made. */
  get #count(): number {
    return this.#values + (this.#whole?.count ?? 0);
  }

  /** Stands at the opening brace. What is made goes to `members`, and of the outermost object to `made` as well. */
  #object(
    outline: ObjectOutline,
    depth: number,
    members: Map<string, JsonValue>,
    made?: MadeMember[],
  ): boolean {
    if (depth > deepestBody) return false;
    const bytes = this.#bytes;
    const first = this.#places;
    const places = PLACES;
    // A bit for each kind of key that was there: most keys differ by their length and their first letter.
    let kinds = 0;
    this.#at += 1;
    if (this.#next() === closeBrace) {
      this.#at += 1;
      return true;
    }
    for (;;) {
      if (this.#next() !== quote) return false;
      const start = this.#at;
      const end = this.#endOfPlain(start + 1);
      const kind = 1 << ((end - start + (bytes[start + 1] ?? 0)) & 31);
      if (bytes[end] !== quote || ((kinds & kind) !== 0 && !this.#isNew(first, start + 1, end))) return false;
      kinds |= kind;
      if (this.#places === first + 2 * MOST_KEYS) return false;
      places[this.#places] = start + 1;
      places[this.#places + 1] = end;
      this.#places += 2;
      this.#at = end + 1;
      if (this.#next() !== colon) return false;
      this.#at += 1;
      this.#next();
      const valueStart = this.#at;
      const known = outline.find(bytes, start + 1, end);
      const part = known?.outline ?? outline.others;
      const key = known?.key ?? (part.kind === "all" ? this.#text.slice(start + 1, end) : "");
      const before = members.size;
      if (!this.#member(part, depth, key, members)) return false;
      if (made !== undefined && members.size > before)
        made.push({ key, start, valueStart, end: this.#at, isWhole: part.kind === "all" });
      const mark = this.#next();
      this.#at += 1;
      if (mark === closeBrace) break;
      if (mark !== comma) return false;
    }
    this.#places = first;
    return true;
  }

  /** Reads the value of a member, and puts what is made of it to the others. */
  #member(outline: Outline, depth: number, key: string, members: Map<string, JsonValue>): boolean {
    if (outline.kind === "all") {
      this.#whole ??= new JsonReader(this.#text, this.#bytes, this.#bounds);
      const value = this.#whole.readAt(this.#at, depth);
      if (value === undefined) return false;
      this.#at = this.#whole.end;
      members.set(key, value);
      return true;
    }
    const isMade = outline.kind === "object" && !outline.isEmpty && this.#bytes[this.#at] === openBrace;
    if (!isMade) return this.#pass(outline, depth);
    this.#values += 1;
    const inner = new Map<string, JsonValue>();
    if (!this.#object(outline, depth + 1, inner)) return false;
    if (inner.size > 0) members.set(key, inner);
    return true;
  }

  /** Reads a value of which nothing is made. */
  #pass(outline: Outline, depth: number): boolean {
    this.#values += 1;
    const isAny = outline.kind === "nothing";
    switch (this.#bytes[this.#at]) {
      case quote:
        return isAny && this.#string();
      case openBrace:
        if (isAny) return this.#object(ANYTHING, depth + 1, NO_MEMBERS);
        return outline.kind === "object" && this.#object(outline, depth + 1, NO_MEMBERS);
      case openBracket:
        if (isAny) return this.#list(NOTHING, depth + 1);
        return outline.kind === "list" && this.#list(outline.entry, depth + 1);
      case letterN:
        return this.#word(NULL);
      case letterT:
        return isAny && this.#word(TRUE);
      case letterF:
        return isAny && this.#word(FALSE);
      default:
        return isAny && this.#number();
    }
  }

  #list(entry: Outline, depth: number): boolean {
    if (depth > deepestBody) return false;
    this.#at += 1;
    if (this.#next() === closeBracket) {
      this.#at += 1;
      return true;
    }
    for (;;) {
      this.#next();
      if (!this.#pass(entry, depth)) return false;
      const mark = this.#next();
      this.#at += 1;
      if (mark === closeBracket) return true;
      if (mark !== comma) return false;
    }
  }

  /** The next byte that is no white space, at which it stands then. */
  #next(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at] ?? 0;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      this.#isCanonical = false;
      this.#at += 1;
      byte = bytes[this.#at] ?? 0;
    }
    return byte;
  }

  /** Where a string that goes on at a place has a byte that is not its own. */
  #endOfPlain(start: number): number {
    const bytes = this.#bytes;
    const stops = STOPS;
    let at = start;
    while (stops[bytes[at] ?? 0] === 0) at += 1;
    return at;
  }

  /** Stands at the opening quote. */
  #string(): boolean {
    const bytes = this.#bytes;
    let end = this.#endOfPlain(this.#at + 1);
    if (bytes[end] !== quote) {
      // What a backslash makes of a quote is no end.
      while (bytes[end] === backslash) end = this.#endOfPlain(end + 2);
      if (bytes[end] !== quote) return false;
      const quoted = this.#text.slice(this.#at, end + 1);
      const text = unescapeString(quoted, this.#bounds);
      if (!text.ok) return false;
      if (JSON.stringify(text.value) !== quoted) this.#isCanonical = false;
    }
    this.#at = end + 1;
    return true;
  }

  #word(word: Uint8Array): boolean {
    for (let index = 0; index < word.length; index += 1) {
      if (this.#bytes[this.#at + index] !== word[index]) return false;
    }
    this.#at += word.length;
    return true;
  }

  /** Most are whole and positive. */
  #number(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at] ?? 0;
    if (byte >= one && byte <= nine) {
      do byte = bytes[(at += 1)] ?? 0;
      while (byte >= zero && byte <= nine);
      if (byte !== dot && (byte | small) !== letterE) {
        this.#at = at;
        return true;
      }
    }
    jsonNumber.lastIndex = this.#at;
    const isNumber = jsonNumber.test(this.#text);
    this.#at = jsonNumber.lastIndex;
    return isNumber;
  }

  /** Whether a key is none of those before it in its object, whose places begin at `first`. */
  #isNew(first: number, start: number, end: number): boolean {
    const places = PLACES;
    for (let index = first; index < this.#places; index += 2) {
      const other = places[index] ?? 0;
      if ((places[index + 1] ?? 0) - other === end - start && this.#isSame(other, start, end)) return false;
    }
    return true;
  }

  #isSame(other: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    for (let at = start; at < end; at += 1) {
      if (bytes[other + at - start] !== bytes[at]) return false;
    }
    return true;
  }
}

/** A member of which something was made, and where it stands. */
interface MadeMember {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

const OPEN = Buffer.from("{");
const COMMA = Buffer.from(",");
const CLOSE = Buffer.from("}");

/** What was made of an object's text. */
export class Excerpt {
  /** The object with those members alone that were made. */
  readonly value: JsonObject;
  readonly #bytes: Buffer;
  readonly #made: readonly MadeMember[];
  readonly #isCanonical: boolean;

  constructor(bytes: Buffer, value: JsonObject, made: readonly MadeMember[], isCanonical: boolean) {
    this.value = value;
    this.#bytes = bytes;
    this.#made = made;
    this.#isCanonical = isCanonical;
  }

  /**
   * Writes the object with these members in the place of those that were made, as {@link writeJson} would write all of it; undefined
   * where that takes the whole value.
   */
  rewrite(members: JsonValue): Buffer | undefined {
    if (!this.#isCanonical || !isJsonObject(members)) return undefined;
    const bytes = this.#bytes;
    const parts: Buffer[] = [];
    let from = OPEN.length;
    for (const { key, start, valueStart, end, isWhole } of this.#made) {
      const member = members.get(key);
      if (!isWhole && member !== this.value.get(key)) return undefined;
      if (!isWhole) continue;
      if (start > from) parts.push(bytes.subarray(from, start - COMMA.length));
      if (member !== undefined)
        parts.push(Buffer.concat([bytes.subarray(start, valueStart), writeJson(member)]));
      from = end + COMMA.length;
    }
    if (from < bytes.length) parts.push(bytes.subarray(from, bytes.length - CLOSE.length));
    return Buffer.concat([
      OPEN,
      ...parts.flatMap((part, index) => (index === 0 ? [part] : [COMMA, part])),
      CLOSE,
    ]);
  }
}
