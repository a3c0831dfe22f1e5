import type { LogLevel } from "../kernel/log-words.ts";
import type { Log } from "./log.ts";
import type { AuditRecord } from "./record.ts";

/**
 * A log that is opened later, when root has been given up: what comes before waits for that, in its order. That is little: nothing
 * is served yet.
 */
export class LateLog implements Log {
  #log: Log | undefined;
  #waiting: ((log: Log) => void)[] = [];

  /** Writes what waits, and from now on all at once. */
  open(log: Log): void {
    this.#log = log;
    for (const write of this.#waiting) write(log);
    this.#waiting = [];
  }

  /** Writes what waits to another log, where this was never opened and so never will be. */
  openInstead(openLog: () => Log): void {
    if (this.#log === undefined && this.#waiting.length > 0) this.open(openLog());
  }

  record(record: AuditRecord): void {
    if (this.#log === undefined) {
      this.#waiting.push((log) => log.record(record));
    } else {
      this.#log.record(record);
    }
  }

  note(level: LogLevel, message: string): void {
    if (this.#log === undefined) {
      this.#waiting.push((log) => log.note(level, message));
    } else {
      this.#log.note(level, message);
    }
  }

  reopen(): boolean {
    return this.#log?.reopen() ?? false;
  }

  get droppedLines(): ReadonlyMap<string, number> {
    return this.#log?.droppedLines ?? NOTHING_DROPPED;
  }

  async close(last?: string): Promise<void> {
    await this.#log?.close(last);
  }
}

const NOTHING_DROPPED: ReadonlyMap<string, number> = new Map();
