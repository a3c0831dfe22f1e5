import { openLog, type Log } from "../audit/log.ts";
import type { Settings } from "../config/settings.ts";
import { Gate } from "../gate.ts";
import { EXIT_FAILED, EXIT_OK, type Terminal } from "./command.ts";

/** A gate that runs and the log that it writes. */
export interface Served {
  readonly gate: Gate;
  readonly log: Log;
}

/** Opens a gate that logs to standard output; what can't be opened is told, and gives the exit code. */
export async function openServed(settings: Settings, terminal: Terminal): Promise<Served | number> {
  const log = openLog(settings.log.format, settings.log.level);
  try {
    return { gate: await Gate.open(settings, { audit: (record) => log.record(record) }), log };
  } catch (error) {
    terminal.complain(`quaygate: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT_FAILED;
  }
}

/** Runs until SIGTERM or SIGINT; then waits for what is under way. A second signal, or the grace time, ends at once. */
export function serveUntilStopped({ gate, log }: Served, settings: Settings): Promise<number> {
  return new Promise<number>((resolve) => {
    let stopping = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (stopping) {
        log.note("notice", `${signal} again: stopping at once`);
        // What is under way ends, and with it the drain that waits for it.
        gate.close();
        return;
      }
      stopping = true;
      log.note("notice", `${signal}: waiting up to ${settings.grace / 1000} seconds for what is under way`);
      void gate.drain().then(() => {
        log.note("notice", "stopped");
        resolve(EXIT_OK);
      });
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    // A mistake of our own leaves nothing to rely on: the gate closes, and whoever supervises it starts it anew.
    process.on("uncaughtException", (error) => {
      log.note("crit", `closing after an unexpected error: ${error.stack ?? error.message}`);
      gate.close();
      resolve(EXIT_FAILED);
    });
  }).then(async (code) => {
    await log.close();
    return code;
  });
}
