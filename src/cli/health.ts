import { get } from "node:http";
import { decodeHealth, explainHealth, type Health, isHealthy } from "../admin/health.ts";
import { POLICY_SETTING, readSettings } from "../config/read-settings.ts";
import { formatAddress, type TcpAddress } from "../kernel/address.ts";
import { type Command, complainAbout, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from "./command.ts";

/** How long the gate may take to answer, in milliseconds. */
const DEADLINE = 5_000;
/** More than any health answer is long. */
const LONGEST_ANSWER: number = 64 * 1024;

/** `quaygate health`: asks a running gate; made for a container's HEALTHCHECK. */
export const health: Command = {
  usage: "health",
  summary: "ask the gate that runs here whether it and the engine are well",
  details: [
    "Asks GET /health at QUAYGATE_ADMIN (tcp://127.0.0.1:9375 by default). Made for HEALTHCHECK.",
    "Exit code: 0 when the gate is alive and the engine is reachable, else 1; 2 when a setting is wrong.",
  ],
  run: async (words, terminal) => {
    if (words.length > 0) {
      terminal.complain(`quaygate: health takes no argument, and got "${words.join(" ")}"`);
      return EXIT_USAGE;
    }
    // Where health is served the environment says, whichever file says the rest.
    const environment = { ...terminal.environment, [POLICY_SETTING]: undefined };
    const settings = readSettings(environment, { terminal: terminal.isTerminal, callsEngine: false });
    if (!settings.ok) {
      return complainAbout(settings.error, terminal);
    }
    const { admin } = settings.value;
    if (admin === "off") {
      terminal.complain("quaygate: QUAYGATE_ADMIN is off, so there is nothing to ask");
      return EXIT_USAGE;
    }
    try {
      const answer = await askHealth(admin);
      terminal.print(explainHealth(answer));
      return isHealthy(answer) ? EXIT_OK : EXIT_FAILED;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.complain(`quaygate: no gate answers at ${formatAddress(admin)} (QUAYGATE_ADMIN): ${reason}`);
      return EXIT_FAILED;
    }
  },
};

function askHealth({ host, port }: TcpAddress): Promise<Health> {
  return new Promise((resolve, reject) => {
    const request = get(
      { host: isWildcard(host) ? "localhost" : host, port, path: "/health", agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("error", reject);
        response.on("data", (part: string) => {
          text += part;
          if (text.length > LONGEST_ANSWER) {
            request.destroy(new Error("the answer is too long"));
          }
        });
        response.on("end", () => {
          const answer = decodeHealth(text);
          if (answer === undefined) {
            reject(new Error("something else answers there"));
          } else {
            resolve(answer);
          }
        });
      },
    );
    const timer = setTimeout(() => request.destroy(new Error("no answer in time")), DEADLINE);
    request.on("error", reject);
    request.on("close", () => clearTimeout(timer));
  });
}

function isWildcard(host: string): boolean {
  return host === "::" || host === "0.0.0.0";
}
