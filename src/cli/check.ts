import { readSettings } from "../config/read-settings.ts";
import { matchOperation } from "../docker/match.ts";
import type { Method } from "../docker/operation.ts";
import { decide } from "../policy/decide.ts";
import { explainVerdict, plainTemplate } from "../policy/explain.ts";
import type { Refuse } from "../policy/verdict.ts";
import { type Command, complainAbout, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from "./command.ts";

const METHODS: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

/** `quaygate check GET /containers/json`: would this request be allowed? */
export const check: Command = {
  usage: "check METHOD PATH",
  summary: "say whether the settings in the environment allow a request",
  details: [
    "Example: CONTAINERS=1 quaygate check GET /containers/json",
    "Podman's own API, with LinuxServer's switches: QUAYGATE_COMPAT=linuxserver quaygate check GET /libpod/info",
    "What stands behind a ? in the path does not count. Nothing is started and nothing is sent.",
    "Exit code: 0 when it is allowed, 1 when it is not, 2 when a setting is wrong.",
  ],
  run: (words, terminal) => {
    const [word = "", target = "", ...rest] = words;
    const method = METHODS.find((known) => known === word.toUpperCase());
    if (method === undefined || !target.startsWith("/") || rest.length > 0) {
      terminal.complain(
        "quaygate: check wants a method and a path, such as: quaygate check GET /containers/json",
      );
      return Promise.resolve(EXIT_USAGE);
    }
    const settings = readSettings(terminal.environment, { terminal: terminal.isTerminal });
    if (!settings.ok) {
      return Promise.resolve(complainAbout(settings.error, terminal));
    }
    for (const { message } of settings.value.warnings) {
      terminal.complain(`warning: ${message}`);
    }
    const path = target.split("?", 1)[0] ?? "";
    const request = { method, path, hasBody: false, contentType: undefined };
    const verdict = decide(settings.value.grant, request);
    if (verdict.kind === "allow") {
      terminal.print(
        `allowed: ${verdict.operation.name} (${method} ${plainTemplate(verdict.operation.template)}), by ${verdict.rule}`,
      );
      terminal.print(`exposes: ${verdict.operation.exposes}`);
      return Promise.resolve(EXIT_OK);
    }
    terminal.print(explainVerdict(verdict, method, "this client"));
    if (verdict.kind === "refuse") {
      terminal.print(explainRefuse(verdict));
    }
    return Promise.resolve(EXIT_FAILED);
  },
};

/** A refused request is refused whatever the settings are; a wrong method at a right path is worth a word. */
function explainRefuse({ code, path }: Refuse): string {
  if (code !== "unknown_operation" || path === undefined) {
    return "no setting opens it";
  }
  const served = METHODS.filter(
    (method) => method !== "OPTIONS" && matchOperation(method, path.segments) !== undefined,
  );
  const engine = path.segments[0] === "libpod" ? "Podman" : "dockerd";
  return served.length === 0
    ? `no setting opens it: ${engine} serves nothing at this path`
    : `no setting opens it: ${engine} serves this path with ${served.join(" and ")} only`;
}
