import { loadSettings } from "../config/load-settings.ts";
import { explainReport, reportOf } from "../config/report.ts";
import { type Command, complainAbout, EXIT_OK, EXIT_USAGE } from "./command.ts";

/** `quaygate explain`: what would be open, without starting anything. */
export const explain: Command = {
  usage: "explain",
  summary: "say in plain words what the settings in the environment open",
  details: [
    "Example: CONTAINERS=1 POST=1 quaygate explain",
    "With QUAYGATE_COMPAT=linuxserver the switches are LinuxServer's.",
    "Prints what `run` reports at its start. Nothing is started and the engine is not asked.",
  ],
  run: async (words, terminal) => {
    if (words.length > 0) {
      terminal.complain(`quaygate: explain takes no argument, and got "${words.join(" ")}"`);
      return EXIT_USAGE;
    }
    const settings = await loadSettings(terminal.environment, { terminal: terminal.isTerminal });
    if (!settings.ok) {
      return complainAbout(settings.error, terminal);
    }
    for (const line of explainReport(reportOf(settings.value))) {
      terminal.print(line);
    }
    return EXIT_OK;
  },
};
