import sonicBoom from "sonic-boom";
import type { LogLevel } from "../kernel/log-words.ts";
import { systemFailure } from "../kernel/system-error.ts";
import { GatheredLines } from "./gathered-lines.ts";
import { CLOSE_DEADLINE, explainDropped, explainStalled, type Sink, type SinkListener } from "./sink.ts";

/** If nobody reads the log, this much is kept and what comes then is dropped: the gate must not run out of memory. */
const LONGEST_BACKLOG: number = 32 * 1024 * 1024;
const STANDARD_OUTPUT = 1;

/** The log on standard output, or on another file descriptor that is open. */
export class Output implements Sink {
  readonly name = "stdout";
  readonly #destination: sonicBoom.SonicBoom;
  readonly #gathered: GatheredLines;
  readonly #prefixOf: ((level: LogLevel) => string) | undefined;
  #listener: SinkListener = () => undefined;
  #hasReader = true;
  #dropped = 0;
  #told = 0;

  /** `prefixOf` says what stands before each line of a level, if anything does. */
  constructor(descriptor: number = STANDARD_OUTPUT, prefixOf?: (level: LogLevel) => string) {
    this.#prefixOf = prefixOf;
    this.#destination = new sonicBoom.SonicBoom({
      fd: descriptor,
      sync: false,
      maxLength: LONGEST_BACKLOG,
    });
    this.#destination.on("error", (error) => {
      // A full disk may have room again. A reader that is gone does not come back: who reads another place is told, the gate goes on.
      if (systemFailure(error).code === "EPIPE") {
        this.#hasReader = false;
        this.#destination.destroy();
        this.#listener("err", `the log can't be written to ${this.name}: its reader is gone`);
      }
    });
    this.#destination.on("drop", (lines: string) => this.#drop(lines));
    this.#gathered = new GatheredLines((lines, count) => {
      if (this.#hasReader) {
        this.#destination.write(lines);
      } else {
        this.#dropped += count;
      }
    });
  }

  get droppedLines(): number {
    return this.#dropped;
  }

  take(level: LogLevel, _time: string, line: string): void {
    if (this.#hasReader) {
      this.#gathered.add(this.#prefixOf === undefined ? line : this.#prefixOf(level) + line);
    } else {
      this.#dropped += 1;
    }
  }

  hear(listener: SinkListener): void {
    this.#listener = listener;
  }

  reopen(): boolean {
    return false;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#gathered.end();
      if (!this.#hasReader) {
        resolve();
        return;
      }
      // Not synchronously: a reader that has stopped reading would hold the process for ever.
      const timer = setTimeout(resolve, CLOSE_DEADLINE);
      this.#destination.flush(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #drop(lines: string): void {
    const isFirst = this.#dropped === this.#told;
    this.#dropped += lines.split("\n").length - 1;
    if (isFirst) {
      this.#destination.once("drain", () => {
        const count = this.#dropped - this.#told;
        this.#told = this.#dropped;
        this.#listener("warning", explainDropped(this.name, count));
      });
      this.#listener("warning", explainStalled(this.name));
    }
  }
}
