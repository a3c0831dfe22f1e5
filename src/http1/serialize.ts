import type { Field } from "./fields.ts";
import type { Framing, RequestFraming } from "./framing.ts";
import { serializeTraceContext, TRACE_FIELDS, type TraceContext } from "./trace-context.ts";

/**
 * Fields that concern one connection, or that the sender of a message writes itself; none is passed on
 * (RFC 9110 §7.6.1).
 */
export const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The same of requests, whose Content-Encoding dockerd ignores. Where in a trace one stands is written anew. */
const NOT_SENT_ON: ReadonlySet<string> = new Set([...NOT_PASSED_ON, "content-encoding", ...TRACE_FIELDS]);

/** What a request head is written from. */
export interface OutgoingRequest {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  /** The fields as received; those of one connection are left out. */
  readonly fields: readonly Field[];
  readonly framing: RequestFraming;
  /** The protocol to ask for, or none. */
  readonly upgrade: string | undefined;
  /** Where in a trace it stands, if in any. */
  readonly trace?: TraceContext | undefined;
  /** What the systems before say of that trace. */
  readonly traceState?: string | undefined;
}

/** Writes a request head anew: own Host, own framing, `Upgrade` only when asked for. One character a byte. */
export function serializeRequestHead(request: OutgoingRequest): string {
  let text = `${request.method} ${request.target} HTTP/1.1\r\nHost: ${request.host}\r\n`;
  for (const field of request.fields) {
    if (!NOT_SENT_ON.has(field.key)) {
      text += `${field.name}: ${field.value}\r\n`;
    }
  }
  if (request.trace !== undefined) {
    text += serializeTraceContext(request.trace, request.traceState);
  }
  text += framingLine(request.framing, request.method === "POST" || request.method === "PUT");
  return request.upgrade === undefined
    ? `${text}\r\n`
    : `${text}Connection: Upgrade\r\nUpgrade: ${request.upgrade}\r\n\r\n`;
}

/** What a response head is written from. */
export interface OutgoingResponse {
  readonly status: number;
  readonly reason: string;
  /** The fields as received; those of one connection are left out. */
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** What the client is told of the connection. */
  readonly connection: "keep" | "close" | { readonly upgrade: string };
}

/**
 * Writes a response head anew. Without a body the received Content-Length stays, because it tells a HEAD or 304 what
 * the length would be (RFC 9110 §8.6). One character a byte.
 */
export function serializeResponseHead(response: OutgoingResponse): string {
  const { framing, connection } = response;
  let text = `HTTP/1.1 ${response.status} ${response.reason}\r\n`;
  for (const field of response.fields) {
    if (!NOT_PASSED_ON.has(field.key) || (field.key === "content-length" && framing.kind === "none")) {
      text += `${field.name}: ${field.value}\r\n`;
    }
  }
  text += framingLine(framing, false);
  switch (connection) {
    case "keep":
      return `${text}\r\n`;
    case "close":
      return `${text}Connection: close\r\n\r\n`;
    default:
      return `${text}Connection: Upgrade\r\nUpgrade: ${connection.upgrade}\r\n\r\n`;
  }
}

function framingLine(framing: Framing, stateEmpty: boolean): string {
  switch (framing.kind) {
    case "length":
      return `Content-Length: ${framing.length}\r\n`;
    case "chunked":
      return "Transfer-Encoding: chunked\r\n";
    case "none":
      return stateEmpty ? "Content-Length: 0\r\n" : "";
    case "close":
      return "";
  }
}

const CRLF: Buffer = Buffer.from("\r\n", "latin1");

/** The end of a chunked body without trailers. */
export const LAST_CHUNK: Buffer = Buffer.from("0\r\n\r\n", "latin1");

/** Frames content as one chunk (RFC 9112 §7.1); nothing for no content, since an empty chunk would end the body. */
export function serializeChunk(data: readonly Buffer[]): readonly Buffer[] {
  let size = 0;
  for (const part of data) {
    size += part.length;
  }
  return size === 0 ? [] : [Buffer.from(`${size.toString(16)}\r\n`, "latin1"), ...data, CRLF];
}
