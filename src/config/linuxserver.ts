import { catalogue, type Operation } from "../docker/operations.ts";
import type { Exception } from "../policy/grant.ts";
import type { Requirement } from "../policy/requirement.ts";
import type { Dialect } from "./dialect.ts";
import { dockerSections, isRead } from "./sections.ts";

/** The first segment below /libpod, and the switch that opens all below it. */
const LIBPOD_SECTIONS: ReadonlyMap<string, string> = new Map(
  [
    "_ping",
    "containers",
    "events",
    "exec",
    "generate",
    "images",
    "info",
    "manifests",
    "networks",
    "play",
    "pods",
    "secrets",
    "system",
    "version",
    "volumes",
  ].map((section) => [section, `LIBPOD_${section.replace("_", "").toUpperCase()}`]),
);

/** What can be read of one container or pod only if a switch of its own is on as well. */
const NARROWING: ReadonlyMap<string, string> = new Map([
  ["archive", "ALLOW_ARCHIVE"],
  ["changes", "ALLOW_CHANGES"],
  ["export", "ALLOW_EXPORT"],
  ["logs", "ALLOW_LOGS"],
  ["top", "ALLOW_TOP"],
]);

/** The ends of the switches that open one action by themselves, the narrowest first. */
const LIFECYCLE: ReadonlyMap<string, readonly string[]> = new Map([
  ["start", ["START"]],
  ["stop", ["STOP", "RESTARTS"]],
  ["restart", ["RESTARTS"]],
  ["kill", ["RESTARTS"]],
  ["pause", ["PAUSE"]],
  ["unpause", ["UNPAUSE"]],
]);

const PREFIX = "ALLOW_";
const LIBPOD_PREFIX = "LIBPOD_ALLOW_";
const POD_PREFIX = "LIBPOD_ALLOW_POD_";
const PREFIXES = [PREFIX, LIBPOD_PREFIX, POD_PREFIX] as const;
const ENDINGS = new Set([...LIFECYCLE.values()].flat());

const ON_BY_DEFAULT: ReadonlySet<string> = new Set([
  "EVENTS",
  "PING",
  "VERSION",
  "LIBPOD_PING",
  "LIBPOD_VERSION",
]);

/** Every switch of LinuxServer's docker-socket-proxy, with whether it is on when nothing is said. */
export const linuxserverSwitches: ReadonlyMap<string, boolean> = new Map(
  [
    "POST",
    ...dockerSections.values(),
    ...LIBPOD_SECTIONS.values(),
    ...NARROWING.values(),
    ...PREFIXES.flatMap((prefix) => [...ENDINGS].map((ending) => `${prefix}${ending}`)),
  ].map((name) => [name, ON_BY_DEFAULT.has(name)]),
);

const ACTION = /^(?:\/libpod)?\/(?:containers|pods)\/\{[a-z]+\}\/([a-z]+)$/u;

/**
 * The switches that LinuxServer's rules ask for, for one operation: its first-match list, turned into ways. A lifecycle
 * switch is enough without `POST`, and those without `LIBPOD_` in their name count for Podman's containers and pods too.
 */
function linuxserverRequirement(operation: Operation): Requirement {
  const section = sectionSwitchOf(operation.template);
  if (section === undefined) {
    return [];
  }
  const action = ACTION.exec(operation.template)?.[1] ?? "";
  const narrowing = NARROWING.get(action);
  return [
    ...lifecycleSwitches(operation.template, action).map((name) => [name]),
    [...(isRead(operation) ? [] : ["POST"]), ...(narrowing === undefined ? [] : [narrowing]), section],
  ];
}

/** Its rules know beginnings of paths alone: a link that is called `logs2` needs the switch of the logs. */
function linuxserverExceptions({ name }: Operation): readonly Exception[] {
  if (name !== "ContainerLinkDelete") return [];
  return [...NARROWING].map(([word, needs]) => ({
    paths: new RegExp(`^/containers/[^/]+/${word === "changes" ? "change" : word}`, "iu"),
    needs,
  }));
}

function sectionSwitchOf(template: string): string | undefined {
  const [, first = "", second = ""] = template.split("/");
  return first === "libpod" ? LIBPOD_SECTIONS.get(second) : dockerSections.get(first);
}

function lifecycleSwitches(template: string, action: string): readonly string[] {
  const endings = LIFECYCLE.get(action) ?? [];
  return lifecyclePrefixes(template).flatMap((prefix) => endings.map((ending) => `${prefix}${ending}`));
}

/** The narrowest first. */
function lifecyclePrefixes(template: string): readonly string[] {
  if (template.startsWith("/libpod/pods/")) {
    return [POD_PREFIX, PREFIX];
  }
  return template.startsWith("/libpod/") ? [LIBPOD_PREFIX, PREFIX] : [PREFIX];
}

/** LinuxServer's docker-socket-proxy, which knows Podman's own API beside Docker's. */
export const linuxserver: Dialect = {
  name: "linuxserver",
  switches: linuxserverSwitches,
  narrowing: new Set(NARROWING.values()),
  operations: catalogue,
  requirementOf: linuxserverRequirement,
  exceptionsOf: linuxserverExceptions,
  disablesIpv6: (value) => value === "1",
};
