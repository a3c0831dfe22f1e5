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
const MEANINGFUL = /[^\u0020-\u007e]+|[%*,]|^ | $/gu;
// In a path a colon begins the mode.
const MEANINGFUL_IN_PATH = /[^\u0020-\u007e]+|[%*,:]|^ | $/gu;

/** Encodes the value of a power, so that a list of powers can hold it and no part of it is a wildcard. */
export function encodeValue(text: string): string {
  return text.search(MEANINGFUL) === -1 ? text : text.replaceAll(MEANINGFUL, encodeCharacters);
}

/** The same for a path, behind which `:ro` may stand. */
export function encodePath(path: string): string {
  return path.search(MEANINGFUL_IN_PATH) === -1
    ? path
    : path.replaceAll(MEANINGFUL_IN_PATH, encodeCharacters);
}

const ESCAPES = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
);

/** Many at once, by a table: a text of megabytes must not take seconds. */
function encodeCharacters(characters: string): string {
  let encoded = "";
  for (const byte of Buffer.from(characters, "utf8")) encoded += ESCAPES[byte] ?? "";
  return encoded;
}
