import type { Result } from "../kernel/result.ts";
import { parseContentType, withFirstContentType } from "./content-type.ts";
import { type Fault, type Faulty, faulty } from "./fault.ts";
import { type Field, parseFields, parseList } from "./fields.ts";
import { NO_BODY, parseFraming, type RequestFraming } from "./framing.ts";
import { consistsOf, hasWholeEscapes, HOST, TARGET } from "./grammar.ts";
import { HTTP2_PREFACE_LINE } from "./http2.ts";
import { IGNORED_BODY_LIMIT, LARGE_HEAD, PATH_LIMIT } from "./limits.ts";
import { parseTraceContext, type TraceContext } from "./trace-context.ts";

/** The methods that are understood. Anything else is refused before a policy looks. */
export const REQUEST_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] as const;

/** A method that is understood. */
export type RequestMethod = (typeof REQUEST_METHODS)[number];

/** The head of a request, understood completely. */
export interface RequestHead {
  readonly method: RequestMethod;
  /** The target up to the first `?`: printable ASCII that starts with one `/`; escapes not decoded. */
  readonly path: string;
  /** The target after the first `?`: printable ASCII with whole escapes and without `;`. */
  readonly query: string | undefined;
  readonly version: "1.0" | "1.1";
  readonly fields: readonly Field[];
  /** Of a body that the method gives no meaning to the framing says how it is read and dropped. */
  readonly framing: RequestFraming;
  /** Whether the client may send another request on the connection (RFC 9112 §9.3). */
  readonly persistent: boolean;
  /** Whether the client waits for 100 Continue before it sends the body (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean;
  /** The protocol that the client would like to change to; dockerd asks for no `Connection: upgrade` beside it. */
  readonly upgrade: string | undefined;
  /** What each Content-Type says, in lower case and without parameters. The first alone is among the fields. */
  readonly contentTypes: readonly string[];
  /** Where in a trace it stands; undefined where it does not say so, or not in a form that is known. */
  readonly trace: TraceContext | undefined;
}

type Outcome = Result<RequestHead, Fault>;

const NO_TYPES: readonly string[] = [];

/** The connection options that mean something here or nothing at all; naming any other field could hide it. */
const CONNECTION_OPTIONS: ReadonlySet<string> = new Set([
  "close",
  "keep-alive",
  "upgrade",
  "http2-settings",
  "te",
]);

/** The fields that may stand once only (RFC 9110 §5.3); undefined where one is absent. */
interface SingleFields {
  host: string | undefined;
  "content-length": string | undefined;
  "transfer-encoding": string | undefined;
  expect: string | undefined;
  upgrade: string | undefined;
}

/** What a second one of each would let two readers disagree on. */
const TWICE: Readonly<Record<keyof SingleFields, Fault>> = {
  host: { code: "bad_host", reason: "Host is given twice" },
  "content-length": { code: "bad_framing", reason: "Content-Length is given twice" },
  "transfer-encoding": { code: "bad_framing", reason: "Transfer-Encoding is given twice" },
  expect: { code: "unsupported_expectation", reason: "Expect is given twice" },
  upgrade: { code: "bad_field", reason: "Upgrade is given twice" },
};

/**
 * Parses the text of a head as {@link HeadReader} gives it: every line with its CRLF. Accepts only what Node's parser
 * and Go's read the same way; all else is a fault (RFC 9112 §3, §5; the contract is in docs/architecture.md).
 */
export function parseRequestHead(text: string): Outcome {
  const lineEnd = text.indexOf("\r\n");
  const line = parseRequestLine(text.slice(0, lineEnd));
  if (!line.ok) {
    return line;
  }
  const fields = parseFields(text, lineEnd + 2);
  if (!fields.ok) {
    return fields;
  }
  const { path } = line.value;
  return interpretFields(
    { ...line.value, path: text.length > LARGE_HEAD ? copyOf(path) : path },
    fields.value,
  );
}

/** A part of a string keeps the whole string in memory, and a path outlives its head by days. */
function copyOf(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

type RequestLine = Pick<RequestHead, "method" | "path" | "query" | "version">;

function parseRequestLine(line: string): { readonly ok: true; readonly value: RequestLine } | Faulty {
  const methodEnd = line.indexOf(" ");
  const targetEnd = line.lastIndexOf(" ");
  if (methodEnd === -1 || methodEnd === targetEnd) {
    return faulty("bad_request_line", "the request line is not method, target and version");
  }
  const version = line.slice(targetEnd + 1);
  if (version !== "HTTP/1.1" && version !== "HTTP/1.0") {
    return faulty(
      "unsupported_version",
      line === HTTP2_PREFACE_LINE
        ? "the client speaks HTTP/2 (gRPC), and the gate HTTP/1.1 only: build with buildx's docker driver, not with its remote one"
        : "only HTTP/1.1 and HTTP/1.0 are spoken here",
    );
  }
  const method = REQUEST_METHODS.find((known) => known.length === methodEnd && line.startsWith(known));
  if (method === undefined) {
    return faulty("unsupported_method", "the Engine API has no such method");
  }
  const target = line.slice(methodEnd + 1, targetEnd);
  if (target.charCodeAt(0) !== 0x2f || target.charCodeAt(1) === 0x2f) {
    return faulty("bad_target", "the target is not a path that starts with one slash");
  }
  if (!consistsOf(target, TARGET)) {
    return faulty(
      "bad_target",
      "the target holds a space, #, \\, a control character or a byte beyond ASCII",
    );
  }
  const queryStart = target.indexOf("?");
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  if (path.length > PATH_LIMIT) {
    return faulty("bad_target", `the path is longer than ${PATH_LIMIT} bytes`);
  }
  const query = queryStart === -1 ? undefined : target.slice(queryStart + 1);
  if (query !== undefined && (query.includes(";") || !hasWholeEscapes(query))) {
    // Older Go splits at ";", newer Go drops the pair: readers disagree.
    return faulty("bad_target", "the query holds a ; or an escape that is not two hexadecimal digits");
  }
  return { ok: true, value: { method, path, query, version: version === "HTTP/1.1" ? "1.1" : "1.0" } };
}

function interpretFields({ method, path, query, version }: RequestLine, fields: readonly Field[]): Outcome {
  const single: SingleFields = {
    host: undefined,
    "content-length": undefined,
    "transfer-encoding": undefined,
    expect: undefined,
    upgrade: undefined,
  };
  let types: string[] | undefined;
  let closes = false;
  let isTraced = false;
  for (const { key, value } of fields) {
    switch (key) {
      case "content-type": {
        const type = parseContentType(value);
        if (type === undefined) {
          return faulty("bad_field", "Content-Type has a character beyond ASCII in its type");
        }
        types ??= [];
        types.push(type);
        break;
      }
      case "host":
      case "content-length":
      case "transfer-encoding":
      case "expect":
      case "upgrade":
        if (single[key] !== undefined) {
          return { ok: false, error: TWICE[key] };
        }
        single[key] = value;
        break;
      case "connection":
      case "proxy-connection": {
        // Node takes the second name for the first.
        const options = parseList(value);
        if (!options.every((option) => CONNECTION_OPTIONS.has(option))) {
          const reason = "Connection names a field that is not known to concern one connection only";
          return faulty("bad_connection", reason);
        }
        closes ||= options.includes("close");
        break;
      }
      case "traceparent":
        isTraced = true;
        break;
      default:
    }
  }
  const { host, expect } = single;
  if (host === undefined ? version === "1.1" : !consistsOf(host, HOST)) {
    return faulty("bad_host", "HTTP/1.1 wants one Host, a host name or nothing");
  }
  const framing = requestFraming(method, version, single["content-length"], single["transfer-encoding"]);
  if (!framing.ok) {
    return framing;
  }
  if (expect !== undefined && expect.toLowerCase() !== "100-continue") {
    return faulty("unsupported_expectation", "the only expectation that can be met is 100-continue");
  }
  const contentTypes = types ?? NO_TYPES;
  return {
    ok: true,
    value: {
      method,
      path,
      query,
      version,
      fields: contentTypes.length > 1 ? withFirstContentType(fields) : fields,
      framing: framing.value,
      persistent: version === "1.1" && !closes,
      // A HTTP/1.0 client's expectation is ignored (RFC 9110 §10.1.1).
      expectsContinue: expect !== undefined && version === "1.1",
      upgrade: version === "1.1" ? nonEmpty(single.upgrade) : undefined,
      contentTypes,
      trace: isTraced ? parseTraceContext(fields) : undefined,
    },
  };
}

function requestFraming(
  method: RequestMethod,
  version: RequestHead["version"],
  contentLength: string | undefined,
  transferEncoding: string | undefined,
): { readonly ok: true; readonly value: RequestFraming } | Faulty {
  const framing = parseFraming(contentLength, transferEncoding);
  if (!framing.ok) {
    return framing;
  }
  const { value = NO_BODY } = framing;
  if (value.kind === "none") {
    return { ok: true, value };
  }
  // An HTTP/1.0 recipient need not know the coding, and Go does not look at it there (RFC 9112 §6.1).
  if (version === "1.0" && value.kind === "chunked") {
    return faulty("bad_framing", "an HTTP/1.0 request may not have a chunked body");
  }
  if (takesBody(method) || (value.kind === "length" && value.length <= IGNORED_BODY_LIMIT)) {
    return { ok: true, value };
  }
  const reason = `a body with ${method} may be no longer than ${IGNORED_BODY_LIMIT} bytes, and must tell its length`;
  return faulty("unexpected_body", reason);
}

/** Tells whether a body means something with this method; dockerd reads and drops all others. */
export function takesBody(method: RequestMethod): boolean {
  return method === "POST" || method === "PUT";
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
