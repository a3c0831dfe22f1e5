import { longestName, longestShownValue } from "../limits.ts";
import type { OperationName } from "../operations.ts";
import type { Noun } from "./nouns.ts";

/** Something that a request asks for beyond its operation: `bind:/etc:ro`, `cap:SYS_ADMIN`, `privileged`. */
export interface Power {
  readonly noun: Noun;
  /** In the one spelling that its noun has, encoded by {@link encodeValue} or {@link encodePath}; "" when it has none. */
  readonly value: string;
  /** Where the request asks for it: `HostConfig.Binds[0] = /etc:/host-etc:ro`. */
  readonly place: string;
  /** Set where the engine had a part in it: not every client may know what the engine says. */
  readonly found?: Found;
}

/** How a power was found by asking the engine about a name. */
export interface Found {
  /** The operation that tells the same: whoever may use it may know the power as it is. */
  readonly readBy: OperationName;
  /** Whether it is the power to name the thing at all, and not what the thing gives. */
  readonly isName: boolean;
  /** The value for whom may not: the client's own word, taken for a name. Undefined where it is not one for sure. */
  readonly word: string | undefined;
  /** The place for whom may not: that of the word, which says nothing of what was found. */
  readonly place: string;
}

/** A power as it is written in a list of powers. */
export function powerText({ noun, value }: Pick<Power, "noun" | "value">): string {
  return value === "" ? noun : `${noun}:${value}`;
}

// A comma separates the entries of a list, a star is a wildcard, a percent sign begins an escape, and what is not
// printable ASCII could forge a line of a log. White space around an entry is taken off.
const MEANINGFUL = /[^\u0020-\u007e]|[%*,]|^ | $/u;
// In a path a colon begins the mode.
const MEANINGFUL_IN_PATH = /[^\u0020-\u007e]|[%*,:]|^ | $/u;

/**
 * Ends a value that was too long. It begins an escape that is none, so whoever decodes the value fails: no pattern that
 * gives stands for it but one for everything, and each that takes away does.
 */
const CUT = "%...";

/** Tells whether a value was too long, so that only its noun alone gives the power. */
export function isCut(value: string): boolean {
  return value.includes(CUT);
}

/**
 * Encodes the value of a power, so that a list of powers can hold it and no part of it is a wildcard. What is longer than
 * `longest` is cut to its beginning, which is only to be shown.
 */
export function encodeValue(text: string, longest: number = longestName): string {
  return encode(text, MEANINGFUL, longest);
}

/** The same for a path, behind which a mode such as `:ro` may stand. */
export function encodePath(path: string): string {
  return encode(path, MEANINGFUL_IN_PATH, longestName);
}

function encode(text: string, meaningful: RegExp, longest: number): string {
  if (isLonger(text, longest))
    return `${encode(text.slice(0, longestShownValue), meaningful, longest)}${CUT}`;
  return meaningful.test(text) ? escape(text, meaningful === MEANINGFUL ? PLAIN : PLAIN_IN_PATH) : text;
}

/** Tells whether a text has more bytes; most are so short that nobody has to count. */
function isLonger(text: string, longest: number): boolean {
  const mayBe = text.length * MOST_BYTES > longest;
  return mayBe && (text.length > longest || Buffer.byteLength(text, "utf8") > longest);
}

/** The most bytes of UTF-8 for one unit of a text. */
const MOST_BYTES = 3;
const PERCENT = 0x25;
const SPACE = 0x20;
const HEXADECIMAL = Buffer.from("0123456789ABCDEF", "latin1");
/** Of each byte whether it stands for itself: in a value, and in a path. */
const PLAIN = plainBytes(MEANINGFUL);
const PLAIN_IN_PATH = plainBytes(MEANINGFUL_IN_PATH);

function plainBytes(meaningful: RegExp): Uint8Array {
  // A letter on each side: a space has a meaning at the ends only.
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    meaningful.test(`a${String.fromCharCode(byte)}a`) ? 0 : 1,
  );
}

/** Byte by byte into one buffer: a text in which every second character is escaped costs no more than another. */
function escape(text: string, plain: Uint8Array): string {
  const bytes = Buffer.from(text, "utf8");
  const last = bytes.length - 1;
  const encoded = Buffer.allocUnsafe(3 * bytes.length);
  let end = 0;
  for (let index = 0; index <= last; index += 1) {
    const byte = bytes[index] ?? 0;
    const isOuterSpace = byte === SPACE && (index === 0 || index === last);
    if (plain[byte] === 1 && !isOuterSpace) {
      encoded[end] = byte;
      end += 1;
    } else {
      encoded[end] = PERCENT;
      encoded[end + 1] = HEXADECIMAL[byte >> 4] ?? 0;
      encoded[end + 2] = HEXADECIMAL[byte & 0xf] ?? 0;
      end += 3;
    }
  }
  return encoded.toString("latin1", 0, end);
}
