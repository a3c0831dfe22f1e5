/** Why bytes from a peer were not accepted as HTTP/1.1. Each code is a heading in `docs/errors.md`. */
export type FaultCode =
  | "bad_request_line"
  | "unsupported_method"
  | "unsupported_version"
  | "bad_target"
  | "bad_line_end"
  | "bad_field"
  | "bad_host"
  | "bad_framing"
  | "bad_chunk"
  | "bad_connection"
  | "unsupported_expectation"
  | "unexpected_body"
  | "body_too_large"
  | "head_too_large"
  | "too_many_fields"
  | "bad_status_line";

/** Bytes that break the wire contract: a stable code, and a sentence for a person. It never repeats the bytes. */
export interface Fault {
  readonly code: FaultCode;
  readonly reason: string;
}

/** An outcome that carries a fault. */
export interface Faulty {
  readonly ok: false;
  readonly error: Fault;
}

/** Makes the outcome that refuses bytes. */
export function faulty(code: FaultCode, reason: string): Faulty {
  return { ok: false, error: { code, reason } };
}
