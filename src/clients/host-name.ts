import type { Result } from "../kernel/result.ts";
import { LONGEST_NAME, LONGEST_NAME_PART } from "./limits.ts";

const PART = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/u;
/** The C library takes `10.1` and `0x7f.1` for addresses. */
const NUMBER = /^(?:0x[0-9a-f]*|[0-9]+)$/u;

/** Reads the name of a host or a service as it is written in a policy, into lower case and without a dot at its end. */
export function parseHostName(text: string): Result<string, string> {
  const name = text.toLowerCase().replace(/\.$/u, "");
  const parts = name.split(".");
  if (name.length > LONGEST_NAME || parts.some((part) => part.length > LONGEST_NAME_PART)) {
    const longest = `${LONGEST_NAME} characters, and ${LONGEST_NAME_PART} between two dots`;
    return { ok: false, error: `a name has at most ${longest}` };
  }
  if (parts.some((part) => !PART.test(part))) {
    return { ok: false, error: `"${text}" is no name of a host or a service` };
  }
  return NUMBER.test(parts.at(-1) ?? "")
    ? { ok: false, error: `"${text}" ends in a number, as addresses do, and is none` }
    : { ok: true, value: name };
}

/** What names end with that are those of no host (RFC 2606 §2). */
export const NOWHERE = "invalid";

/** Tells whether nobody can have this name, as a person has yet to say whose it is. */
export function isNowhere(name: string): boolean {
  return name === NOWHERE || name.endsWith(`.${NOWHERE}`);
}
