import type { LogLevel } from "../kernel/log-words.ts";

/** Hears what becomes of a sink: a sentence for the log. */
export type SinkListener = (level: LogLevel, message: string) => void;

/** One place that the log goes to. It has a bound on what waits, drops and counts what is beyond, and never holds up anybody. */
export interface Sink {
  /** As settings name it, without options. */
  readonly name: string;
  /** How many lines it has dropped since the start. */
  readonly droppedLines: number;
  /** Takes one line with its end. `time` is the line's own. Must not throw and must not wait. */
  take(level: LogLevel, time: string, line: string): void;
  /** Tells from now on when it fails, takes lines again, and how many it had to drop. */
  hear(listener: SinkListener): void;
  /** Opens anew what it has open, if that can be another one now: a file that was moved away. Tells whether there is such. */
  reopen(): boolean;
  /** Resolves when all is written out, or after so many milliseconds: what is left then is dropped. Tells what was dropped. */
  drain(deadline: number): Promise<void>;
  /** Drains, and gives the place up, in so many milliseconds at most; for the end of the process. */
  close(deadline: number): Promise<void>;
}

/** What standard output is called. */
export const OUTPUT_NAME = "stdout";

/** How long the last lines wait for a reader, in milliseconds: `docker stop` kills 10 seconds after it asked. */
export const CLOSE_DEADLINE = 1_000;

/** How much of that is over when it is told what nobody took: this has yet to be written elsewhere. */
export const DRAIN_DEADLINE = 800;

/** Says that a sink takes lines again, and how many it had to drop. */
export function explainDropped(name: string, count: number): string {
  return `the log at ${name}: ${count} ${count === 1 ? "line was" : "lines were"} dropped`;
}

/** Says that a sink has begun to drop lines, although nothing has failed: whoever reads another place learns it while it lasts. */
export function explainStalled(name: string): string {
  return `the log at ${name}: lines are taken too slowly, and further ones are dropped`;
}
