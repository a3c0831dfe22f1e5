import type { Clock } from "../kernel/clock.ts";
import type { PollMode } from "../kernel/log-words.ts";
import type { Log } from "./log.ts";
import type { AuditRecord } from "./record.ts";
import { type Fate, withSums } from "./summed-log.ts";

/** What programs may ask again and again, and nobody misses a line of. */
export interface PollOperations {
  /** What tells what things are, and nothing of what is in them. All else has a line each time: a secret is read once or thirty times. */
  readonly described: ReadonlySet<AuditRecord["operation"]>;
  /** What only asks whether an engine is there; `described` has it too. */
  readonly pings: ReadonlySet<AuditRecord["operation"]>;
}

/**
 * The same log with less of what polls: requests that only read what things are, were allowed and answered well, and are the same in
 * all but time, bytes and duration share a line a minute. `off` leaves out pings that were answered well, and sums up the rest.
 */
export function withSummedPolls(
  log: Log,
  mode: PollMode,
  { described, pings }: PollOperations,
  clock?: Clock,
): Log {
  if (mode === "each") return log;
  const fateOf = (record: AuditRecord): Fate => {
    if (!described.has(record.operation) || !isPoll(record)) return "line";
    return mode === "sum" || !pings.has(record.operation) ? "sum" : "nothing";
  };
  return withSums(log, fateOf, undefined, clock);
}

const OK = 200;
const CLIENT_ERROR = 400;

function isPoll({ verdict, code, method, stream, end, status, scope }: AuditRecord): boolean {
  return (
    verdict === "allow" &&
    code === undefined &&
    (method === "GET" || method === "HEAD") &&
    stream === "none" &&
    end === "complete" &&
    status >= OK &&
    status < CLIENT_ERROR &&
    scope === undefined
  );
}
