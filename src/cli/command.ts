import type { Environment } from "../config/environment.ts";
import type { Problem } from "../config/problem.ts";

/** All went well; of `check`: allowed. */
export const EXIT_OK = 0;
/** It could not be done; of `check`: not allowed; of `health`: not well. */
export const EXIT_FAILED = 1;
/** The command line or a setting can't be used. */
export const EXIT_USAGE = 2;

/** The engine was gone for QUAYGATE_ENGINE_GONE seconds; sysexits.h calls it EX_TEMPFAIL: try again. */
export const EXIT_ENGINE_GONE = 75;

/** Where a command reads its surroundings and writes. */
export interface Terminal {
  readonly environment: Environment;
  /** Whether standard output is a person's terminal. */
  readonly isTerminal: boolean;
  print(line: string): void;
  complain(line: string): void;
}

/** One command of `quaygate`. */
export interface Command {
  /** What stands behind the name on the command line. */
  readonly usage: string;
  readonly summary: string;
  /** More help, a line each. */
  readonly details: readonly string[];
  /** Runs to the end and gives the exit code. */
  run(words: readonly string[], terminal: Terminal): Promise<number>;
}

/** Tells everything that is wrong with the settings, and gives the exit code for it. */
export function complainAbout(problems: readonly Problem[], terminal: Terminal): number {
  for (const { setting, message } of problems) {
    terminal.complain(`quaygate: ${setting}: ${message}`);
  }
  return EXIT_USAGE;
}
