import type { Result } from "../kernel/result.ts";
import { CR, LF } from "./bytes.ts";
import { type Fault, type Faulty, faulty } from "./fault.ts";
import { FIELD_VALUE, TOKEN } from "./grammar.ts";
import { FIELD_LIMIT } from "./limits.ts";

const TAB = 0x09;
const SPACE = 0x20;
const COLON = 0x3a;

/** One field line (RFC 9110 §5.1). */
export interface Field {
  /** The name as it was sent, a token. */
  readonly name: string;
  /** The name in lower case, to compare with. */
  readonly key: string;
  /** The value without surrounding white space, one character a byte. */
  readonly value: string;
}

/** Who is told of each field line where its parts stand in the text. */
export interface FieldVisitor {
  /** The name is from `nameStart` to `nameEnd`, the value without surrounding white space from `valueStart` to `valueEnd`. */
  visitField(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void;
}

/**
 * Reads the field lines of `text` from `start` to its end (RFC 9112 §5). Refused: line folding, white space before
 * the colon, an empty or bad name, bare CR, NUL and other controls, more than {@link FIELD_LIMIT} fields, and a tab
 * behind a value, which Node takes for a part of a Content-Length, Transfer-Encoding or Connection and Go does not.
 */
export function parseFields(text: string, start: number): Result<readonly Field[], Fault> {
  const list = new FieldList(text);
  return scanFields(text, start, list) ?? { ok: true, value: list.fields };
}

class FieldList implements FieldVisitor {
  readonly fields: Field[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  visitField(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const name = this.#text.slice(nameStart, nameEnd);
    this.fields.push({ name, key: name.toLowerCase(), value: this.#text.slice(valueStart, valueEnd) });
  }
}

/** Reads field lines as {@link parseFields} does, and makes nothing of them but what the visitor does. */
export function scanFields(text: string, start: number, visitor: FieldVisitor): Faulty | undefined {
  let count = 0;
  let at = start;
  while (at < text.length) {
    const nameStart = at;
    while (TOKEN[text.charCodeAt(at)] === 1) {
      at += 1;
    }
    if (at === nameStart || text.charCodeAt(at) !== COLON) {
      return badName(text, nameStart, at);
    }
    const nameEnd = at;
    at += 1;
    while (isBlank(text.charCodeAt(at))) {
      at += 1;
    }
    const valueStart = at;
    while (FIELD_VALUE[text.charCodeAt(at)] === 1) {
      at += 1;
    }
    if (text.charCodeAt(at) !== CR || text.charCodeAt(at + 1) !== LF) {
      return faulty("bad_field", "a field value holds a control character");
    }
    let valueEnd = at;
    while (valueEnd > valueStart && text.charCodeAt(valueEnd - 1) === SPACE) {
      valueEnd -= 1;
    }
    if (valueEnd > valueStart && text.charCodeAt(valueEnd - 1) === TAB) {
      return faulty("bad_field", "a field value ends in a tab");
    }
    at += 2;
    count += 1;
    if (count > FIELD_LIMIT) {
      return faulty("too_many_fields", `the head has more than ${FIELD_LIMIT} fields`);
    }
    visitor.visitField(nameStart, nameEnd, valueStart, valueEnd);
  }
  return undefined;
}

function badName(text: string, nameStart: number, nameEnd: number): Faulty {
  if (nameEnd === nameStart && isBlank(text.charCodeAt(nameStart))) {
    return faulty("bad_field", "a field is folded over several lines");
  }
  return faulty(
    "bad_field",
    isBlank(text.charCodeAt(nameEnd))
      ? "white space before the colon of a field"
      : "a field name is not a token",
  );
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The elements of a comma-separated list in lower case, empty ones left out (RFC 9110 §5.6.1). */
export function parseList(value: string): readonly string[] {
  return value
    .toLowerCase()
    .split(",")
    .map(trimBlanks)
    .filter((element) => element !== "");
}

/** The text without spaces and tabs around it; `trim` would take more than the grammar knows, such as 0xA0. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isBlank(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}
