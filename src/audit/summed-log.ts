import { performance } from "node:perf_hooks";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "./log.ts";
import type { AuditRecord } from "./record.ts";
import { RepeatSums, type Sameness } from "./repeat-sums.ts";

/** What becomes of a record: a line of its own, a part of a sum, or nothing. */
export type Fate = "line" | "sum" | "nothing";

/**
 * The same log with less of what repeats: of records that are to be summed and are the same the first one is written at once; those that
 * follow within a minute are one record at its end, or at that of the log. All else is written as it comes.
 */
export function withSums(
  log: Log,
  fateOf: (record: AuditRecord) => Fate,
  sameness?: Sameness,
  clock: Clock = performance,
): Log {
  const sums = new RepeatSums<AuditRecord>((record) => log.record(record), sameness);
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
      const fate = isOver ? "line" : fateOf(record);
      if (fate === "line") {
        log.record(record);
      } else if (fate === "sum") {
        sums.add(record, now);
        if (timer === undefined) closeWindows();
      }
    },
    note: (level, message) => log.note(level, message),
    reopen: () => log.reopen(),
    get droppedLines() {
      return log.droppedLines;
    },
    close: (last) => {
      isOver = true;
      clearTimeout(timer);
      sums.writeAll();
      return log.close(last);
    },
  };
}
