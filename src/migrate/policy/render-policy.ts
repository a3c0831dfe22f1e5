import { defaultDialect } from "../../config/dialects.ts";
import type { PlannedClient } from "./planned-client.ts";
import type { SwitchRights } from "./proxy-rights.ts";

/** The longest line that a mapping is written in. */
const WIDTH = 100;

/** What other readers of YAML would take for something else than a text. */
const NO_PLAIN_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/iu;

/** Whom the gate asks for: in a stack each task has the name's address, and the name itself is that of none. */
export function sourceOf(service: string, isStack: boolean): string {
  return isStack ? `tasks.${service}` : service;
}

/** The text of the policy file, with each client in the order of the plan. */
export function renderPolicy(clients: readonly PlannedClient[], isStack: boolean): string {
  return [
    "# Who may do what: each client is told by its service's name. The first that holds is the caller; whoever is none of",
    "# them is refused everything. Written by quaygate migrate; what a preset opens: quaygate presets NAME",
    "clients:",
    ...clients.flatMap((client) => renderClient(client, isStack)),
    "",
  ].join("\n");
}

function renderClient(client: PlannedClient, isStack: boolean): readonly string[] {
  const { name, consumers } = client;
  const from = consumers.map(({ service }) => textOf(sourceOf(service.name, isStack)));
  const rights = isList(client.rights) ? renderPresets(client.rights) : renderSwitches(client.rights);
  return [
    ...explain(client).map((line) => `  # ${line}`),
    `  ${textOf(name)}:`,
    `    from: ${oneOrList(from)}`,
    ...rights.map((line) => `    ${line}`),
  ];
}

function explain(client: PlannedClient): readonly string[] {
  if (client.kind === "mount") {
    return client.plan.isKnown
      ? []
      : ["Not known here: it may look at containers and events, until you say more."];
  }
  return client.proxy.proxy === "wollomatic"
    ? [
        "Nothing yet: what its proxy's expressions allowed has to become words of allow, in the place of switches.",
      ]
    : [];
}

function renderPresets(names: readonly string[]): readonly string[] {
  return [`use: ${oneOrList(names)}`];
}

function renderSwitches({ dialect, switches, isEverything }: SwitchRights): readonly string[] {
  const entries = [...switches].map(([name, value]) => `${name}: ${value}`);
  const line = `switches: { ${entries.join(", ")} }`;
  return [
    ...(line.length <= WIDTH ? [line] : ["switches:", ...entries.map((entry) => `  ${entry}`)]),
    ...(dialect === defaultDialect ? [] : [`compat: ${dialect.name}`]),
    ...(isEverything ? ["powers: all"] : []),
  ];
}

function oneOrList(texts: readonly string[]): string {
  const [only = ""] = texts;
  return texts.length === 1 ? only : `[${texts.join(", ")}]`;
}

/** A text as it stands in the file, in quotes where it could be taken for something else. */
function textOf(text: string): string {
  return /^[A-Za-z][\w.-]*$/u.test(text) && !NO_PLAIN_TEXT.test(text) ? text : JSON.stringify(text);
}

function isList(value: SwitchRights | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}
