import type { Operation } from "../docker/operations.ts";
import type { EnginePath, PathFault } from "../docker/path.ts";

/** Why a request was refused before a grant was asked. Each code is a heading in `docs/errors.md`. */
export type RefusalCode = PathFault["code"] | "unknown_operation" | "form_body";

/** The request goes on to the engine, as this operation at this path. */
export interface Allow {
  readonly kind: "allow";
  readonly operation: Operation;
  readonly path: EnginePath;
  readonly rule: string;
}

/** The grant says no. */
export interface Deny {
  readonly kind: "deny";
  readonly operation: Operation;
  readonly path: EnginePath;
  readonly rule: string;
  readonly missing: readonly string[];
  /** A sentence without a subject: what is not allowed, and what would allow it. */
  readonly remedy: string;
}

/** The request is malformed or not understood; no grant could allow it. */
export interface Refuse {
  readonly kind: "refuse";
  readonly code: RefusalCode;
  readonly reason: string;
  readonly path: EnginePath | undefined;
  readonly operation: Operation | undefined;
}

/** The answer to "may this go to the engine?", with the rule or the reason. */
export type Verdict = Allow | Deny | Refuse;
