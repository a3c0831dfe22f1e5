import type { LogLevel } from "../kernel/log-words.ts";
import { loadSettings } from "../config/load-settings.ts";
import { explainReport, reportOf } from "../config/report.ts";
import { explainListening, formatAddress } from "../kernel/address.ts";
import { type Command, complainAbout, EXIT_USAGE } from "./command.ts";
import { explainStanding } from "./process-user.ts";
import { keepPolicyFresh, watchPolicy } from "./policy-reload.ts";
import { openServed, serveUntilStopped } from "./serve.ts";

/** `quaygate run`: the gate itself. */
export const run: Command = {
  usage: "run",
  summary: "put the gate in front of the engine (the default command)",
  details: [
    "All settings are environment variables; `quaygate explain` says what they open.",
    "With QUAYGATE_POLICY=FILE a policy file says who may do what. It is read again when it changes, and on SIGHUP.",
    "SIGTERM stops it gracefully, a second one at once.",
  ],
  run: async (words, terminal) => {
    if (words.length > 0) {
      terminal.complain(`quaygate: run takes no argument, and got "${words.join(" ")}"`);
      return EXIT_USAGE;
    }
    const watch = watchPolicy(terminal);
    const settings = await loadSettings(terminal.environment, { terminal: terminal.isTerminal });
    if (!settings.ok) {
      return complainAbout(settings.error, terminal);
    }
    const served = await openServed(settings.value, terminal);
    if (typeof served === "number") {
      return served;
    }
    const { gate, log, standing } = served;
    const stopped = serveUntilStopped(served, settings.value);
    keepPolicyFresh(served, settings.value, watch, terminal);
    const { policy, ...rest } = reportOf(settings.value);
    const report = {
      ...rest,
      policy: policy === undefined ? undefined : { ...policy, generation: 1 },
      listen: gate.listening.map(explainListening),
      admin: gate.admin === undefined ? "off" : formatAddress(gate.admin),
    };
    for (const line of explainReport(report)) {
      const level: LogLevel = line.startsWith("warning: ") ? "warning" : "notice";
      log.note(level, line);
    }
    const told = explainStanding(standing);
    if (told !== undefined) {
      log.note(standing.kind === "root" ? "warning" : "notice", told);
    }
    // Nothing waits for this: a stop must not take as long as an engine that does not answer.
    void gate.probe();
    return stopped;
  },
};
