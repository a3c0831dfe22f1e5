import { openLog, type Log } from "../audit/log.ts";
import { LateLog } from "../audit/late-log.ts";
import { withSummedLimits } from "../audit/limit-refusals.ts";
import { openOutput } from "../audit/output.ts";
import { withSummedPolls } from "../audit/polls.ts";
import type { OpenSinks } from "../audit/sinks/open-sinks.ts";
import { readPassedSockets } from "../config/passed-sockets.ts";
import type { Settings } from "../config/settings.ts";
import type { EngineNews } from "../engine/watch.ts";
import { Gate } from "../gate.ts";
import { EXIT_ENGINE_GONE, EXIT_FAILED, EXIT_OK, type Terminal } from "./command.ts";
import { described, pings } from "../policy/words/described.ts";
import type { Traces } from "../traces/open-traces.ts";
import { becomeUser, explainStanding, type Standing } from "./process-user.ts";
import { readVersion } from "./version.ts";

/** Where it is told that the log fails, where standard output does not tell it, and what was noted before it could be opened. */
const STANDARD_ERROR = 2;

/** A gate that runs and the log that it writes. */
export interface Served {
  readonly gate: Gate;
  readonly log: Log;
  /** Whom the process runs as since the gate serves. */
  readonly standing: Standing;
  /** What exports the spans of its exchanges; undefined where nothing does. */
  readonly traces: Traces | undefined;
}

/**
 * Opens the log and a gate that writes it, and gives up root where the settings name a user; what can't be opened is told, and
 * gives the exit code.
 */
export async function openServed(settings: Settings, terminal: Terminal): Promise<Served | number> {
  const log = new LateLog();
  try {
    return await openWith(log, settings, terminal);
  } catch (error) {
    log.openInstead(() => openLog(settings.log.format, settings.log.level, [openOutput(STANDARD_ERROR)]));
    await log.close();
    terminal.complain(`quaygate: ${explain(error)}`);
    return EXIT_FAILED;
  }
}

async function openWith(log: LateLog, settings: Settings, terminal: Terminal): Promise<Served> {
  const openSinks = await loadSinks(settings);
  const openTraces = await loadTraces(settings, log);
  let standing: Standing = { kind: "given" };
  let traces: Traces | undefined;
  const gate = await Gate.open(settings, {
    audit: (record) => log.record(record),
    note: (level, message) => log.note(level, message),
    version: readVersion(),
    ...(openTraces === undefined ? {} : { trace: (received) => traces?.begin(received) }),
    droppedLines: () => log.droppedLines,
    passed: readPassedSockets(terminal.environment, process.pid),
    // Only root may open some places to listen at, and only here it knows the group of the socket.
    beforeServing: () => {
      standing = becomeUser(settings.user, settings.engine);
      traces = openTraces?.();
      log.open(openLogAs(standing, settings, openSinks));
    },
  });
  return { gate, log, standing, traces };
}

/** Most gates log to standard output alone, and load nothing for more. */
async function loadSinks({ log }: Settings): Promise<() => OpenSinks> {
  const isPlain = log.to.every(({ kind }) => kind === "stdout") && log.journal === undefined && !log.chain;
  if (isPlain) return () => ({ sinks: [openOutput()], chain: undefined });
  const { openSinks } = await import("../audit/sinks/open-sinks.ts");
  return () => openSinks(log);
}

/** Opens the log as whom the process runs as from now on; where that is still root against the settings, a failure says why. */
function openLogAs(standing: Standing, settings: Settings, openSinks: () => OpenSinks): Log {
  const { format, level, polls } = settings.log;
  try {
    const { sinks, chain } = openSinks();
    const told = openLog(format, level, sinks, chain, openOutput(STANDARD_ERROR));
    return withSummedLimits(withSummedPolls(told, polls, { described, pings }), polls);
  } catch (error) {
    if (standing.kind !== "root" || settings.user === undefined) throw error;
    throw new Error(`${explain(error)}; the gate ${explainStanding(standing)}`, { cause: error });
  }
}

function explain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What exports traces is loaded only where they are, and opened later: it reads files, and so does that as the user. */
async function loadTraces({ traces }: Settings, log: Log): Promise<(() => Traces) | undefined> {
  if (traces === undefined) return undefined;
  const { openTraces } = await import("../traces/open-traces.ts");
  return () => openTraces(traces, readVersion(), (level, message) => log.note(level, message));
}

function logNews(log: Log, news: EngineNews): void {
  switch (news.kind) {
    case "answers":
      log.note("notice", `the engine answers, API version ${news.apiVersion ?? "not told"}`);
      break;
    case "lost":
      // A stranger does not go away by itself.
      log.note(
        "err",
        news.isStranger ? news.reason : `${news.reason}; every request gets 502 until it can be reached`,
      );
      break;
    case "gone": {
      const seconds = Math.round(news.after / 1000);
      log.note("crit", `${news.reason}; ends after ${seconds} seconds without it (QUAYGATE_ENGINE_GONE)`);
      break;
    }
  }
}

/**
 * Runs until SIGTERM or SIGINT, or until the engine is gone; then waits for what is under way. A second signal, or the
 * grace time, ends at once.
 */
export function serveUntilStopped({ gate, log, traces }: Served, settings: Settings): Promise<number> {
  return new Promise<{ readonly code: number; readonly last?: string }>((resolve) => {
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
      end(EXIT_OK);
    };
    const end = (code: number): void => {
      void gate.drain().then(() => resolve({ code, last: "stopped" }));
    };
    gate.hearEngine((news) => {
      logNews(log, news);
      if (news.kind === "gone") {
        stopping = true;
        end(EXIT_ENGINE_GONE);
      }
    });
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    // A mistake of our own leaves nothing to rely on: the gate closes, and whoever supervises it starts it anew.
    process.on("uncaughtException", (error) => {
      log.note("crit", `closing after an unexpected error: ${error.stack ?? error.message}`);
      gate.close();
      resolve({ code: EXIT_FAILED });
    });
  }).then(async ({ code, last }) => {
    await traces?.close();
    await log.close(last);
    return code;
  });
}
