import type { Field } from "../http1/fields.ts";
import type { ResponseHead } from "../http1/response-head.ts";

/** The end of each sentence: what cures it, whichever setting or default told the address. */
const CURE = "set QUAYGATE_ENGINE to the Docker engine's own socket";

/** Said of a connection that ends before a byte of an answer has come. */
export const CLOSED_WITHOUT_ANSWER =
  "the Docker engine closed the connection without an answer; is it stopping, or is QUAYGATE_ENGINE a TLS port or another program's socket?";

const SPEAKS_TLS = "it speaks TLS, which the gate does not: set QUAYGATE_ENGINE to the engine's unix socket";

/** What every answer begins with that can be read. */
const OPENING = "HTTP/1.";

/** Known by its first byte; the others, if they are there already, must agree. */
const PROTOCOLS: readonly { readonly start: RegExp; readonly what: string }[] = [
  {
    // RFC 9113 §3.4: a server begins with a SETTINGS frame, which is far shorter than 64 KiB.
    start: /^\0(?:$|\0(?:$|[^](?:$|\u0004)))/u,
    what: `it speaks HTTP/2 only, as the socket of containerd does (containerd.sock): ${CURE}`,
  },
  // RFC 8446 §5.1: a record with an alert.
  { start: /^\u0015(?:$|\u0003)/u, what: SPEAKS_TLS },
  {
    start: /^SSH-/u,
    what: "it is an SSH server: set QUAYGATE_ENGINE to a socket, such as one that ssh -L forwards",
  },
];

/** Tells what does not speak HTTP/1.1 from the first bytes of its answer; undefined for one that may. */
export function strangerByStart(start: string): string | undefined {
  const opening = start.slice(0, OPENING.length);
  if (OPENING.startsWith(opening)) {
    return undefined;
  }
  const known = PROTOCOLS.find((protocol) => protocol.start.test(start));
  return known?.what ?? `the answer does not start with an HTTP/1.1 status line: ${CURE}`;
}

const BAD_REQUEST = 400;
/** What Go's TLS servers, dockerd among them, say in plain text to who does not speak TLS. */
const PLAIN_TO_TLS = "Client sent an HTTP request to an HTTPS server";

/** Tells a TLS server that complains in plain text from an answer's head and the bytes behind it. */
export function strangerByHead(head: ResponseHead, rest: Buffer): string | undefined {
  const isBare = head.status === BAD_REQUEST && head.fields.length === 0;
  return isBare && rest.toString("latin1", 0, PLAIN_TO_TLS.length) === PLAIN_TO_TLS ? SPEAKS_TLS : undefined;
}

const OK = 200;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 405]);
const SERVER_ERROR = 500;

/** What an engine answers to a ping, also one that does not tell its version. */
const PONG = "OK";

/** So much of the answer to a ping tells whether it is an engine's. */
export const PONG_LIMIT: number = PONG.length + 1;

/**
 * Tells what answers a ping as no engine does: an engine tells its version, or says at least what a ping is answered
 * with. `body` is as much of it as there is, up to {@link PONG_LIMIT}.
 */
export function strangerByPing({ status, fields }: ResponseHead, body: string): string | undefined {
  const code = valueOf(fields, "x-quaygate-code");
  if (code === "engine_loop") {
    return `it is this gate itself: ${CURE}`;
  }
  if (valueOf(fields, "api-version") !== undefined || (status === OK && body === PONG)) {
    return undefined;
  }
  if (REFUSALS.has(status)) {
    return `it refuses /_ping with ${status}, as another Docker socket proxy does: allow it there (PING=1), or ${CURE}`;
  }
  if (status >= SERVER_ERROR) {
    return `it answers /_ping with ${status}, as another proxy does that has no engine: look there, or ${CURE}`;
  }
  const signs = [valueOf(fields, "content-type"), valueOf(fields, "server")].filter(
    (sign) => sign !== undefined,
  );
  return `it answers /_ping with ${[status, ...signs.map(plain)].join(", ")}, which no engine does: ${CURE}`;
}

function valueOf(fields: readonly Field[], key: string): string | undefined {
  return fields.find((field) => field.key === key)?.value;
}

const LONGEST_SIGN = 60;

/** A stranger's text, fit for a sentence. */
function plain(text: string): string {
  return text.slice(0, LONGEST_SIGN).replaceAll(/[^\u0020-\u007e]/gu, "?");
}
