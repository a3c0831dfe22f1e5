import type { Operation } from "../docker/operations.ts";
import type { EnginePath, PathFault } from "../docker/path.ts";
import type { OperationPowers } from "../docker/powers/operation-powers.ts";
import type { Power } from "../docker/powers/power.ts";
import type { PowerSet } from "./power-set.ts";
import type { ObjectTerms } from "./scope/object-terms.ts";

/**
 * Why a request was refused. Most is seen before a grant is asked; `form_body` only where the operation is open, and
 * `bad_query` and `bad_body` only where its powers are restricted as well, or its query says what it does;
 * `scope_denied` only where the client has a scope. Each code is a heading in `docs/errors.md`.
 */
export type RefusalCode =
  | PathFault["code"]
  | "unknown_operation"
  | "browser_request"
  | "form_body"
  | "bad_query"
  | "bad_body"
  | "scope_denied";

/** The request goes on to the engine, as this operation at this path. */
export interface Allow {
  readonly kind: "allow";
  readonly operation: Operation;
  readonly path: EnginePath;
  readonly rule: string;
  /** What such a request may ask for, where the grant does not hold all of it or a query says what it does: yet to be judged. */
  readonly restricted: OperationPowers | undefined;
  /** What it was found to ask for, where that was judged. */
  readonly powers: readonly Power[] | undefined;
  /** The powers that it is held to, where these are not the grant's: only the ceiling of a client that learns lets it through. */
  readonly held?: PowerSet;
  /** What a scope, a view or stamps make of it; undefined for a client that has none. */
  readonly objects?: ObjectTerms | undefined;
  /** What the grant says of it, where that is no and the grant only warns. */
  readonly warning?: Deny;
}

/** The grant says no: to the operation, or to a power that the request asks for. */
export type Deny = DenyOperation | DenyPowers;

/** The operation is not open. */
export interface DenyOperation {
  readonly kind: "deny";
  readonly code: "operation_denied";
  readonly operation: Operation;
  readonly path: EnginePath;
  readonly rule: string;
  readonly missing: readonly string[];
  /** A sentence without a subject: what is not allowed, and what would allow it. */
  readonly remedy: string;
}

/** The operation is open; what the request asks for beyond it is not held. */
export interface DenyPowers {
  readonly kind: "deny";
  readonly code: "power_denied";
  readonly operation: Operation;
  readonly path: EnginePath;
  readonly rule: string;
  /** What it asks for, as far as that was found out. */
  readonly powers: readonly Power[];
  /** Set where it may ask for more: this is lacking already, so nobody looked at the rest. */
  readonly isEarly?: true;
  /** What of it is not held; one at least. */
  readonly lacking: readonly Power[];
  /** The same as the client may know it. */
  readonly told: readonly ToldPower[];
  /** Where the powers of the grant are written, and beside which others one is added where nothing is written yet. */
  readonly place: string;
}

/** A power without what the client neither sent nor may read; the record has it whole. */
export interface ToldPower extends Pick<Power, "noun" | "place"> {
  /** Undefined where it is not for the client. */
  readonly value: string | undefined;
}

/** The request is malformed, not understood or a web page's: no switch and no power would allow it. */
export interface Refuse {
  readonly kind: "refuse";
  readonly code: RefusalCode;
  readonly reason: string;
  readonly path: EnginePath | undefined;
  readonly operation: Operation | undefined;
  /** The path as it came, where it can't be read as one; printable ASCII, and for a person only. */
  readonly unread?: string;
}

/** The answer to "may this go to the engine?", with the rule or the reason. */
export type Verdict = Allow | Deny | Refuse;
