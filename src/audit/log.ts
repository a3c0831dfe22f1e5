import sonicBoom from "sonic-boom";
import { GatheredLines } from "./gathered-lines.ts";
import { formatNoteAsJson, formatRecordAsJson } from "./json.ts";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../kernel/log-words.ts";
import { systemFailure } from "../kernel/system-error.ts";
import { formatTimestamp } from "../kernel/timestamp.ts";
import { type AuditRecord, levelOf } from "./record.ts";
import { formatNote, formatRecord } from "./text.ts";

/** Where records and notes go: one line each. */
export interface Log {
  /** Writes one exchange, at the level that it deserves. */
  record(record: AuditRecord): void;
  /** Writes a sentence of the gate's own. */
  note(level: LogLevel, message: string): void;
  /** Resolves when all is written out, or when nobody takes it in time; for the end of the process. */
  close(): Promise<void>;
}

/** If nobody reads the log, this much is kept and what comes then is dropped: the gate must not run out of memory. */
const LONGEST_BACKLOG: number = 32 * 1024 * 1024;
/** How long the last lines wait for a reader, in milliseconds: `docker stop` kills 10 seconds after it asked. */
const CLOSE_DEADLINE = 1_000;
const STANDARD_OUTPUT = 1;

/** Opens the log on standard output, or on another file descriptor. */
export function openLog(format: LogFormat, level: LogLevel, descriptor: number = STANDARD_OUTPUT): Log {
  const destination = new sonicBoom.SonicBoom({
    fd: descriptor,
    sync: false,
    maxLength: LONGEST_BACKLOG,
  });
  let hasReader = true;
  destination.on("error", (error) => {
    // A full disk may have room again. A reader that is gone does not come back: nobody is left to tell, the gate goes on.
    if (systemFailure(error).code === "EPIPE") {
      hasReader = false;
      destination.destroy();
    }
  });
  const gathered = new GatheredLines((lines) => {
    if (hasReader) {
      destination.write(lines);
    }
  });
  const lines = format === "text" ? TEXT : JSON_LINES;
  const levels = levelsFrom(level);
  const isWritten = (candidate: LogLevel): boolean => hasReader && levels.has(candidate);
  return {
    record: (record) => {
      const recordLevel = levelOf(record);
      if (isWritten(recordLevel)) {
        gathered.add(lines.record(recordLevel, record));
      }
    },
    note: (noteLevel, message) => {
      if (isWritten(noteLevel)) {
        gathered.add(lines.note(noteLevel, formatTimestamp(Date.now()), message));
      }
    },
    close: () =>
      new Promise((resolve) => {
        gathered.end();
        if (!hasReader) {
          resolve();
          return;
        }
        // Not synchronously: a reader that has stopped reading would hold the process for ever.
        const timer = setTimeout(resolve, CLOSE_DEADLINE);
        destination.flush(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

function levelsFrom(level: LogLevel): ReadonlySet<LogLevel> {
  return new Set(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1));
}

/** Makes the lines of one form of the log. */
interface LineFormat {
  record(level: LogLevel, record: AuditRecord): string;
  note(level: LogLevel, time: string, message: string): string;
}

const TEXT: LineFormat = { record: formatRecord, note: formatNote };

const JSON_LINES: LineFormat = { record: formatRecordAsJson, note: formatNoteAsJson };
