import { performance } from "node:perf_hooks";
import type { Clock } from "../kernel/clock.ts";
import type { PollMode } from "../kernel/log-words.ts";
import type { Log } from "./log.ts";
import type { AuditRecord } from "./record.ts";
import { RepeatSums } from "./repeat-sums.ts";

/** What programs may ask again and again, and nobody misses a line of. */
export interface PollOperations {
  /** What tells what things are, and nothing of what is in them. All else has a line each time: a secret is read once or thirty times. */
  readonly described: ReadonlySet<AuditRecord["operation"]>;
  /** What only asks whether an engine is there; `described` has it too. */
  readonly pings: ReadonlySet<AuditRecord["operation"]>;
}

/**
 * The same log with less of what polls: requests that only read what things are, were allowed and answered well, and are the same in
 * all but time, bytes and duration. The first one is written at once; those that follow within a minute are one record at its end, or
 * at that of the log. All else is written as it comes. `off` leaves out pings that were answered well, and sums up the rest.
 */
export function withSummedPolls(
  log: Log,
  mode: PollMode,
  { described, pings }: PollOperations,
  clock: Clock = performance,
): Log {
  if (mode === "each") return log;
  const sums = new RepeatSums<AuditRecord>((record) => log.record(record));
  const now = (): number => clock.now();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  // Nothing waits for the timer at the end of the process: who ends it says so.
  const wakeAt = (next: number): NodeJS.Timeout =>
    setTimeout(closeWindows, Math.max(1, next - now())).unref();
  function closeWindows(): void {
    const next = sums.closeWindows(now());
    timer = next === undefined ? undefined : wakeAt(next);
  }
  return {
    record: (record) => {
      if (isOver || !described.has(record.operation) || !isPoll(record)) {
        log.record(record);
      } else if (mode === "sum" || !pings.has(record.operation)) {
        sums.add(record, now);
        if (timer === undefined) closeWindows();
      }
    },
    note: (level, message) => log.note(level, message),
    reopen: () => log.reopen(),
    get droppedLines() {
      return log.droppedLines;
    },
    close: () => {
      isOver = true;
      clearTimeout(timer);
      sums.writeAll();
      return log.close();
    },
  };
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
