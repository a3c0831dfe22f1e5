import { isDeepStrictEqual } from "node:util";
import type { Log } from "../audit/log.ts";
import { loadSettings } from "../config/load-settings.ts";
import type { Problem } from "../config/problem.ts";
import { POLICY_SETTING } from "../config/read-settings.ts";
import { explainPolicy, explainRights, reportOf } from "../config/report.ts";
import type { Settings } from "../config/settings.ts";
import { tty } from "../kernel/late-modules.ts";
import type { LogLevel } from "../kernel/log-words.ts";
import type { Terminal } from "./command.ts";
import { FileWatch } from "./file-watch.ts";
import type { Served } from "./serve.ts";

const STANDARD_OUTPUT = 1;

/**
 * Watches the policy file from before it is first read: made too late, it would miss a change of it. Undefined where there
 * is no such file.
 */
export function watchPolicy({ environment }: Terminal): FileWatch | undefined {
  const file = (environment[POLICY_SETTING] ?? "").trim();
  return file === "" ? undefined : new FileWatch(file);
}

/**
 * Has a gate go by its policy file as it is, on SIGHUP and when the file has changed, to the end of the process. On SIGHUP the files
 * of the log are opened anew, too.
 */
export function keepPolicyFresh(
  { gate, log }: Served,
  begunWith: Settings,
  watch: FileWatch | undefined,
  terminal: Terminal,
): void {
  const reload = watch === undefined ? undefined : reloader(gate, log, begunWith, watch, terminal);
  process.on("SIGHUP", () => {
    if (terminal.isTerminal && !tty().isatty(STANDARD_OUTPUT)) {
      // It was no wish of anybody's: the terminal has gone, as when its window is closed.
      process.kill(process.pid, "SIGTERM");
      return;
    }
    const hasReopened = log.reopen();
    if (hasReopened) log.note("notice", "SIGHUP: the log goes on in files opened anew");
    if (reload !== undefined) {
      log.note("notice", "SIGHUP: reading the policy again");
      reload({ tellsAgain: true });
    } else if (!hasReopened) {
      log.note(
        "notice",
        `SIGHUP: there is nothing to read again: no policy file is named (${POLICY_SETTING}), and the environment is read at the start alone`,
      );
    }
  });
  if (reload !== undefined) watch?.start(() => reload({ tellsAgain: false }));
}

function reloader(
  gate: Served["gate"],
  log: Log,
  begunWith: Settings,
  watch: FileWatch,
  { environment, isTerminal }: Terminal,
): (how: { readonly tellsAgain: boolean }) => void {
  let toldProblems = "";
  let lastHash = begunWith.policy?.hash;
  const reject = (problems: readonly Problem[], tellsAgain: boolean): void => {
    gate.rejectPolicy(problems.length);
    const lines = problems.map(({ setting, message }) => `${setting}: ${message}`);
    const text = lines.join("\n");
    if (text === toldProblems && !tellsAgain) return;
    toldProblems = text;
    for (const line of lines) log.note("err", line);
    log.note("err", "the policy can't be used, and the last good one stays in force");
  };
  const take = async (settings: Settings): Promise<void> => {
    await gate.takeOver(settings);
    toldProblems = "";
    const { file = "", hash = "", revoke = false } = settings.policy ?? {};
    const { generation = 0 } = gate.policy ?? {};
    const end = revoke ? "; what was under way without rights in it is ended" : "";
    log.note("notice", `${explainPolicy({ file, hash, generation })}, is in force${end}`);
    for (const line of hash === lastHash ? [] : explainRights(reportOf(settings))) {
      const level: LogLevel = line.startsWith("warning: ") ? "warning" : "notice";
      log.note(level, line);
    }
    lastHash = hash;
    for (const part of RESTARTED_FOR.filter((name) => !isDeepStrictEqual(begunWith[name], settings[name]))) {
      log.note("warning", `${part} is another one in ${file}: that needs a restart, all else is in force`);
    }
  };
  const reload = async (tellsAgain: boolean): Promise<void> => {
    watch.take();
    const settings = await loadSettings(environment, { terminal: isTerminal });
    if (!settings.ok) {
      reject(settings.error, tellsAgain);
      return;
    }
    await take(settings.value).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      reject([{ setting: POLICY_SETTING, message: `what it needs can't be loaded: ${message}` }], tellsAgain);
    });
  };
  // One after the other: the last one counts.
  let last = Promise.resolve();
  return ({ tellsAgain }) => {
    last = last.then(() => reload(tellsAgain));
  };
}

/** What a gate does not change while it runs. */
const RESTARTED_FOR = ["listen", "engine"] as const satisfies readonly (keyof Settings)[];
