import { STATUS_CODES } from "node:http";
import { quote } from "../kernel/quote.ts";
import { formatHttpDate } from "../kernel/timestamp.ts";
import { ERROR_CODES, type ErrorCode } from "./gate-error.ts";

/** An answer of the gate's own. */
export interface Reply {
  readonly code: ErrorCode;
  /** The sentence that `docker` prints. */
  readonly message: string;
  /** Whether the connection is closed after it. */
  readonly close: boolean;
  /** Whether the request was a HEAD, which is answered without the body. */
  readonly toHead: boolean;
}

/** Writes a reply, to be sent as UTF-8, in the form of Docker's own errors, `{"message": …}`, with the code in `X-Quaygate-Code`. */
export function serializeReply({ code, message, close, toHead }: Reply): string {
  const { status } = ERROR_CODES[code];
  const body = `{"message":${quote(message)}}\n`;
  const head =
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n` +
    "Content-Type: application/json\r\n" +
    `Date: ${formatHttpDate(Date.now())}\r\n` +
    `X-Quaygate-Code: ${code}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n` +
    (close ? "Connection: close\r\n\r\n" : "\r\n");
  return toHead ? head : head + body;
}

/** Tells a client to send the body it asked about (RFC 9110 §15.2.1). */
export const CONTINUE: Buffer = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
