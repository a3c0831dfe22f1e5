import { pino } from "pino";
import type { LogFormat, LogLevel } from "../kernel/log-words.ts";
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

/** pino wants the gravest level to have the largest number. */
const LEVEL_NUMBERS: Readonly<Record<LogLevel, number>> = {
  emerg: 80,
  alert: 70,
  crit: 60,
  err: 50,
  warning: 40,
  notice: 30,
  info: 20,
  debug: 10,
};

/** Opens the log on standard output, or on another file descriptor. */
export function openLog(format: LogFormat, level: LogLevel, descriptor: number = STANDARD_OUTPUT): Log {
  const destination = pino.destination({
    dest: descriptor,
    sync: false,
    minLength: GATHERED_BYTES,
    periodicFlush: FLUSH_INTERVAL,
    maxLength: LONGEST_BACKLOG,
  });
  const flush = (): void => {
    try {
      destination.flushSync();
    } catch {
      // The reader of the log is gone, or the log was never opened: nobody is left to tell.
    }
  };
  const isWritten = (candidate: LogLevel): boolean => LEVEL_NUMBERS[candidate] >= LEVEL_NUMBERS[level];
  if (format === "text") {
    return {
      record: (record) => {
        const recordLevel = levelOf(record);
        if (isWritten(recordLevel)) {
          destination.write(formatRecord(recordLevel, record));
        }
      },
      note: (noteLevel, message) => {
        if (isWritten(noteLevel)) {
          destination.write(formatNote(noteLevel, Date.now(), message));
        }
      },
      flush,
    };
  }
  const logger = pino(
    {
      level,
      customLevels: LEVEL_NUMBERS,
      useOnlyCustomLevels: true,
      base: null,
      timestamp: false,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    record: (record) => logger[levelOf(record)]({ ...record, time: new Date(record.time).toISOString() }),
    note: (noteLevel, message) => logger[noteLevel]({ time: new Date().toISOString() }, message),
    flush,
  };
}
