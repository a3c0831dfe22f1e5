import type { FaultCode } from "./http1/fault.ts";
import type { RefusalCode } from "./policy/verdict.ts";

/** Why the gate answered a request itself. Stable: clients and dashboards may rely on it. */
export type ErrorCode =
  | FaultCode
  | RefusalCode
  | "operation_denied"
  | "power_denied"
  | "head_timeout"
  | "body_timeout"
  | "certificate_refused"
  | "no_such_container"
  | "no_such_object"
  | "no_such_reference"
  | "scope_denied"
  | "rights_revoked"
  | "too_many_requests"
  | "too_many_at_once"
  | "too_many_streams"
  | "engine_unreachable"
  | "engine_closed"
  | "engine_answer"
  | "engine_loop"
  | "swarm_unavailable"
  | "too_many_connections"
  | "too_many_large_heads"
  | "too_many_large_bodies"
  | "draining";

/** Whose doing an error is. */
export type ErrorSource = "client" | "engine" | "gate";

/** The status (RFC 9110 §15) and the source of every code. The only place where a code becomes a status. */
export const ERROR_CODES: Readonly<
  Record<ErrorCode, { readonly status: number; readonly source: ErrorSource }>
> = {
  bad_request_line: { status: 400, source: "client" },
  unsupported_method: { status: 400, source: "client" },
  unsupported_version: { status: 400, source: "client" },
  bad_target: { status: 400, source: "client" },
  bad_line_end: { status: 400, source: "client" },
  bad_field: { status: 400, source: "client" },
  bad_host: { status: 400, source: "client" },
  bad_framing: { status: 400, source: "client" },
  bad_chunk: { status: 400, source: "client" },
  bad_connection: { status: 400, source: "client" },
  unexpected_body: { status: 400, source: "client" },
  unsupported_expectation: { status: 417, source: "client" },
  head_too_large: { status: 431, source: "client" },
  too_many_fields: { status: 431, source: "client" },
  head_timeout: { status: 408, source: "client" },
  body_timeout: { status: 408, source: "client" },
  body_too_large: { status: 413, source: "client" },
  bad_path: { status: 400, source: "client" },
  bad_version: { status: 400, source: "client" },
  version_too_old: { status: 400, source: "client" },
  form_body: { status: 400, source: "client" },
  bad_query: { status: 400, source: "client" },
  bad_body: { status: 400, source: "client" },
  browser_request: { status: 403, source: "client" },
  unknown_operation: { status: 403, source: "client" },
  operation_denied: { status: 403, source: "client" },
  power_denied: { status: 403, source: "client" },
  certificate_refused: { status: 403, source: "client" },
  // Not 404: to a create that is the answer about an image, which clients pull then and try again.
  no_such_container: { status: 400, source: "client" },
  no_such_object: { status: 404, source: "client" },
  // As with a container: to a create 404 is the answer about an image.
  no_such_reference: { status: 400, source: "client" },
  scope_denied: { status: 403, source: "client" },
  // RFC 6585 §4.
  too_many_requests: { status: 429, source: "client" },
  too_many_at_once: { status: 429, source: "client" },
  too_many_streams: { status: 429, source: "client" },
  bad_status_line: { status: 502, source: "engine" },
  engine_answer: { status: 502, source: "engine" },
  engine_unreachable: { status: 502, source: "engine" },
  engine_loop: { status: 508, source: "gate" },
  engine_closed: { status: 502, source: "engine" },
  swarm_unavailable: { status: 503, source: "engine" },
  rights_revoked: { status: 403, source: "gate" },
  too_many_large_heads: { status: 503, source: "gate" },
  too_many_large_bodies: { status: 503, source: "gate" },
  too_many_connections: { status: 503, source: "gate" },
  draining: { status: 503, source: "gate" },
};

/** An exchange that can't go on: a stable code, a sentence for a person, and the error beneath where there is one. */
export class GateError extends Error {
  override readonly name = "GateError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Whose doing it is. */
  get source(): ErrorSource {
    return ERROR_CODES[this.code].source;
  }
}

/** What the engine sent is no answer to what it was asked, and why. */
export function notUnderstood(reason: string): GateError {
  return new GateError("engine_answer", `the Docker engine's answer was not understood: ${reason}`);
}
