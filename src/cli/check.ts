import { loadSettings } from "../config/load-settings.ts";
import { matchOperation } from "../docker/match.ts";
import type { Lookup } from "../docker/powers/asking.ts";
import { objectOf, questionOf } from "../docker/powers/lookup.ts";
import { operationPowers } from "../docker/powers/operations.ts";
import { parseRequestHead, REQUEST_METHODS, type RequestMethod, takesBody } from "../http1/request-head.ts";
import { readRequestStart } from "../http1/request-start.ts";
import { cureOfBuilder } from "../policy/buildx-builder.ts";
import { decide, decideOperation } from "../policy/decide.ts";
import { explainSubject, explainVerdict, plainTemplate } from "../policy/explain.ts";
import { type Grant, heldBy, isLimitedBy, NOTHING_OPENS_IT, POWERS_SETTING } from "../policy/grant.ts";
import { explainTerms } from "../policy/scope/explain-objects.ts";
import type { Allow, Deny, Refuse } from "../policy/verdict.ts";
import { identifyRequest } from "../policy/refused-request.ts";
import { type AskedClient, findAskedClient } from "./asked-client.ts";
import { describePowers } from "./asked-powers.ts";
import { foreseeRequest, type Foreseen, type GivenBody } from "./foresee.ts";
import { type Command, complainAbout, EXIT_FAILED, EXIT_OK, EXIT_USAGE, type Terminal } from "./command.ts";
import { parseCheckWords } from "./check-words.ts";
import { readBody } from "./request-body.ts";

/** As whom a sentence names the caller. */
const WHO_ASKS = "this client";

/** `quaygate check GET /containers/json`: would this request be allowed? */
export const check: Command = {
  usage: "check METHOD PATH [OPTION...]",
  summary: "say whether the settings allow a request, and what it asks for",
  details: [
    "Example: CONTAINERS=1 quaygate check GET /containers/json",
    "Podman's own API, with LinuxServer's switches: QUAYGATE_COMPAT=linuxserver quaygate check GET /libpod/info",
    "  --body FILE    the request's body; - is standard input, and an empty file is a request without a body",
    "With QUAYGATE_POWERS the query and the body decide too, and each power that they ask for is named:",
    "  POST=1 CONTAINERS=1 QUAYGATE_POWERS=default quaygate check POST /containers/create --body create.json",
    "With a policy file (QUAYGATE_POLICY) one of these says who asks, and the first line who that is:",
    "  --client NAME  a client of the file",
    "  --from ADDRESS where it calls from. No name, label, certificate or token is looked at: it is told who it could",
    "                 be by one of these",
    "  --to PLACE     where it connects to, as the gate listens there; only where places belong to clients",
    "Nothing is started and nothing is sent: a volume or network that the request names is taken for a new one,",
    "and how it calls a container for that one's name. Of a client with a scope it is told what has to be in scope.",
    "Exit code: 0 when it is allowed, 1 when it is not, or only because of mode: warn or learn, or when its body is",
    "needed to know, 2 when a setting, the command line or FILE is wrong.",
  ],
  run: async (words, terminal) => {
    const asked = parseCheckWords(words);
    if (!asked.ok) {
      terminal.complain(`quaygate: ${asked.error}`);
      return EXIT_USAGE;
    }
    const settings = await loadSettings(terminal.environment, {
      terminal: terminal.isTerminal,
      callsEngine: false,
    });
    if (!settings.ok) {
      return complainAbout(settings.error, terminal);
    }
    const { method, target, file, caller } = asked.value;
    const client = findAskedClient(settings.value, caller);
    if (!client.ok) {
      terminal.complain(`quaygate: ${client.error}`);
      return EXIT_USAGE;
    }
    const content = file === undefined ? undefined : await readBody(file, terminal);
    if (content?.ok === false) {
      terminal.complain(`quaygate: ${file}: ${content.error}`);
      return EXIT_USAGE;
    }
    for (const { message } of settings.value.warnings) {
      terminal.complain(`warning: ${message}`);
    }
    for (const line of client.value.lines) {
      terminal.print(line);
    }
    return checkRequest(client.value, method, target, content?.value, terminal);
  },
};

function checkRequest(
  { grant, bodyLimit }: AskedClient,
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
    terminal.print(nothingOpens(grant));
    return EXIT_FAILED;
  }
  const { path, query, contentTypes } = head.value;
  const verdict = decide(grant, { method, path, hasBody, contentTypes });
  const cureOf = (no: Deny | Refuse): string | undefined =>
    no.kind === "deny" ? cureOfBuilder(grant, no, query) : undefined;
  if (verdict.kind !== "allow") {
    return explainNo(grant, verdict, method, cureOf(verdict), [], terminal);
  }
  if (hasBody && bodyLimit !== undefined && body.length > bodyLimit.most) {
    terminal.print(`quaygate: ${explainSubject(verdict, method)} is refused: ${bodyLimit.reason}`);
    return EXIT_FAILED;
  }
  const foreseen = foreseeRequest(grant, verdict, query, body);
  switch (foreseen.kind) {
    case "no":
      return explainNo(
        grant,
        foreseen.verdict,
        method,
        cureOf(foreseen.verdict),
        powersLines(grant, verdict, foreseen),
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
      terminal.print(
        foreseen.warning === undefined
          ? explainAllowed(verdict, method)
          : `let through, and recorded (mode: warn): ${explainWarning(foreseen.warning, method, cureOf(foreseen.warning))}`,
      );
      break;
  }
  // What is only let through is not looked into.
  const isLimited =
    verdict.restricted !== undefined && isLimitedBy(heldBy(grant, verdict), verdict.operation.name);
  const bound = verdict.held === undefined ? `as far as ${grant.powersPlace} allows` : "held to default";
  terminal.print(`exposes: ${verdict.operation.exposes}${isLimited ? ` (${bound})` : ""}`);
  if (verdict.held !== undefined) {
    const { learns: _, ...alone } = grant;
    const denial = decideOperation(alone, verdict.operation, verdict.path);
    terminal.print(`its grant alone does not open it: ${denial.kind === "deny" ? denial.remedy : ""}`);
  }
  const asks = operationPowers.get(verdict.operation.name);
  if (hasBody && asks?.body === undefined) {
    terminal.print(
      asks?.content === undefined
        ? "its body is not looked into"
        : "of its body only the first bytes are looked at",
    );
  }
  const objects = verdict.objects === undefined ? [] : explainTerms(verdict.operation.name, verdict.objects);
  for (const line of [
    ...heldLines(grant, verdict, foreseen),
    ...powersLines(grant, verdict, foreseen),
    ...objects,
  ]) {
    terminal.print(line);
  }
  const isHeld = foreseen.kind === "yes" && foreseen.warning === undefined && verdict.held === undefined;
  return isHeld ? EXIT_OK : EXIT_FAILED;
}

/** By what it passes. */
function explainAllowed(verdict: Allow, method: RequestMethod): string {
  const { rule, held } = verdict;
  return held === undefined
    ? `allowed: ${nameOf(verdict, method)}, by ${rule}`
    : `let through, and recorded (mode: learn): ${nameOf(verdict, method)}, by ${rule}`;
}

/** The sentence that the caller would be refused with. */
function explainWarning(warning: Deny, method: RequestMethod, cure: string | undefined): string {
  return explainVerdict(warning, method, WHO_ASKS, { cure }).replace(/^quaygate: /u, "");
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
  grant: Grant,
  verdict: Deny | Refuse,
  method: RequestMethod,
  cure: string | undefined,
  lines: readonly string[],
  terminal: Terminal,
): number {
  terminal.print(explainVerdict(verdict, method, WHO_ASKS, { cure }));
  if (verdict.kind === "refuse") {
    terminal.print(explainRefuse(grant, verdict));
  }
  for (const line of lines) {
    terminal.print(line);
  }
  return EXIT_FAILED;
}

/** Says of an operation that could ask for something, and of which nothing is looked at, that it may ask for all. */
function heldLines(grant: Grant, verdict: Allow, foreseen: Foreseen): readonly string[] {
  const { operation, restricted } = verdict;
  const isOnlyWarned = foreseen.kind === "yes" && foreseen.warning !== undefined;
  if (restricted !== undefined || isOnlyWarned || !operationPowers.has(operation.name)) {
    return [];
  }
  const unread = foreseen.kind === "yes" && foreseen.unread !== undefined ? [foreseen.unread] : [];
  return [
    heldBy(grant, verdict).isEverything
      ? `may ask for anything: ${grant.powersPlace} is all${isOfFile(grant) ? "" : ", as it is when it is not set"}`
      : "may ask for anything: all that such a request can ask for is held",
    ...unread.map((reason) => `what this one asks for can't be told: ${reason}`),
  ];
}

function powersLines(grant: Grant, verdict: Allow, { powers, lookups }: Foreseen): readonly string[] {
  const held = heldBy(grant, verdict);
  const asked = describePowers(powers).map(
    ({ power, text }) => `asks for: ${text}${held.holds(power) ? "" : ", which is not held"}`,
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

/** Whether the grant is a policy file's; nobody's is. */
function isOfFile({ powersPlace }: Grant): boolean {
  return powersPlace !== POWERS_SETTING;
}

function nothingOpens(grant: Grant): string {
  return isOfFile(grant) ? "no word of a policy opens it" : NOTHING_OPENS_IT;
}

/** A refused request is refused whatever the settings are; a wrong method at a right path is worth a word. */
function explainRefuse(grant: Grant, { code, path }: Refuse): string {
  if (code !== "unknown_operation" || path === undefined) {
    return nothingOpens(grant);
  }
  const served = REQUEST_METHODS.filter(
    (method) => method !== "OPTIONS" && matchOperation(method, path.segments) !== undefined,
  );
  const engine = path.segments[0] === "libpod" ? "Podman" : "dockerd";
  return served.length === 0
    ? `${nothingOpens(grant)}: ${engine} serves nothing at this path`
    : `${nothingOpens(grant)}: ${engine} serves this path with ${served.join(" and ")} only`;
}
