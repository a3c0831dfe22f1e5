import type { AuditRecord, RecordedObject } from "../audit/record.ts";
import { ERROR_CODES, type ErrorCode } from "../gate-error.ts";
import type { TraceContext } from "../http1/trace-context.ts";
import { type ExchangeEnd, RECORDED_PATH_LIMIT } from "../kernel/log-words.ts";
import { formatTimestamp } from "../kernel/timestamp.ts";
import { recordedPowers } from "../policy/recorded-powers.ts";
import type { RefusedRequest } from "../policy/refused-request.ts";
import type { Deny, Verdict } from "../policy/verdict.ts";
import { RECORDED_REASON_LIMIT } from "./limits.ts";

/** What is known of an exchange at its end. Without a verdict the bytes were no request. */
export interface ExchangeFacts {
  readonly client: string;
  readonly address: string;
  readonly method: string | undefined;
  readonly verdict: Verdict | undefined;
  /** Whether it went to the engine, and if only in part. */
  readonly isSent: boolean;
  /** What {@link powersOf} had from it. */
  readonly powers: readonly string[] | undefined;
  readonly object: RecordedObject | undefined;
  readonly isOutOfScope: boolean;
  /** Whether its client learns. */
  readonly isLearning: boolean;
  readonly code: ErrorCode | undefined;
  /** Why the gate answered itself or gave up, where the verdict does not say it. */
  readonly reason: string | undefined;
  readonly status: number;
  /** How many entries of the answer its client did not get. */
  readonly withheld: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** When it began, in milliseconds since 1970. */
  readonly time: number;
  /** In milliseconds. */
  readonly duration: number;
  /** How long the engine took for the first byte of its answer, in milliseconds; undefined where there was none. */
  readonly engineTime: number | undefined;
  readonly tunnelled: boolean;
  readonly end: ExchangeEnd;
  /** Where in a trace the engine was told that it stands, or would have been. */
  readonly trace: TraceContext | undefined;
}

/** Makes the record of bytes that were answered and are no request that was understood. */
export function recordOfRefusedBytes(
  client: string,
  address: string,
  code: ErrorCode,
  reason: string,
  request?: RefusedRequest,
): AuditRecord {
  const record = recordOf({
    client,
    address,
    method: request?.method,
    verdict: undefined,
    isSent: false,
    powers: undefined,
    object: undefined,
    isOutOfScope: false,
    isLearning: false,
    code,
    reason,
    status: ERROR_CODES[code].status,
    withheld: 0,
    bytesIn: 0,
    bytesOut: 0,
    time: Date.now(),
    duration: 0,
    engineTime: undefined,
    tunnelled: false,
    end: "complete",
    trace: undefined,
  });
  return {
    ...record,
    path: request?.path?.slice(0, RECORDED_PATH_LIMIT),
    operation: request?.operation?.name,
  };
}

const NOTHING: readonly string[] = [];

function missingOf(verdict: Deny | undefined): readonly string[] {
  if (verdict === undefined) {
    return NOTHING;
  }
  return verdict.code === "power_denied" ? recordedPowers(verdict.lacking) : verdict.missing;
}

function pathOf(verdict: Verdict | undefined): string | undefined {
  return verdict?.path?.canonical ?? (verdict?.kind === "refuse" ? verdict.unread : undefined);
}

/** The denial, also where it only warns. */
function denialOf(verdict: Verdict | undefined): Deny | undefined {
  return verdict?.kind === "deny" ? verdict : verdict?.kind === "allow" ? verdict.warning : undefined;
}

/** What came to an end otherwise than it was judged has a reason of its own. */
function reasonOf({ verdict, reason }: ExchangeFacts): string | undefined {
  return reason ?? (verdict?.kind === "refuse" ? verdict.reason : undefined);
}

/** The powers that a request was found to ask for, as a record keeps them: all of them, or none. */
export function powersOf(verdict: Verdict): readonly string[] | undefined {
  const isKnown = "powers" in verdict && !("isEarly" in verdict);
  const powers = isKnown ? verdict.powers : undefined;
  return powers === undefined ? undefined : recordedPowers(powers);
}

/** How an exchange streams, in the word that its record has. */
export function streamOf(verdict: Verdict | undefined, tunnelled: boolean): string {
  return tunnelled ? "tunnel" : (verdict?.operation?.stream ?? "none");
}

function toMicrosecond(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** What was allowed and has neither gone on nor an answer was not let through. */
function verdictOf({ verdict, status, isSent }: ExchangeFacts): AuditRecord["verdict"] {
  if (verdict?.kind !== "allow") return verdict?.kind ?? "refuse";
  if (!isSent && status === 0) return "none";
  return verdict.warning === undefined ? "allow" : "warn";
}

/** Makes the record of an exchange. */
export function recordOf(facts: ExchangeFacts): AuditRecord {
  const { verdict } = facts;
  const operation = verdict?.operation;
  const denial = denialOf(verdict);
  return {
    time: formatTimestamp(facts.time),
    client: facts.client,
    address: facts.address,
    method: facts.method,
    path: pathOf(verdict)?.slice(0, RECORDED_PATH_LIMIT),
    operation: operation?.name,
    verdict: verdictOf(facts),
    code: facts.code,
    reason: reasonOf(facts)?.slice(0, RECORDED_REASON_LIMIT),
    rule: verdict?.kind === "refuse" ? undefined : (denial ?? verdict)?.rule,
    missing: missingOf(denial),
    powers: facts.powers,
    object: facts.object,
    scope: facts.isOutOfScope ? "out" : undefined,
    learning: facts.isLearning ? true : undefined,
    status: facts.status,
    withheld: facts.withheld === 0 ? undefined : facts.withheld,
    bytesIn: facts.bytesIn,
    bytesOut: facts.bytesOut,
    duration: toMicrosecond(facts.duration),
    engineTime: facts.engineTime === undefined ? undefined : toMicrosecond(facts.engineTime),
    stream: streamOf(verdict, facts.tunnelled),
    end: facts.end,
    trace: facts.trace?.trace,
    span: facts.trace?.span,
    repeated: undefined,
  };
}
