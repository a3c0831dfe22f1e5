/** A set of byte values as a table: `table[code] === 1` when the byte belongs to it. */
export type ByteTable = Uint8Array;

function tableOf(accepts: (code: number) => boolean): ByteTable {
  return Uint8Array.from({ length: 256 }, (_, code) => (accepts(code) ? 1 : 0));
}

function isAlphaNumeric(code: number): boolean {
  return /[0-9A-Za-z]/u.test(String.fromCodePoint(code));
}

function isOneOf(characters: string): (code: number) => boolean {
  return (code) => characters.includes(String.fromCodePoint(code));
}

const tokenMarks = isOneOf("!#$%&'*+-.^_`|~");
const hostMarks = isOneOf("!$%&'()*+,-.:;=@[]_~");
const refusedInTarget = isOneOf("#\\");

/** Characters of a token, such as a field name (RFC 9110 §5.6.2). */
export const TOKEN: ByteTable = tableOf((code) => isAlphaNumeric(code) || tokenMarks(code));

/** Characters of a field value: visible ASCII, space, tab and obs-text (RFC 9110 §5.5). No CR, LF or NUL. */
export const FIELD_VALUE: ByteTable = tableOf((code) => code === 0x09 || (code >= 0x20 && code !== 0x7f));

/**
 * Characters of a request target: visible ASCII without `#` and `\`, which readers disagree about: Go takes them
 * as parts of the path, a URL parser as the start of a fragment and as a slash.
 */
export const TARGET: ByteTable = tableOf((code) => code > 0x20 && code < 0x7f && !refusedInTarget(code));

/** Characters of a Host value, the set that Go's server accepts. */
export const HOST: ByteTable = tableOf((code) => isAlphaNumeric(code) || hostMarks(code));

/** Hexadecimal digits with their value plus one, so that 0 means "not a digit". */
export const HEX_VALUE: ByteTable = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = Number.parseInt(String.fromCodePoint(code), 16);
  return Number.isNaN(digit) ? 0 : digit + 1;
});

/** Tells whether every character of `text` is in `table`. */
export function consistsOf(text: string, table: ByteTable): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (table[text.charCodeAt(at)] !== 1) {
      return false;
    }
  }
  return true;
}

/** Tells whether every `%` of `text` is followed by two hexadecimal digits (RFC 3986 §2.1). */
export function hasWholeEscapes(text: string): boolean {
  let at = text.indexOf("%");
  while (at !== -1) {
    if (!isHexDigit(text, at + 1) || !isHexDigit(text, at + 2)) {
      return false;
    }
    at = text.indexOf("%", at + 3);
  }
  return true;
}

function isHexDigit(text: string, at: number): boolean {
  return (HEX_VALUE[text.charCodeAt(at)] ?? 0) > 0;
}
