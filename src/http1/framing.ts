import { type Faulty, faulty } from "./fault.ts";
import { CONTENT_LENGTH_DIGITS } from "./limits.ts";

/** How the end of a body is known (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  /** Until the sender closes: responses only. */
  | { readonly kind: "close" };

/** How the end of a request body is known: never by closing (RFC 9112 §6.3 item 7). */
export type RequestFraming = Exclude<Framing, { readonly kind: "close" }>;

/** No body. */
export const NO_BODY: { readonly kind: "none" } = { kind: "none" };

/** A chunked body. */
export const CHUNKED_BODY: { readonly kind: "chunked" } = { kind: "chunked" };

const DIGITS = /^[0-9]+$/u;

/**
 * Reads the framing fields strictly: one Content-Length of digits, or Transfer-Encoding exactly `chunked`, never both
 * (RFC 9112 §6.1, §6.2: request smuggling). Without either, `undefined`.
 */
export function parseFraming(
  contentLength: string | undefined,
  transferEncoding: string | undefined,
): { readonly ok: true; readonly value: RequestFraming | undefined } | Faulty {
  if (transferEncoding !== undefined) {
    if (contentLength !== undefined) {
      return faulty("bad_framing", "both Content-Length and Transfer-Encoding are given");
    }
    return transferEncoding.toLowerCase() === "chunked"
      ? { ok: true, value: CHUNKED_BODY }
      : faulty("bad_framing", "Transfer-Encoding is not exactly chunked");
  }
  if (contentLength === undefined) {
    return { ok: true, value: undefined };
  }
  if (!DIGITS.test(contentLength) || contentLength.length > CONTENT_LENGTH_DIGITS) {
    return faulty("bad_framing", "Content-Length is not a plain number");
  }
  const length = Number(contentLength);
  return { ok: true, value: length === 0 ? NO_BODY : { kind: "length", length } };
}
