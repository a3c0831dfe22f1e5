import sonicBoom from "sonic-boom";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../kernel/log-words.ts";
import { formatTimestamp } from "../kernel/timestamp.ts";
import { type AuditRecord, levelOf } from "./record.ts";
import { formatNote, formatRecord } from "./text.ts";

/** Where records and notes go: one line each. */
export interface Log {
  /** Writes one exchange, at the level that it deserves. */
  record(record: AuditRecord): void;
  /** Writes a sentence of the gate's own. */
  note(level: LogLevel, message: string): void;
  /** Writes out what is still in memory; for the end of the process. */
  flush(): void;
}

/** Lines are gathered up to this size, so that a busy gate makes few system calls. */
const GATHERED_BYTES = 4096;
/** A quiet gate's line appears at most this late, in milliseconds. */
const FLUSH_INTERVAL = 100;
/** If nobody reads the log, this much is kept and what comes then is dropped: the gate must not run out of memory. */
const LONGEST_BACKLOG: number = 32 * 1024 * 1024;
const STANDARD_OUTPUT = 1;

/** Opens the log on standard output, or on another file descriptor. */
export function openLog(format: LogFormat, level: LogLevel, descriptor: number = STANDARD_OUTPUT): Log {
  const destination = new sonicBoom.SonicBoom({
    fd: descriptor,
    sync: false,
    minLength: GATHERED_BYTES,
    periodicFlush: FLUSH_INTERVAL,
    maxLength: LONGEST_BACKLOG,
  });
  // The reader of the log is gone: nobody is left to tell, and the gate goes on.
  destination.on("error", () => undefined);
  const lines = format === "text" ? TEXT : JSON_LINES;
  const isWritten = levelsFrom(level);
  return {
    record: (record) => {
      const recordLevel = levelOf(record);
      if (isWritten.has(recordLevel)) {
        destination.write(lines.record(recordLevel, record));
      }
    },
    note: (noteLevel, message) => {
      if (isWritten.has(noteLevel)) {
        destination.write(lines.note(noteLevel, formatTimestamp(Date.now()), message));
      }
    },
    flush: () => {
      try {
        destination.flushSync();
      } catch {
        // As above.
      }
    },
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

const JSON_LINES: LineFormat = {
  // Putting the level in front of the object's own text costs a third of making another object for it.
  record: (level, record) => `{"level":"${level}",${JSON.stringify(record).slice(1)}\n`,
  note: (level, time, msg) => `${JSON.stringify({ level, time, msg })}\n`,
};
