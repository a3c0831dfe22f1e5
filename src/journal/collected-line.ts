import { startOfJson } from "./journal-line.ts";
import { LONGEST_PREFIX } from "./limits.ts";

const WRAPPED = Buffer.from('{"log":"');

/**
 * The bytes of a line as the gate wrote it, without its end: without what a collector put before it, and out of what Docker's driver
 * `json-file` made of it. As they came where it is neither.
 */
export function collectedLine(bytes: Buffer): Buffer {
  const start = startOfJson(bytes.toString("latin1", 0, LONGEST_PREFIX + 1));
  const line = start > 0 ? bytes.subarray(start) : bytes;
  if (!line.subarray(0, WRAPPED.length).equals(WRAPPED)) return line;
  const log = logOf(line.toString());
  return log?.endsWith("\n") === true ? Buffer.from(log.slice(0, -1)) : line;
}

function logOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "log" in value && typeof value.log === "string"
      ? value.log
      : undefined;
  } catch {
    return undefined;
  }
}
