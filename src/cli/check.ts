import { loadSettings } from "../config/load-settings.ts";
import { matchOperation } from "../docker/match.ts";
import type { Lookup } from "../docker/powers/asking.ts";
import { objectOf, questionOf } from "../docker/powers/lookup.ts";
import { operationPowers } from "../docker/powers/operations.ts";
import { parseRequestHead, REQUEST_METHODS, type RequestMethod, takesBody } from "../http1/request-head.ts";
import { readRequestStart } from "../http1/request-start.ts";
import type { Result } from "../kernel/result.ts";
import { cureOfBuilder } from "../policy/buildx-builder.ts";
import { decide } from "../policy/decide.ts";
import { explainVerdict, plainTemplate } from "../policy/explain.ts";
import { type Grant, isLimited } from "../policy/grant.ts";
import type { Allow, Deny, Refuse } from "../policy/verdict.ts";
import { identifyRequest } from "../policy/refused-request.ts";
import { describePowers } from "./asked-powers.ts";
import { foreseeRequest, type Foreseen, type GivenBody } from "./foresee.ts";
import { type Command, complainAbout, EXIT_FAILED, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";
import { readBody } from "./request-body.ts";

/** `quaygate check GET /containers/json`: would this request be allowed? */
export const check: Command = {
  usage: "check METHOD PATH [--body FILE]",
  summary: "say whether the settings in the environment allow a request, and what it asks for",
  details: [
    "Example: CONTAINERS=1 quaygate check GET /containers/json",
    "Podman's own API, with LinuxServer's switches: QUAYGATE_COMPAT=linuxserver quaygate check GET /libpod/info",
    "  --body FILE    the request's body; - is standard input, and an empty file is a request without a body",
    "With QUAYGATE_POWERS the query and the body decide too, and each power that they ask for is named:",
    "  POST=1 CONTAINERS=1 QUAYGATE_POWERS=default quaygate check POST /containers/create --body create.json",
    "Nothing is started and nothing is sent: a volume or network that the request names is taken for a new one,",
    "and how it calls a container for that one's name.",
    "Exit code: 0 when it is allowed, 1 when it is not or its body is needed to know, 2 when a setting, the",
    "command line or FILE is wrong.",
  ],
  run: async (words, terminal) => {
    const asked = parseWords(words);
    if (!asked.ok) {
      terminal.complain(`quaygate: ${asked.error}`);
      return EXIT_USAGE;
    }
    const settings = await loadSettings(terminal.environment, { terminal: terminal.isTerminal });
    if (!settings.ok) {
      return complainAbout(settings.error, terminal);
    }
    const { method, target, file } = asked.value;
    const content = file === undefined ? undefined : await readBody(file);
    if (content?.ok === false) {
      terminal.complain(`quaygate: ${file}: ${content.error}`);
      return EXIT_USAGE;
    }
    for (const { message } of settings.value.warnings) {
      terminal.complain(`warning: ${message}`);
    }
    return checkRequest(settings.value.clients[0].grant, method, target, content?.value, terminal);
  },
};

interface Asked {
  readonly method: RequestMethod;
  readonly target: string;
  readonly file: string | undefined;
}

function parseWords(words: readonly string[]): Result<Asked, string> {
  const at = words.indexOf("--body");
  const file = at === -1 ? undefined : words[at + 1];
  const [word = "", target = "", ...rest] = at === -1 ? words : words.toSpliced(at, 2);
  const method = REQUEST_METHODS.find((known) => known === word.toUpperCase());
  if (at !== -1 && file === undefined) {
    return { ok: false, error: "check --body wants a file, or - for standard input" };
  }
  if (method === undefined || !target.startsWith("/") || rest.length > 0) {
    const example = "quaygate check GET /containers/json";
    return { ok: false, error: `check wants a method and a path, such as: ${example}` };
  }
  return { ok: true, value: { method, target, file } };
}

function checkRequest(
  grant: Grant,
  method: RequestMethod,
  target: string,
  body: GivenBody,
  terminal: Terminal,
): number {
  const hasBody = body !== undefined && body.length > 0 && takesBody(method);
  const head = parseRequestHead(headOf(method, target, body));
  if (!head.ok) {
    const start = readRequestStart(headOf(method, target));
    const { subject = "the request" } = identifyRequest(method, start?.path);
    terminal.print(`quaygate: ${subject} is refused: ${head.error.reason}`);
    terminal.print("no setting opens it");
    return EXIT_FAILED;
  }
  const { path, query, contentTypes } = head.value;
  const verdict = decide(grant, { method, path, hasBody, contentTypes });
  const cureOf = (no: Deny | Refuse): string | undefined =>
    no.kind === "deny" ? cureOfBuilder(grant, no, query) : undefined;
  if (verdict.kind !== "allow") {
    return explainNo(verdict, method, cureOf(verdict), [], terminal);
  }
  const foreseen = foreseeRequest(grant, verdict, query, body);
  switch (foreseen.kind) {
    case "no":
      return explainNo(
        foreseen.verdict,
        method,
        cureOf(foreseen.verdict),
        powersLines(grant, foreseen),
        terminal,
      );
    case "too large":
      terminal.print(`quaygate: ${foreseen.reason}`);
      return EXIT_FAILED;
    case "unknown":
      terminal.print(`not judged: ${nameOf(verdict, method)} is open, by ${verdict.rule}`);
      terminal.print(
        "what it asks for stands in its body: give its body with --body to judge what it asks for",
      );
      break;
    case "yes":
      terminal.print(`allowed: ${nameOf(verdict, method)}, by ${verdict.rule}`);
      break;
  }
  terminal.print(
    `exposes: ${verdict.operation.exposes}${isLimited(verdict) ? " (as far as QUAYGATE_POWERS allows)" : ""}`,
  );
  const asks = operationPowers.get(verdict.operation.name);
  if (hasBody && asks?.body === undefined) {
    terminal.print(
      asks?.content === undefined
        ? "its body is not looked into"
        : "of its body only the first bytes are looked at",
    );
  }
  for (const line of [...heldLines(grant, verdict, foreseen), ...powersLines(grant, foreseen)]) {
    terminal.print(line);
  }
  return foreseen.kind === "yes" ? EXIT_OK : EXIT_FAILED;
}

/** The head of such a request, a character a byte as the gate reads it: what it would not understand is refused here too. */
function headOf(method: RequestMethod, target: string, body: GivenBody = Buffer.alloc(0)): string {
  const framing = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  const line = Buffer.from(`${method} ${target} HTTP/1.1\r\n`, "utf8").toString("latin1");
  return `${line}Host: quaygate\r\n${body.length === 0 ? "" : framing}`;
}

function nameOf({ operation }: Allow, method: RequestMethod): string {
  return `${operation.name} (${method} ${plainTemplate(operation.template)})`;
}

function explainNo(
  verdict: Deny | Refuse,
  method: RequestMethod,
  cure: string | undefined,
  lines: readonly string[],
  terminal: Terminal,
): number {
  terminal.print(explainVerdict(verdict, method, "this client", { cure }));
  if (verdict.kind === "refuse") {
    terminal.print(explainRefuse(verdict));
  }
  for (const line of lines) {
    terminal.print(line);
  }
  return EXIT_FAILED;
}

/** Says of an operation that could ask for something, and of which nothing is looked at, that it may ask for all. */
function heldLines(grant: Grant, { operation, restricted }: Allow, foreseen: Foreseen): readonly string[] {
  if (restricted !== undefined || !operationPowers.has(operation.name)) {
    return [];
  }
  const unread = foreseen.kind === "yes" && foreseen.unread !== undefined ? [foreseen.unread] : [];
  return [
    grant.powers.isEverything
      ? "may ask for anything: QUAYGATE_POWERS is all, as it is when it is not set"
      : "may ask for anything: all that such a request can ask for is held",
    ...unread.map((reason) => `what this one asks for can't be told: ${reason}`),
  ];
}

function powersLines(grant: Grant, { powers, lookups }: Foreseen): readonly string[] {
  const asked = describePowers(powers).map(
    ({ power, text }) => `asks for: ${text}${grant.powers.holds(power) ? "" : ", which is not held"}`,
  );
  const names = lookups.map((lookup) => `the engine would be asked ${questionAbout(lookup)}`);
  return [...asked, ...names];
}

function questionAbout(lookup: Lookup): string {
  return lookup.kind === "engine"
    ? `${questionOf(lookup)}; here it is taken for a usual one`
    : `what the ${objectOf(lookup)} ${lookup.name} is; here ${takenFor(lookup)}`;
}

/** A container that is named is there already, or the request goes no further; so is what is deleted or read. */
function takenFor({ kind }: Lookup): string {
  const isThere = kind === "container" || kind === "object";
  return isThere ? "that is taken for its name" : "it is taken for a new one";
}

/** A refused request is refused whatever the settings are; a wrong method at a right path is worth a word. */
function explainRefuse({ code, path }: Refuse): string {
  if (code !== "unknown_operation" || path === undefined) {
    return "no setting opens it";
  }
  const served = REQUEST_METHODS.filter(
    (method) => method !== "OPTIONS" && matchOperation(method, path.segments) !== undefined,
  );
  const engine = path.segments[0] === "libpod" ? "Podman" : "dockerd";
  return served.length === 0
    ? `no setting opens it: ${engine} serves nothing at this path`
    : `no setting opens it: ${engine} serves this path with ${served.join(" and ")} only`;
}
