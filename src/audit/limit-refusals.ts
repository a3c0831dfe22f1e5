import { isAtLimit } from "../kernel/at-limit.ts";
import type { Clock } from "../kernel/clock.ts";
import type { PollMode } from "../kernel/log-words.ts";
import type { Log } from "./log.ts";
import { SAME_OPERATION } from "./repeat-sums.ts";
import { withSums } from "./summed-log.ts";

/**
 * The same log with less of what a limit refused: who is beyond one and varies its paths must not fill the log. Requests of one address
 * to one operation, with the same verdict and for the same limit, share a line a minute, with the path of the first. None of them was
 * let through, and which operations were asked for is told of each.
 */
export function withSummedLimits(log: Log, mode: PollMode, clock?: Clock): Log {
  if (mode === "each") return log;
  return withSums(log, (record) => (isAtLimit(record) ? "sum" : "line"), SAME_OPERATION, clock);
}
