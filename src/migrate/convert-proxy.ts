import { isMap, isScalar, isSeq } from "yaml";
import { dialects } from "../config/dialects.ts";
import { commonWarnings } from "./convert-consumer.ts";
import {
  closeServiceEdit,
  openServiceEdit,
  removePair,
  type ServiceEdit,
  setValue,
  setVariables,
} from "./service-edit.ts";
import { warningsOfService } from "./gate-warnings.ts";
import { renderCapabilities } from "./gates.ts";
import { type KnownProxy, QUAYGATE_IMAGE } from "./image.ts";
import type { Remark } from "./remark.ts";
import {
  findKey,
  isShared,
  quoteOf,
  readEnvironmentOf,
  readPorts,
  readWords,
  textIn,
  type Service,
  valueStretch,
} from "./service-settings.ts";
import { findSocketMounts } from "./socket-mount.ts";
import { contentEnd, type Draft, resolveNode, startOf } from "./source.ts";
import { readWollomatic } from "./wollomatic.ts";

const NAMES: Readonly<Record<KnownProxy, string>> = {
  tecnativa: "Tecnativa's docker-socket-proxy",
  linuxserver: "LinuxServer's socket-proxy",
  wollomatic: "wollomatic's socket-proxy",
};

/** Puts the gate in the place of another proxy: name, port, networks, environment and mount stay. */
export function convertProxy(
  draft: Draft,
  services: readonly Service[],
  service: Service,
  proxy: KnownProxy,
  step: number,
): readonly Remark[] {
  const { name, own, resolved } = service;
  const decide = (says: string): Remark => ({ kind: "decide", service: name, says });
  if (own === undefined) {
    return [
      decide("was left as it is: it is written in braces or as an alias; write it out line by line first"),
    ];
  }
  if (proxy !== "tecnativa" && isShared(draft, services, service, "environment")) {
    return [
      decide(
        "was left as it is: its environment and another service's are the same by an anchor; write them apart first",
      ),
    ];
  }
  const edit = openServiceEdit(draft, service, own, step);
  const decisions: string[] = [];
  replaceImage(edit);
  letGoOfRoot(edit);
  decisions.push(...keepHealthy(edit));
  if (proxy === "linuxserver") {
    setVariables(edit, new Map([["QUAYGATE_COMPAT", "linuxserver"]]));
  }
  if (proxy === "wollomatic") {
    const { variables, says } = readWollomatic(
      readWords(draft, resolved, "command"),
      readEnvironmentOf(draft, resolved),
    );
    setVariables(edit, variables);
    dropCommand(edit);
    decisions.push(...says);
  } else if (findKey(draft, resolved, "command") !== undefined) {
    decisions.push("has a command that was meant for the original: remove it");
  }
  closeServiceEdit(edit);
  const dialect = dialects.find((each) => each.name === proxy);
  const warnings =
    dialect === undefined ? [] : warningsOfService(readEnvironmentOf(draft, resolved), dialect);
  return [
    { kind: "done", service: name, says: `is Quaygate in the place of ${NAMES[proxy]}, at the same address` },
    ...[...decisions, ...leftovers(draft, service), ...warnings].map(decide),
  ];
}

/** Changes the image where it stands, be it in the service or in what several proxies repeat. */
function replaceImage(edit: ServiceEdit): void {
  const { draft, own } = edit;
  const node = findKey(draft, own, "image")?.node;
  if (!isScalar(node)) {
    return;
  }
  const [start, end] = [startOf(node), contentEnd(draft, node)];
  if (!draft.edits.some((other) => other.start === start && other.end === end)) {
    const quote = quoteOf(draft, node);
    draft.edits.push({ start, end, text: `${quote}${QUAYGATE_IMAGE}${quote}` });
  }
}

/** The originals run as root; the gate needs two capabilities to give that up. */
function letGoOfRoot({ draft, service, step, added }: ServiceEdit): void {
  const has = (key: string): boolean => findKey(draft, service.resolved, key) !== undefined;
  if (has("cap_drop") && !has("cap_add") && !has("user")) {
    added.push(...renderCapabilities().map((line) => line.replace(/^ {2}/u, " ".repeat(step))));
  }
}

/** A health check of the original asks by a program that the gate's image does not have. */
function keepHealthy({ draft, own }: ServiceEdit): readonly string[] {
  const check = findKey(draft, own, "healthcheck");
  const test = isMap(check?.node) ? findKey(draft, check.node, "test") : undefined;
  const value = resolveNode(draft, test?.node);
  const words = isSeq(value) ? value.items.map((item) => textIn(item) ?? "") : [];
  if (test === undefined || words[0] === "NONE" || words.includes("quaygate")) {
    return [];
  }
  if (check?.owned !== true || !test.owned || test.pair === undefined || draft.aliased.has(check.node)) {
    return [
      'its healthcheck is written elsewhere in the file: the test must be ["CMD", "quaygate", "health"]',
    ];
  }
  const [start, end] = valueStretch(draft, test.pair);
  draft.edits.push({ start, end, text: ' ["CMD", "quaygate", "health"]' });
  return [];
}

function dropCommand(edit: ServiceEdit): void {
  const found = findKey(edit.draft, edit.own, "command");
  if (found?.pair === undefined && found !== undefined) {
    setValue(edit, "command", []);
  } else {
    removePair(edit, "command");
  }
}

/** What stays in the service and means nothing to the gate, or deserves a look. */
function leftovers(draft: Draft, { resolved }: Service): readonly string[] {
  const volumes = findKey(draft, resolved, "volumes")?.node;
  const mounts = isSeq(volumes) ? volumes.items.map((item) => textIn(resolveNode(draft, item)) ?? "") : [];
  const files = readWords(draft, resolved, "env_file");
  const sockets = findSocketMounts(draft, resolved).filter(({ kind }) => kind === "socket");
  const published = readPorts(draft, resolved).filter((port) => !/^(?:127\.|\[?::1\]?:)/u.test(port));
  return [
    ...(mounts.some((mount) => /haproxy|nginx/u.test(mount))
      ? [
          "mounts a configuration of the original, which the gate does not read: its rules are those of the switches alone",
        ]
      : []),
    ...(findKey(draft, resolved, "entrypoint") === undefined
      ? []
      : ["has an entrypoint that was meant for the original: remove it"]),
    ...(findKey(draft, resolved, "tmpfs") === undefined
      ? []
      : ["tmpfs has no meaning any more: the gate writes no file"]),
    ...(readEnvironmentOf(draft, resolved).has("TZ")
      ? ["TZ has no meaning any more: the log's times are UTC"]
      : []),
    ...(files.length === 0
      ? []
      : [`${files.join(", ")} was not read: the gate takes its switches from there as before`]),
    ...(sockets.length === 0
      ? ["mounts no docker.sock: see that SOCKET_PATH or DOCKER_HOST names the engine"]
      : []),
    ...(published.length === 0
      ? []
      : [
          `publishes ${published.join(", ")}: the port has no password; publish it on 127.0.0.1 or not at all`,
        ]),
    ...commonWarnings(draft, resolved).map((says) =>
      says.startsWith("privileged") ? "privileged: true: the gate needs that only where SELinux is on" : says,
    ),
  ];
}
