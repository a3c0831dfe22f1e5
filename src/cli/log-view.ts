import { RepeatSums } from "../audit/repeat-sums.ts";
import { formatNote, formatRecord, type Paint } from "../audit/text.ts";
import { decodeLine } from "../journal/journal-line.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { LOG_LEVELS, type LogLevel } from "../kernel/log-words.ts";
import { onOneLine } from "../kernel/one-line.ts";
import { described } from "../policy/words/described.ts";
import type { LogFilter } from "./log-words.ts";

/** How a log is shown. */
export interface LogViewOptions {
  readonly filter: LogFilter;
  /** How lines are painted; undefined where they are not. */
  readonly paint: Paint | undefined;
  /** Whether what repeats has a line each. */
  readonly isEach: boolean;
  /** Takes lines for a person, each with its end. */
  readonly show: (line: string) => void;
}

/** The levels of what a person should look at. */
const GRAVE: ReadonlySet<LogLevel> = new Set(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf("warning") + 1));

/**
 * So much older than one before it a line may be, in milliseconds: it is written when its answer is over, and of a sum it has the time
 * of the first. What is older still was written by a clock that was turned back, or stands in a file of before.
 */
const MOST_BACK = 120_000;

/** The most clients of which one may have been meant. */
const MOST_OTHERS = 200;

/** Shows the lines of a log to a person: one line for an exchange, and one a minute for those that are the same. */
export class LogView {
  readonly #options: LogViewOptions;
  readonly #levels: ReadonlySet<LogLevel>;
  readonly #sums: RepeatSums<JournalRecord>;
  /**
   * Whether only some exchanges are asked for: then nothing is shown of which nobody knows whether it is one of them, and of
   * what the gate says itself what a person should look at, such as a gap in the log.
   */
  readonly #isNarrow: boolean;
  /** Clients that were asked for and did not come, and those that came meanwhile. */
  readonly #missing: Set<string>;
  readonly #others: Set<string> = new Set();
  /** The latest time of a record, and when that was read, in milliseconds. */
  #latest = 0;
  #readAt = 0;
  /** When the next sum is shown, by the log's own time. */
  #next: number | undefined;

  constructor(options: LogViewOptions) {
    this.#options = options;
    const { clients, operations, verdicts, level } = options.filter;
    this.#levels = new Set(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1));
    this.#isNarrow = clients.size + operations.size + verdicts.size > 0;
    this.#missing = new Set(clients);
    this.#sums = new RepeatSums((record) => this.#show(record));
  }

  /** Shows one line of a log, if it is asked for. `now` is when it was read. */
  hear(text: string, now: number): void {
    const { filter, paint, isEach, show } = this.#options;
    const line = decodeLine(text);
    switch (line.kind) {
      case "record":
        if (this.#missing.size > 0) this.#noteClient(line.record.client);
        if (this.#isWanted(line.record)) {
          if (isEach || !isSummed(line.record)) this.#show(line.record);
          else this.#sum(line.record, now);
        }
        break;
      case "note":
        if (this.#isNoteWanted(line.level) && isSince(filter, line.time)) {
          show(formatNote(line.level, line.time, line.message, paint));
        }
        break;
      case "other":
        // A stack trace, another program's line: somebody looks for what happened.
        if (!this.#isNarrow) show(`${onOneLine(text)}\n`);
        break;
    }
  }

  /** Shows what had its minute by now, where nothing more is read meanwhile. */
  wake(now: number): void {
    this.#closeWindows(this.#latest + (now - this.#readAt));
  }

  /** Shows all that is summed up: there is no more. */
  finish(): void {
    this.#sums.writeAll();
  }

  /** The clients that were asked for and of which no exchange came. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** Clients that came while one of these was missing. */
  get others(): readonly string[] {
    return [...this.#others];
  }

  #noteClient(name: string): void {
    this.#missing.delete(name);
    if (this.#others.size < MOST_OTHERS) this.#others.add(name);
  }

  #isNoteWanted(level: LogLevel): boolean {
    return this.#levels.has(level) && (!this.#isNarrow || GRAVE.has(level));
  }

  #isWanted({ client, operation = "", verdict, level, time }: JournalRecord): boolean {
    const { filter } = this.#options;
    const { clients, operations, verdicts } = filter;
    return (
      this.#levels.has(level) &&
      isSince(filter, time) &&
      (clients.size === 0 || clients.has(client)) &&
      (operations.size === 0 || operations.has(operation)) &&
      (verdicts.size === 0 || verdicts.has(verdict))
    );
  }

  #sum(record: JournalRecord, now: number): void {
    const time = Date.parse(record.time);
    if (time < this.#latest - MOST_BACK) this.#beginAnew();
    if (time > this.#latest) {
      this.#latest = time;
      this.#readAt = now;
    }
    this.#closeWindows(time);
    this.#sums.add(record, () => time);
    this.#next ??= this.#sums.closeWindows(time);
  }

  /** What is summed up would wait until that time comes again. */
  #beginAnew(): void {
    this.#sums.writeAll();
    this.#next = undefined;
    this.#latest = 0;
  }

  #closeWindows(time: number): void {
    if (this.#next !== undefined && time >= this.#next) this.#next = this.#sums.closeWindows(time);
  }

  #show(record: JournalRecord): void {
    this.#options.show(formatRecord(record.level, record, this.#options.paint));
  }
}

const DESCRIBED: ReadonlySet<string | undefined> = described;

/** What changes something, or reads what is in it, has a line each, and so has what lasted. */
function isSummed({ method, operation, verdict, stream, end }: JournalRecord): boolean {
  const hasPassed = verdict === "allow" || verdict === "warn";
  const describes = (method === "GET" || method === "HEAD") && DESCRIBED.has(operation);
  return (describes || !hasPassed) && stream === "none" && end === "complete";
}

function isSince({ since }: LogFilter, time: string): boolean {
  return since === undefined || time >= since;
}
