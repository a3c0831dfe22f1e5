import type { LogFormat, LogLevel } from "../kernel/log-words.ts";
import { formatNoteAsJson, formatRecordAsJson } from "./json.ts";
import type { AuditRecord } from "./record.ts";
import { formatNote, formatRecord } from "./text.ts";

/** Makes the lines of one form of the log. */
export interface LineFormat {
  record(level: LogLevel, record: AuditRecord): string;
  note(level: LogLevel, time: string, message: string): string;
}

/** What makes the lines of each form. */
export const LINE_FORMATS: Readonly<Record<LogFormat, LineFormat>> = {
  text: { record: formatRecord, note: formatNote },
  json: { record: formatRecordAsJson, note: formatNoteAsJson },
};
