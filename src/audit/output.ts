import type { LogLevel } from "../kernel/log-words.ts";
import { OUTPUT_NAME, type Sink } from "./sink.ts";
import { DeliveredSink } from "./sinks/delivered-sink.ts";
import { DELIVERY_BOUNDS } from "./sinks/delivery.ts";
import { DescriptorTarget } from "./sinks/descriptor-target.ts";
import { OUTPUT_WAITING_LIMIT } from "./sinks/limits.ts";

const STANDARD_OUTPUT = 1;
const BOUNDS = { ...DELIVERY_BOUNDS, waiting: OUTPUT_WAITING_LIMIT };

/**
 * The log on standard output, or on another file descriptor that is open. `prefixOf` says what stands before each line of a level,
 * if anything does.
 */
export function openOutput(
  descriptor: number = STANDARD_OUTPUT,
  prefixOf?: (level: LogLevel) => string,
): Sink {
  const format = (level: LogLevel, _time: string, line: string): string =>
    prefixOf === undefined ? line : prefixOf(level) + line;
  const form = { format, isGathered: true };
  return new DeliveredSink(OUTPUT_NAME, new DescriptorTarget(descriptor), form, undefined, BOUNDS);
}
