import { isUtf8 } from "node:buffer";
import type { Result } from "../../kernel/result.ts";
import { deepestBody, mostValues } from "../limits.ts";
import { JsonNumber, type JsonValue } from "./value.ts";

/** What is wrong with a text that should be JSON. The reason never repeats the client's bytes. */
export interface JsonFault {
  readonly reason: string;
}

/** What a text is read with. */
export interface JsonBounds {
  /** The most values in it. */
  readonly values: number;
  /** Whether a string may have a NUL, at which the kernel ends a path: in what nobody executes. */
  readonly takesNul: boolean;
}

const ofBody: JsonBounds = { values: mostValues, takesNul: false };

/**
 * Parses one JSON text (RFC 8259) that every reader understands the same way; never throws.
 *
 * Refused beside what is no JSON: invalid UTF-8 and lone surrogates, which Go replaces; a key that stands twice, which
 * Go merges and others drop; NUL, at which the kernel ends a path; anything after the value, of which engines before 23
 * take no notice; and more than {@link deepestBody} levels or {@link mostValues} values, but where the bounds say so.
 */
export function parseJson(bytes: Buffer, bounds: JsonBounds = ofBody): Result<JsonValue, JsonFault> {
  if (!isUtf8(bytes)) return { ok: false, error: { reason: "it is not UTF-8" } };
  const text = bytes.toString("utf8");
  return new JsonReader(text, unitsOf(text, bytes), bounds).readAll();
}

/**
 * A text as numbers: V8 reads one from an array in a third of the time that it takes from a text. Reading a body takes two
 * thirds of the time with it.
 */
type Units = Uint8Array | Uint16Array;

/** The UTF-16 units of a text, which are its bytes where there are as many: then it is ASCII. */
function unitsOf(text: string, bytes: Buffer): Units {
  if (text.length === bytes.length) return bytes;
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at);
  return units;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const letterT = 0x74;
const letterF = 0x66;
const letterN = 0x6e;
const comma = 0x2c;
const colon = 0x3a;
const zero = 0x30;
const nine = 0x39;
const firstPlain = 0x20;
/** Stands behind the last unit. */
const end = -1;

/** Most numbers of a body are one digit. */
const digits = Array.from({ length: 10 }, (_, digit) => new JsonNumber(String(digit)));

/** A number, at `lastIndex`. */
export const jsonNumber: RegExp = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const notJson = "it is not JSON";

/** Recursive descent. The first fault is kept and ends the text, so that every loop comes to its end. */
export class JsonReader {
  readonly #text: string;
  readonly #units: Units;
  readonly #bounds: JsonBounds;
  #at = 0;
  #values = 0;
  #fault: string | undefined;

  constructor(text: string, units: Units, bounds: JsonBounds) {
    this.#text = text;
    this.#units = units;
    this.#bounds = bounds;
  }

  /** Reads the whole text as one value. */
  readAll(): Result<JsonValue, JsonFault> {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail("something follows the JSON value");
    return this.#fault === undefined ? { ok: true, value } : { ok: false, error: { reason: this.#fault } };
  }

  /** Reads the value that begins at a place, so many levels deep; undefined where that is none. */
  readAt(at: number, depth: number): JsonValue | undefined {
    this.#at = at;
    const value = this.#value(depth);
    return this.#fault === undefined ? value : undefined;
  }

  /** Where what was read last ends. */
  get end(): number {
    return this.#at;
  }

  /** How many values were read. */
  get count(): number {
    return this.#values;
  }

  #fail(reason: string): void {
    this.#fault ??= reason;
    this.#at = this.#text.length;
  }

  #value(depth: number): JsonValue {
    this.#values += 1;
    if (this.#values > this.#bounds.values) this.#fail(`it has more than ${this.#bounds.values} values`);
    this.#skipSpace();
    switch (this.#units[this.#at]) {
      case quote:
        return this.#string();
      case openBrace:
        return this.#object(depth + 1);
      case openBracket:
        return this.#array(depth + 1);
      case letterT:
        return this.#word("true", true);
      case letterF:
        return this.#word("false", false);
      case letterN:
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #word<Value extends boolean | null>(word: string, value: Value): Value {
    for (let index = 0; index < word.length; index += 1) {
      if (this.#units[this.#at + index] !== word.charCodeAt(index)) this.#fail(notJson);
    }
    this.#at += word.length;
    return value;
  }

  #number(): JsonNumber {
    const code = this.#units[this.#at] ?? end;
    const next = this.#units[this.#at + 1];
    const isAlone = next === comma || next === closeBrace || next === closeBracket;
    const digit = isAlone && code >= zero && code <= nine ? digits[code - zero] : undefined;
    if (digit !== undefined) {
      this.#at += 1;
      return digit;
    }
    jsonNumber.lastIndex = this.#at;
    const text = jsonNumber.exec(this.#text)?.[0];
    if (text === undefined) this.#fail(notJson);
    this.#at += text?.length ?? 0;
    return new JsonNumber(text ?? "0");
  }

  #object(depth: number): ReadonlyMap<string, JsonValue> {
    const members = new Map<string, JsonValue>();
    let count = 0;
    this.#enter(depth);
    if (this.#takes(closeBrace)) return members;
    do {
      this.#skipSpace();
      if (this.#units[this.#at] !== quote) this.#fail(notJson);
      const key = this.#string();
      if (!this.#takes(colon)) this.#fail(notJson);
      const value = this.#value(depth);
      count += 1;
      members.set(key, value);
    } while (this.#takes(comma));
    if (members.size < count) this.#fail("a key stands twice in one object");
    if (!this.#takes(closeBrace)) this.#fail(notJson);
    return members;
  }

  #array(depth: number): readonly JsonValue[] {
    const entries: JsonValue[] = [];
    this.#enter(depth);
    if (this.#takes(closeBracket)) return entries;
    do entries.push(this.#value(depth));
    while (this.#takes(comma));
    if (!this.#takes(closeBracket)) this.#fail(notJson);
    return entries;
  }

  #enter(depth: number): void {
    if (depth > deepestBody) this.#fail(`it is nested deeper than ${deepestBody} levels`);
    this.#at += 1;
  }

  /** Takes a mark if it is the next thing. */
  #takes(mark: number): boolean {
    this.#skipSpace();
    if (this.#units[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    const units = this.#units;
    let at = this.#at;
    for (;;) {
      const code = units[at] ?? end;
      if (code > 0x20 || (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) break;
      at += 1;
    }
    this.#at = at;
  }

  /** Stands at the opening quote. Most strings have no escape and are one slice. */
  #string(): string {
    const units = this.#units;
    const start = this.#at + 1;
    let at = start;
    let escaped = false;
    for (;;) {
      const code = units[at] ?? end;
      if (code === quote) break;
      if (code < firstPlain) {
        this.#fail("a string is not closed or has a control character");
        return "";
      }
      if (code === backslash) {
        escaped = true;
        // What it makes of a quote is no end.
        at += 1;
      }
      at += 1;
    }
    this.#at = at + 1;
    return escaped ? this.#unescape(this.#text.slice(start - 1, at + 1)) : this.#text.slice(start, at);
  }

  #unescape(quoted: string): string {
    const text = unescapeString(quoted, this.#bounds);
    if (!text.ok) this.#fail(text.error);
    return text.ok ? text.value : "";
  }
}

/**
 * Reads a string with escapes, in its quotes, or says why it is refused. By the platform, at once: a piece for each escape
 * would take many times its size.
 */
export function unescapeString(quoted: string, { takesNul }: JsonBounds): Result<string, string> {
  const text = parseString(quoted);
  if (text === undefined) return { ok: false, error: "a string has an unknown escape" };
  if (!takesNul && text.includes("\0")) return { ok: false, error: "a string has a NUL character" };
  return /\p{Cs}/u.test(text)
    ? { ok: false, error: "a string has half of a character" }
    : { ok: true, value: text };
}

/** The text of a JSON string (RFC 8259 §7), or undefined where it is none. */
function parseString(quoted: string): string | undefined {
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}
