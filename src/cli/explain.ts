import { loadSettings } from "../config/load-settings.ts";
import { explainClientAlone, explainReport, reportOf } from "../config/report.ts";
import type { Settings } from "../config/settings.ts";
import type { Result } from "../kernel/result.ts";
import { type Command, complainAbout, EXIT_OK, EXIT_USAGE } from "./command.ts";
import { clientNamed, clientsOfFile } from "./named-client.ts";

/** `quaygate explain`: what would be open, without starting anything. */
export const explain: Command = {
  usage: "explain [--client NAME]",
  summary: "say in plain words what the settings open",
  details: [
    "Example: CONTAINERS=1 POST=1 quaygate explain",
    "With QUAYGATE_COMPAT=linuxserver the switches are LinuxServer's.",
    "With a policy file (QUAYGATE_POLICY) there is a paragraph for each client; --client NAME prints that one alone.",
    "Prints what `run` reports at its start. Nothing is started and the engine is not asked.",
  ],
  run: async (words, terminal) => {
    const [option, name, ...others] = words;
    if (option === "--client" && name === undefined) {
      terminal.complain("quaygate: explain --client wants the name of a client");
      return EXIT_USAGE;
    }
    if ((option !== undefined && option !== "--client") || others.length > 0) {
      const rest = option === "--client" ? others : words;
      terminal.complain(`quaygate: explain takes no argument but --client NAME, and got "${rest.join(" ")}"`);
      return EXIT_USAGE;
    }
    const settings = await loadSettings(terminal.environment, {
      terminal: terminal.isTerminal,
      callsEngine: false,
    });
    if (!settings.ok) {
      return complainAbout(settings.error, terminal);
    }
    const lines = explainAsked(settings.value, name);
    if (!lines.ok) {
      terminal.complain(`quaygate: ${lines.error}`);
      return EXIT_USAGE;
    }
    for (const line of lines.value) {
      terminal.print(line);
    }
    return EXIT_OK;
  },
};

function explainAsked(settings: Settings, name: string | undefined): Result<readonly string[], string> {
  if (name === undefined) return { ok: true, value: explainReport(reportOf(settings)) };
  const known = clientsOfFile(settings, "explain --client");
  if (!known.ok) return known;
  const client = clientNamed(known.value, name);
  return client.ok ? { ok: true, value: explainClientAlone(settings, client.value) } : client;
}
