import { type Operation, operations } from "../docker/operations.ts";
import type { ListenAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import type { Requirement } from "../policy/requirement.ts";
import type { Dialect } from "./dialect.ts";
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

const BIND_UNIX = /^(?:unix@)?(\/\S+)(?:\s+mode\s+([0-7]{3,4}))?$/u;
const BIND_TCP = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]*)):([0-9]{1,5})(?:\s+v4v6)?$/u;
/** HAProxy gives a unix socket the permissions that the umask leaves. */
const BIND_MODE = 0o755;

/** Parses `BIND_CONFIG`, which the original puts behind HAProxy's `bind`: `127.0.0.1:2375`, `/run/x.sock mode 660`. */
function parseBindConfig(text: string): Result<ListenAddress, string> {
  const bind = text.trim();
  const unix = BIND_UNIX.exec(bind);
  if (unix?.[1] !== undefined) {
    const mode = unix[2] === undefined ? BIND_MODE : Number.parseInt(unix[2], 8);
    return { ok: true, value: { kind: "unix", path: unix[1], mode } };
  }
  const tcp = BIND_TCP.exec(bind);
  const port = Number(tcp?.[3]);
  if (tcp === null || port > 65_535) {
    return { ok: false, error: `"${bind}" is none of HOST:PORT, [IPV6]:PORT and /path/to.sock mode 660` };
  }
  const host = tcp[1] ?? tcp[2] ?? "";
  return { ok: true, value: { kind: "tcp", host: host === "" || host === "*" ? "0.0.0.0" : host, port } };
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
  bind: { setting: "BIND_CONFIG", parse: parseBindConfig },
};
