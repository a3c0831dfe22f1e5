import { type Operation, operations } from "../docker/operations.ts";
import type { Requirement } from "../policy/requirement.ts";
import type { Dialect } from "./dialect.ts";
import { parseHaproxyBind } from "./haproxy-bind.ts";
import { dockerSections, isRead } from "./sections.ts";

/** The switches that open one container operation by themselves, the narrowest first. */
const LIFECYCLE: ReadonlyMap<string, readonly string[]> = new Map([
  ["/containers/{id}/start", ["ALLOW_START"]],
  ["/containers/{id}/stop", ["ALLOW_STOP", "ALLOW_RESTARTS"]],
  ["/containers/{id}/restart", ["ALLOW_RESTARTS"]],
  ["/containers/{id}/kill", ["ALLOW_RESTARTS"]],
  ["/containers/{id}/pause", ["ALLOW_PAUSE"]],
  ["/containers/{id}/unpause", ["ALLOW_UNPAUSE"]],
]);

const ON_BY_DEFAULT: ReadonlySet<string> = new Set(["EVENTS", "PING", "VERSION"]);

/** Every switch of Tecnativa's docker-socket-proxy, with whether it is on when nothing is said. */
export const tecnativaSwitches: ReadonlyMap<string, boolean> = new Map(
  ["POST", ...dockerSections.values(), ...new Set([...LIFECYCLE.values()].flat())].map((name) => [
    name,
    ON_BY_DEFAULT.has(name),
  ]),
);

/**
 * The switches that Tecnativa's rules ask for, for one operation: its first-match list, turned into ways. `POST` opens
 * every method but GET and HEAD; then a lifecycle switch or the section's switch is enough.
 */
function tecnativaRequirement(operation: Operation): Requirement {
  const section = dockerSections.get(operation.template.split("/")[1] ?? "");
  if (section === undefined) {
    return [];
  }
  const opening = [...(LIFECYCLE.get(operation.template) ?? []), section];
  return opening.map((name) => (isRead(operation) ? [name] : ["POST", name]));
}

/** Tells whether `DISABLE_IPV6` asks for IPv4 only: `1`, `true` or `yes` in any case, unlike the other switches. */
function disablesIpv6(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes)$/iu.test(value);
}

/** Tecnativa's docker-socket-proxy. */
export const tecnativa: Dialect = {
  name: "tecnativa",
  switches: tecnativaSwitches,
  narrowing: new Set(),
  operations,
  requirementOf: tecnativaRequirement,
  disablesIpv6,
  bind: { setting: "BIND_CONFIG", parse: parseHaproxyBind },
};
