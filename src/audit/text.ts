import type { LogLevel } from "../kernel/log-words.ts";
import type { AuditRecord } from "./record.ts";

/** One record as a line for a person: time, level, status, verdict, what was asked, by whom, and what is missing. */
export function formatRecord(level: LogLevel, record: AuditRecord): string {
  const { verdict, operation, method, path, address, code, missing, duration, stream, end, status } = record;
  const asked = [operation, method, path].filter((part) => part !== undefined).join(" ");
  const parts = [
    record.time,
    level.padEnd(7),
    status === 0 ? "---" : String(status),
    verdict,
    asked === "" ? "(not understood)" : asked,
    `from ${address}`,
    ...(code === undefined ? [] : [code]),
    ...(missing.length === 0 ? [] : [`needs ${missing.join(" and ")}`]),
    ...(stream === "tunnel" ? [`tunnel in=${record.bytesIn} out=${record.bytesOut}`] : []),
    ...(end === "complete" ? [] : [`ended by ${end}`]),
    `${duration.toFixed(1)}ms`,
  ];
  return `${parts.join(" ")}\n`;
}

/** A sentence of the gate's own as a line for a person. */
export function formatNote(level: LogLevel, time: string, message: string): string {
  // One note is one line, whatever an error beneath it says.
  return `${time} ${level.padEnd(7)} ${message.replaceAll(/\s*[\r\n]+\s*/gu, " | ")}\n`;
}
