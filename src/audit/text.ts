import type { LogLevel } from "../kernel/log-words.ts";
import type { AuditRecord, RecordedObject } from "./record.ts";

/** One record as a line for a person: time, level, status, verdict, what was asked, by whom, and what is missing. */
export function formatRecord(level: LogLevel, record: AuditRecord): string {
  const { verdict, operation, method, path, address, missing, duration, stream, end, status } = record;
  const { object, scope } = record;
  const why = [record.code, record.reason].filter((part) => part !== undefined).join(": ");
  const asked = [operation, method, path].filter((part) => part !== undefined).join(" ");
  const parts = [
    record.time,
    level.padEnd(7),
    status === 0 ? "---" : String(status),
    verdict,
    asked === "" ? "(not understood)" : asked,
    ...(object === undefined ? [] : [explainObject(object, scope)]),
    `from ${address}`,
    ...(why === "" ? [] : [why]),
    ...(missing.length === 0 ? [] : [`needs ${missing.join(" and ")}`]),
    ...(record.withheld === undefined ? [] : [`withheld=${record.withheld}`]),
    ...(stream === "tunnel" ? [`tunnel in=${record.bytesIn} out=${record.bytesOut}`] : []),
    ...(end === "complete" ? [] : [`ended by ${end}`]),
    `${duration.toFixed(1)}ms`,
  ];
  return `${onOneLine(parts.join(" "))}\n`;
}

/** An id is as long here as Docker shows it. */
const SHORT_ID = 12;

function explainObject({ kind, id, name }: RecordedObject, scope: AuditRecord["scope"]): string {
  const called = name ?? id.replace(/^sha256:/u, "").slice(0, SHORT_ID);
  return `on ${kind} ${called}${scope === undefined ? "" : ` (${scope} of scope)`}`;
}

/** A sentence of the gate's own as a line for a person. */
export function formatNote(level: LogLevel, time: string, message: string): string {
  return `${time} ${level.padEnd(7)} ${onOneLine(message)}\n`;
}

/** Also the marks that turn the direction of writing, and so show a line as another one (Unicode TR 36). */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Joins lines, and takes out what would draw on a terminal: one entry is one line, whatever an error beneath says. */
function onOneLine(text: string): string {
  if (!CONTROL.test(text)) {
    return text;
  }
  const lines = text.split(/[\n\v\f\r\u0085\u2028\u2029]+/u).map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .join(" | ")
    .replaceAll(new RegExp(CONTROL, "gu"), "?");
}
