import { LOG_LEVELS, type LogLevel } from "../kernel/log-words.ts";
import { TIMESTAMP_PATTERN } from "../kernel/timestamp.ts";
import {
  decodeRecord,
  type Fields,
  isFields,
  isLevel,
  isTime,
  type JournalRecord,
} from "./journal-record.ts";
import { LONGEST_PREFIX } from "./limits.ts";

/** Why a line of a log is neither a record nor a note. */
export type SkipReason =
  /** It begins or ends in the middle, as the first and last one of a file do that was copied while it was written. */
  | "cut"
  /** It is longer than any line of a gate. */
  | "too long"
  /** Docker's log driver has parted it, because it is long. */
  | "parted"
  /** The log's form for people, which has not all of a record. */
  | "text form"
  /** A schema that only a newer version can read. */
  | "newer version"
  /** Another program's. */
  | "foreign";

/** What one line of a log says. */
export type JournalLine =
  | { readonly kind: "record"; readonly record: JournalRecord }
  /** A sentence of the gate's own. */
  | { readonly kind: "note"; readonly level: LogLevel; readonly time: string; readonly message: string }
  | { readonly kind: "other"; readonly reason: SkipReason };

/**
 * Reads one line of a log, without its end: as the gate wrote it, or with what a collector of logs puts before it (`gate-1  | {...}`, a
 * time, a host), or as a line of the files of Docker's `json-file` driver. Never throws, and never makes a record of a part
 * of a line. A line without a version has version 0.
 */
export function decodeLine(line: string): JournalLine {
  const start = startOfJson(line);
  if (start === -1) return other(isTextForm(line) ? "text form" : reasonOf(line));
  const fields = parseFields(start === 0 ? line : line.slice(start));
  if (fields === undefined) return other(reasonOf(line));
  const { log } = fields;
  return typeof log === "string" ? decodeWrapped(log) : decodeFields(fields);
}

/** What the driver `json-file` has wrapped: with its end, or it is a part of a line. */
function decodeWrapped(log: string): JournalLine {
  if (!log.endsWith("\n")) return other("parted");
  const fields = log.startsWith("{") ? parseFields(log) : undefined;
  if (fields !== undefined) return decodeFields(fields);
  return other(isTextForm(log) ? "text form" : reasonOf(log.trimEnd()));
}

function decodeFields(fields: Fields): JournalLine {
  const { v = 0, level, time, msg } = fields;
  if (v !== 0 && v !== 1) return other(isLevel(level) ? "newer version" : "foreign");
  if (typeof msg === "string" && isLevel(level) && isTime(time)) {
    return { kind: "note", level, time, message: msg };
  }
  const record = decodeRecord(fields, v);
  return record === undefined ? other("foreign") : { kind: "record", record };
}

/** Where the JSON of a line begins; -1 where nothing before it may be what a collector writes. */
export function startOfJson(line: string): number {
  const start = line.indexOf("{");
  if (start <= 0) return start;
  // A path or a sentence in the form for people may have braces too.
  const before = line.slice(0, Math.min(start, LONGEST_PREFIX + 1));
  return before.length > LONGEST_PREFIX || before.includes('"') || isTextForm(before) ? -1 : start;
}

function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** How the log's form for people begins, whatever a collector put before it. */
const TEXT_FORM = new RegExp(`(?:^|\\s)${TIMESTAMP_PATTERN} (?:${LOG_LEVELS.join("|")}) `, "u");

function isTextForm(line: string): boolean {
  return TEXT_FORM.test(line.slice(0, LONGEST_PREFIX));
}

/** Of a part of a gate's line its beginning or its end is left. */
function reasonOf(line: string): SkipReason {
  const isBeginning = /^[^"]*\{"(?:v|level)":/u.test(line.slice(0, LONGEST_PREFIX));
  const isEnd = /"(?:(?:end|trace|span|chain|msg)":"[^"]*"|(?:repeated|cut)":\d+)\}\s*$/u.test(line);
  return isBeginning || isEnd ? "cut" : "foreign";
}

function other(reason: SkipReason): JournalLine {
  return { kind: "other", reason };
}
