import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, truncateSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const START_DEADLINE = 10_000;
const STOP_DEADLINE = 5_000;
const LOG_DEADLINE = 5_000;
const LINE_FEED = 0x0a;

/** A process that the benchmark started; what it prints is in a file. */
export class Child {
  readonly pid: number;
  /** When it was started, by the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly #process: ChildProcess;
  readonly #logPath: string;
  readonly #ended: Promise<void>;

  constructor(
    command: readonly [string, ...string[]],
    logPath: string,
    environment: Readonly<Record<string, string>>,
  ) {
    const [program, ...words] = command;
    const log = openSync(logPath, "a");
    this.startedAt = performance.now();
    this.#process = spawn(program, words, {
      stdio: ["ignore", log, log],
      env: { PATH: process.env["PATH"] ?? "", ...environment },
    });
    closeSync(log);
    this.pid = this.#process.pid ?? -1;
    this.#logPath = logPath;
    this.#ended = new Promise((resolve) => {
      this.#process.once("exit", () => resolve());
      this.#process.once("error", () => resolve());
    });
  }

  /** Resolves when `isReady` says so; rejects with what the process printed when it ends before. */
  async untilReady(isReady: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + START_DEADLINE;
    while (!(await isReady())) {
      if (Date.now() > deadline || this.#process.exitCode !== null) {
        throw new Error(`${this.#process.spawnfile} did not start: ${readFileSync(this.#logPath, "utf8")}`);
      }
      await wait(50);
    }
  }

  /** Empties the log file. */
  clearLog(): void {
    truncateSync(this.#logPath);
  }

  /** Resolves when the log holds so many lines; rejects when they do not come. */
  async untilLogged(lines: number): Promise<void> {
    const deadline = Date.now() + LOG_DEADLINE;
    while (this.#loggedLines() < lines) {
      if (Date.now() > deadline) {
        throw new Error(`${this.#process.spawnfile} logged ${this.#loggedLines()} lines, and not ${lines}`);
      }
      await wait(50);
    }
  }

  #loggedLines(): number {
    const bytes = readFileSync(this.#logPath);
    let lines = 0;
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
      lines += 1;
    }
    return lines;
  }

  /** Ends the process, by force if it does not go. */
  async stop(): Promise<void> {
    this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), STOP_DEADLINE);
    await this.#ended;
    clearTimeout(timer);
  }
}
