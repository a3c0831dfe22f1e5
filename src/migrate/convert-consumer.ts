import type { Pair } from "yaml";
import type { Consumer } from "./consumers.ts";
import {
  addName,
  addWords,
  closeServiceEdit,
  openServiceEdit,
  removeItems,
  type ServiceEdit,
  setVariables,
} from "./service-edit.ts";
import { type NewGate, urlOf } from "./gates.ts";
import { GATE_PORT } from "./image.ts";
import type { ConsumerPlan } from "./plan-consumer.ts";
import type { Remark } from "./remark.ts";
import { findKey, readEnvironmentOf, readLabels, readWords } from "./service-settings.ts";
import { findSocketMounts, findSocketVolumes } from "./socket-mount.ts";
import { contentEnd, type Draft, startOf } from "./source.ts";
import { readTraefik } from "./traefik.ts";

/** What of the file and the gate a conversion goes by. */
export interface Surroundings {
  readonly isStack: boolean;
  /** How much further right each level stands. */
  readonly step: number;
  readonly gate: Pick<NewGate, "service" | "network">;
  /** What it holds as a client of the gate's policy; undefined where the gate is its own, and has switches. */
  readonly holds?: string | undefined;
}

/** Takes the socket from a service and gives it the gate, and says what that leaves to decide. */
export function convertConsumer(
  draft: Draft,
  plan: Extract<ConsumerPlan, { kind: "convert" }>,
  { isStack, step, gate, holds }: Surroundings,
): readonly Remark[] {
  const { service, consumer, mounts, switches } = plan;
  if (service.own === undefined) {
    return [];
  }
  const url = urlOf(gate.service);
  const edit = openServiceEdit(draft, service, service.own, step);
  const says: string[] = [];
  const sockets = [...mounts.map(({ target }) => target), "/var/run/docker.sock", "/run/docker.sock"];
  removeItems(edit, "volumes", new Set(mounts.map(({ index }) => index)));

  const environment = readEnvironmentOf(draft, service.resolved);
  const variables = new Map<string, string>();
  for (const [name, value] of environment) {
    const replaced = replaceSocket(value, sockets, url);
    if (replaced !== value) {
      variables.set(name, replaced);
    }
  }
  replaceInCommand(draft, edit, sockets, url, says);
  says.push(...connect(draft, edit, consumer, variables, url, gate, isStack));
  setVariables(edit, variables);
  addName(edit, "networks", ["default", gate.network], []);
  if (!isStack) {
    addName(edit, "depends_on", [gate.service], ["condition: service_started"]);
  }
  closeServiceEdit(edit);

  const decisions = [
    ...(plan.isKnown
      ? []
      : [
          `is not known here: its gate ${gate.service} lets it read containers and events and nothing else; ` +
            `see what ${gate.service} logs as refused, and whether it listens to DOCKER_HOST`,
        ]),
    ...says,
    ...(consumer.note === undefined ? [] : [consumer.note.replaceAll("{url}", url)]),
    ...(consumer.extras === undefined || holds !== undefined ? [] : [consumer.extras]),
    ...(holds === undefined && switches.includes("POST")
      ? [
          "POST: 1 with CONTAINERS: 1 lets it create any container, which is root on the host: trust it so far",
        ]
      : []),
    ...warnings(draft, plan, sockets, variables, gate),
  ];
  const through = `goes through ${gate.service}, with ${holds ?? switches.join(" ")}`;
  return [
    { kind: "done", service: service.name, says: through },
    ...decisions.map((text): Remark => ({ kind: "decide", service: service.name, says: text })),
  ];
}

/** Tells the service where the gate is; gives what is left to do by hand. */
function connect(
  draft: Draft,
  edit: ServiceEdit,
  { connection }: Consumer,
  variables: Map<string, string>,
  url: string,
  gate: Surroundings["gate"],
  isStack: boolean,
): readonly string[] {
  const fill = (text: string): string =>
    text.replaceAll("{url}", url).replaceAll("{host}", gate.service).replaceAll("{port}", String(GATE_PORT));
  const words = readWords(draft, edit.service.resolved, "command");
  switch (connection.kind) {
    case "environment":
      for (const [name, value] of connection.variables) {
        variables.set(name, fill(value));
      }
      return [];
    case "flag":
      if (!words.some((word) => connection.known.test(word))) {
        addWords(edit, "command", connection.words.map(fill));
      }
      return [];
    case "traefik": {
      const use = readTraefik(words, readEnvironmentOf(draft, edit.service.resolved), url, isStack);
      for (const [name, value] of use.variables) {
        variables.set(name, value);
      }
      if (use.words.length > 0) {
        addWords(edit, "command", use.words);
      }
      return use.byHand === undefined ? [] : [`must be told by hand: ${use.byHand}`];
    }
    case "by hand":
      return [`must be told by hand: ${fill(connection.says)}`];
  }
}

/** Points `unix://` addresses of the socket in the command line to the gate, where they stand in the service itself. */
function replaceInCommand(
  draft: Draft,
  { own, service }: ServiceEdit,
  sockets: readonly string[],
  url: string,
  says: string[],
): void {
  for (const key of ["command", "entrypoint"]) {
    const found = findKey(draft, own, key);
    const words = readWords(draft, service.resolved, key).join(" ");
    if (found === undefined || !addressOf(sockets).test(words)) {
      continue;
    }
    if (!found.owned || found.pair === undefined) {
      says.push(
        `takes its ${key} from elsewhere in the file, with the address of the socket: put ${url} there`,
      );
      continue;
    }
    for (const [start, end] of addressesIn(draft, found.pair, sockets)) {
      draft.edits.push({ start, end, text: url });
    }
  }
}

function addressesIn(
  draft: Draft,
  { value }: Pair,
  sockets: readonly string[],
): readonly (readonly [number, number])[] {
  const start = startOf(value);
  return [...draft.text.slice(start, contentEnd(draft, value)).matchAll(addressOf(sockets))].map((match) => [
    start + match.index,
    start + match.index + match[0].length,
  ]);
}

function replaceSocket(text: string, sockets: readonly string[], url: string): string {
  return text.replaceAll(addressOf(sockets), url);
}

function addressOf(sockets: readonly string[]): RegExp {
  // Only what has a meaning may be escaped where a pattern is Unicode's.
  const paths = sockets.map((path) => path.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`));
  return new RegExp(String.raw`unix://(?:${paths.join("|")})(?![\w./-])`, "gu");
}

/** What else about the service concerns the socket. */
function warnings(
  draft: Draft,
  { service, isKnown }: Extract<ConsumerPlan, { kind: "convert" }>,
  sockets: readonly string[],
  variables: ReadonlyMap<string, string>,
  gate: Surroundings["gate"],
): readonly string[] {
  const { resolved } = service;
  const labels = readLabels(draft, resolved);
  const names = [...labels.keys()];
  const isRouted = names.some((name) => /^traefik\.(?:http|tcp|udp)\./u.test(name));
  const isPlaced = names.some((name) => /^traefik\.(?:docker|swarm)\.network$/u.test(name));
  const environment = [...readEnvironmentOf(draft, resolved)].filter(([name]) => !variables.has(name));
  const command = [
    ...readWords(draft, resolved, "command"),
    ...readWords(draft, resolved, "entrypoint"),
  ].join(" ");
  const left = command.replaceAll(addressOf(sockets), "");
  const named = [
    ...(sockets.some((path) => left.includes(path)) ? ["command"] : []),
    ...environment.filter(([, value]) => sockets.some((path) => value.includes(path))).map(([name]) => name),
  ];
  const files = readWords(draft, resolved, "env_file");
  return [
    ...(isKnown || command === ""
      ? []
      : [`its command line may name an engine: ${gate.service} is ${urlOf(gate.service)}`]),
    ...named.map((place) => `still names the path of the socket in ${place}`),
    ...(files.length === 0
      ? []
      : [`${files.join(", ")} was not read: look there for DOCKER_HOST and the socket`]),
    ...commonWarnings(draft, resolved),
    ...(findKey(draft, resolved, "group_add") === undefined
      ? []
      : ["group_add: if that was for the socket, it is no longer needed"]),
    ...(isRouted && !isPlaced
      ? [`is now on several networks: tell Traefik which one to use, by the label traefik.docker.network`]
      : []),
  ];
}

/** What a gate does not change about a service. */
export function commonWarnings(
  draft: Draft,
  service: ConsumerPlan["service"]["resolved"],
): readonly string[] {
  const folders = findSocketMounts(draft, service).filter(({ kind }) => kind === "folder");
  const isPrivileged = readWords(draft, service, "privileged").join(" ") === "true";
  return [
    ...folders.map(
      ({ source }) => `mounts ${source}, and the socket is in there: that way around the gate is still open`,
    ),
    ...findSocketVolumes(draft, service).map(
      ({ name, device }) =>
        `mounts the volume ${name}, and the socket is in there (device: ${device}): that way around the gate is still open`,
    ),
    ...(isPrivileged ? ["privileged: true is root on the host, with or without the socket"] : []),
    ...(findKey(draft, service, "extends") === undefined
      ? []
      : ["extends another service: look for the socket there"]),
  ];
}
