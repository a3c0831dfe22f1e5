import { STATUS_CODES } from "node:http";
import { ERROR_CODES, type ErrorCode } from "../gate-error.ts";
import { formatHttpDate } from "../kernel/timestamp.ts";

/** An answer of the gate's own. */
export interface Reply {
  readonly code: ErrorCode;
  /** The sentence that `docker` prints. */
  readonly message: string;
  /** Whether the connection is closed after it. */
  readonly close: boolean;
  /** Whether the request was a HEAD, which is answered without the body. */
  readonly toHead: boolean;
  /** After how many whole seconds the client may try again, where that is known (RFC 9110 §10.2.3). */
  readonly retryAfter?: number | undefined;
}

/** As many different ones as clients get again and again. */
const MOST_KEPT = 64;

interface Kept {
  readonly reply: Reply;
  readonly date: string;
  readonly bytes: Buffer;
}

/** The last replies by their sentence. */
const kept = new Map<string, Kept>();

/** What is refused by the operation alone is asked for again at once, and its sentence has nothing of what the client sent. */
const OFTEN: ErrorCode = "operation_denied";

/**
 * Writes a reply in the form of Docker's own errors, `{"message": …}`, in UTF-8, with the code in `X-Quaygate-Code`. Of closed
 * operations the same reply of the same second is the same bytes; all other sentences may hold what nobody remembers.
 */
export function serializeReply(reply: Reply): Buffer {
  const { code, message, close, toHead } = reply;
  const date = formatHttpDate(Date.now());
  if (code !== OFTEN) {
    return Buffer.from(textOf(reply, date), "utf8");
  }
  const known = kept.get(message);
  if (
    known !== undefined &&
    known.date === date &&
    known.reply.close === close &&
    known.reply.toHead === toHead
  ) {
    return known.bytes;
  }
  const bytes = Buffer.from(textOf(reply, date), "utf8");
  if (kept.size >= MOST_KEPT) {
    kept.clear();
  }
  kept.set(message, { reply, date, bytes });
  return bytes;
}

function textOf({ code, message, close, toHead, retryAfter }: Reply, date: string): string {
  const { status } = ERROR_CODES[code];
  const body = `{"message":${JSON.stringify(message)}}\n`;
  const head =
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n` +
    "Content-Type: application/json\r\n" +
    `Date: ${date}\r\n` +
    `X-Quaygate-Code: ${code}\r\n` +
    (retryAfter === undefined ? "" : `Retry-After: ${retryAfter}\r\n`) +
    `Content-Length: ${Buffer.byteLength(body)}\r\n` +
    (close ? "Connection: close\r\n\r\n" : "\r\n");
  return toHead ? head : head + body;
}

/** An answer of the gate's own that has nothing to say (RFC 9110 §15.3.5). */
export function serializeNoContent(close: boolean): string {
  const date = formatHttpDate(Date.now());
  return `HTTP/1.1 204 No Content\r\nDate: ${date}\r\n${close ? "Connection: close\r\n" : ""}\r\n`;
}

/** Tells a client to send the body it asked about (RFC 9110 §15.2.1). */
export const CONTINUE: Buffer = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
