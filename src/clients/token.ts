import { crypto } from "../kernel/late-modules.ts";
import type { Result } from "../kernel/result.ts";
import { LEAST_TOKEN } from "./limits.ts";

/** RFC 6750 §2.1: what a client can send at all. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/u;
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/iu;

/**
 * A bearer token, of which nothing is kept but its SHA-256. Two are compared in a time that says nothing of how much of
 * them is the same, not even their lengths.
 */
export class Token {
  /** Not private to the class, of which a bundle for the policy file's reader has a copy of its own. */
  readonly digest: Buffer;

  constructor(text: string) {
    this.digest = crypto().createHash("sha256").update(text, "utf8").digest();
  }

  /** Tells whether both are of the same text. */
  equals(other: Token): boolean {
    return crypto().timingSafeEqual(this.digest, other.digest);
  }
}

/**
 * Reads a token from the text of its file: one line, whose end may be left out. Who may read the file is not looked at:
 * Docker mounts secrets readable by all. The error never repeats the text.
 */
export function parseTokenFile(text: string): Result<Token, string> {
  const line = text.replace(/\r?\n$/u, "");
  if (/[\r\n]/u.test(line)) return { ok: false, error: "a token's file has one line" };
  if (!TOKEN.test(line)) {
    return {
      ok: false,
      error: "a token has letters, digits and - . _ ~ + / alone, and perhaps = at its end",
    };
  }
  return line.length < LEAST_TOKEN
    ? { ok: false, error: `a token has at least ${LEAST_TOKEN} characters, chosen at random` }
    : { ok: true, value: new Token(line) };
}

/** The token of an `Authorization` field, if it has one (RFC 6750 §2.1). */
export function presentedToken(authorization: string | undefined): Token | undefined {
  const [, text] = BEARER.exec(authorization ?? "") ?? [];
  return text === undefined ? undefined : new Token(text);
}
