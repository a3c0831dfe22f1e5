import { performance } from "node:perf_hooks";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../kernel/log-words.ts";
import { formatTimestamp } from "../kernel/timestamp.ts";
import type { Chain } from "./chain.ts";
import { LINE_FORMATS } from "./line-format.ts";
import { type AuditRecord, levelOf } from "./record.ts";
import { CLOSE_DEADLINE, DRAIN_DEADLINE, OUTPUT_NAME, type Sink } from "./sink.ts";

/** Where records and notes go: one line each. */
export interface Log {
  /** Writes one exchange, at the level that it deserves. */
  record(record: AuditRecord): void;
  /** Writes a sentence of the gate's own. */
  note(level: LogLevel, message: string): void;
  /** Has files opened anew that may have been moved away; tells whether there are any. */
  reopen(): boolean;
  /** By the place that the log goes to, how many lines it has dropped since the start. */
  readonly droppedLines: ReadonlyMap<string, number>;
  /**
   * Resolves when all is written out, or when nobody takes it in time; for the end of the process. `last` is noted behind all that is
   * summed up.
   */
  close(last?: string): Promise<void>;
}

/**
 * Opens the log on places that are open. All get the same lines, so that what one place has can be compared with another. `aside`
 * gets besides what the places say of themselves, but for what standard output has: nobody else would hear of it where the one place
 * fails.
 */
export function openLog(
  format: LogFormat,
  level: LogLevel,
  sinks: readonly Sink[],
  chain?: Chain,
  aside?: Sink,
): Log {
  const lines = LINE_FORMATS[format];
  const levels = levelsFrom(level);
  const write = (lineLevel: LogLevel, time: string, line: string): void => {
    const whole = chain === undefined ? line : chain.link(line);
    for (const sink of sinks) sink.take(lineLevel, time, whole);
  };
  const note = (noteLevel: LogLevel, message: string): void => {
    if (levels.has(noteLevel)) {
      const time = formatTimestamp(Date.now());
      write(noteLevel, time, lines.note(noteLevel, time, message));
    }
  };
  const output = sinks.find(({ name }) => name === OUTPUT_NAME);
  for (const sink of sinks) {
    sink.hear((noteLevel, message) => {
      note(noteLevel, message);
      if (output !== undefined && output !== sink) return;
      const time = formatTimestamp(Date.now());
      aside?.take(noteLevel, time, lines.note(noteLevel, time, message));
    });
  }
  return {
    record: (record) => {
      const recordLevel = levelOf(record);
      if (levels.has(recordLevel)) {
        write(recordLevel, record.time, lines.record(recordLevel, record));
      }
    },
    note,
    reopen: () => sinks.map((sink) => sink.reopen()).includes(true),
    get droppedLines() {
      return new Map(sinks.map(({ name, droppedLines }) => [name, droppedLines]));
    },
    close: async (last) => {
      if (last !== undefined) note("notice", last);
      const end = performance.now() + CLOSE_DEADLINE;
      await Promise.all(sinks.map((sink) => sink.drain(DRAIN_DEADLINE)));
      // What one place did not take the others have heard by now.
      const left = Math.max(0, end - performance.now());
      await Promise.all([...sinks.map((sink) => sink.close(left)), aside?.close(left)]);
    },
  };
}

function levelsFrom(level: LogLevel): ReadonlySet<LogLevel> {
  return new Set(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1));
}
