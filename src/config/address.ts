import { normalize } from "node:path";
import {
  formatAddress,
  isLoopback,
  type ListenAddress,
  type SocketAddress,
  type TcpAddress,
} from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";
import { parseAddressOptions } from "./address-options.ts";
import { parseHaproxyBind } from "./haproxy-bind.ts";

/** Owner only: who may reach the gate is widened by saying so. */
const DEFAULT_SOCKET_MODE = 0o600;

const TCP = /^tcp:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/?#[\]]+)):([0-9]{1,5})\/?$/u;
const UNIX = /^unix:\/\/(\/[^?#]+)$/u;
/** A name as `FileDescriptorName=` of systemd.socket(5) takes it, or a number. */
const PASSED = /^fd:\/\/([\w.@-]{0,255})$/u;
const LISTEN_UNIX = /^(?<place>unix:\/\/\/[^?#]+?)(?:\?(?<options>[^?#]+))?$/u;

/** What may stand behind the `?` of a unix socket's place, each once. */
const SOCKET_OPTIONS: Readonly<Record<string, RegExp>> = {
  mode: /^[0-7]{3,4}$/u,
  owner: /^(?:[A-Za-z_][\w.-]*\$?|[0-9]{1,9})$/u,
  group: /^(?:[A-Za-z_][\w.-]*\$?|[0-9]{1,9})$/u,
};

/** The most bytes of a socket's path: the kernel's sun_path holds 108 with the zero behind; libuv cuts longer ones off. */
const LONGEST_PATH = 107;

/** The path, or why no socket can be there. */
export function unixPath(path: string): Result<string, string> {
  return Buffer.byteLength(path) > LONGEST_PATH
    ? { ok: false, error: `"${path}" is longer than the ${LONGEST_PATH} bytes that a socket's path may have` }
    : { ok: true, value: path };
}

/** Parses `tcp://host:port`; an IPv6 host stands in brackets. Port 0 asks for any free port. */
export function parseTcpAddress(text: string): Result<TcpAddress, string> {
  const match = TCP.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535
    ? { ok: false, error: `"${text}" is not an address like tcp://127.0.0.1:2375` }
    : { ok: true, value: { kind: "tcp", host, port } };
}

/**
 * Parses where the gate listens: `tcp://host:port`, where the host `*` is every address,
 * `unix:///path?mode=0660&owner=NAME&group=NAME`, or `fd://NAME` for sockets that are passed to it.
 */
export function parseListenAddress(text: string): Result<ListenAddress, string> {
  const { place, options } = LISTEN_UNIX.exec(text)?.groups ?? {};
  const path = UNIX.exec(place ?? "")?.[1];
  const known =
    path === undefined || /\s/u.test(path) ? undefined : parseAddressOptions(options ?? "", SOCKET_OPTIONS);
  if (path !== undefined && known?.ok === true) {
    const short = unixPath(path);
    if (!short.ok) return short;
    const mode = known.value.get("mode");
    return {
      ok: true,
      value: {
        kind: "unix",
        path,
        mode: mode === undefined ? DEFAULT_SOCKET_MODE : Number.parseInt(mode, 8),
        owner: known.value.get("owner"),
        group: known.value.get("group"),
      },
    };
  }
  const which = PASSED.exec(text)?.[1];
  if (which !== undefined) return { ok: true, value: { kind: "fd", which } };
  const tcp = parseTcpAddress(text.replace(/^tcp:\/\/\*:/u, "tcp://[::]:"));
  if (tcp.ok) return tcp;
  const haproxy = parseHaproxyBind(text);
  const meant = haproxy.ok ? `; HAProxy's words are written ${formatListenAddress(haproxy.value)} here` : "";
  return {
    ok: false,
    error: `"${text}" is none of tcp://host:port, unix:///path, unix:///path?mode=0660&owner=NAME&group=NAME and fd://NAME${meant}`,
  };
}

/** Says where the gate listens as `QUAYGATE_LISTEN` takes it. */
function formatListenAddress(address: ListenAddress): string {
  if (address.kind !== "unix") return formatAddress(address);
  const { mode, owner, group } = address;
  const options = [
    `mode=${mode.toString(8).padStart(4, "0")}`,
    ...(owner === undefined ? [] : [`owner=${owner}`]),
    ...(group === undefined ? [] : [`group=${group}`]),
  ];
  return `${formatAddress(address)}?${options.join("&")}`;
}

/** Tells whether a connection to the engine's address would end at the gate itself. Of a passed socket nobody knows yet. */
export function isSamePlace(listen: ListenAddress, engine: SocketAddress): boolean {
  if (listen.kind === "fd") return false;
  if (listen.kind === "unix") {
    return engine.kind === "unix" && normalize(listen.path) === normalize(engine.path);
  }
  if (engine.kind === "unix") {
    return false;
  }
  const [here, there] = [hostOf(listen), hostOf(engine)];
  // To connect to a wildcard is to connect to this host.
  const isInside =
    here === there || (isOfThisHost(here) && isOfThisHost(there) && (isWildcard(here) || isWildcard(there)));
  return isInside && listen.port === engine.port;
}

/** Most systems know themselves by this name first. */
function hostOf({ host }: TcpAddress): string {
  return host === "localhost" ? "127.0.0.1" : host;
}

function isOfThisHost(host: string): boolean {
  return isWildcard(host) || isLoopback(host);
}

function isWildcard(host: string): boolean {
  return host === "::" || host === "0.0.0.0";
}

/** The same as HAProxy's `server` takes it, which the originals put their `SOCKET_PATH` behind: `host:port`, `unix@/path`. */
export function parseSocketPath(text: string): Result<SocketAddress, string> {
  if (/^(?:\[[^\]]*\]|[^\s:/@[\]]+):[0-9]+$/u.test(text)) return parseEngineAddress(`tcp://${text}`);
  return parseEngineAddress(text.replace(/^unix@/u, "unix://"));
}

/** Parses where the engine is: a socket's path, `unix:///path`, or `tcp://host:port` (also `http://`). */
export function parseEngineAddress(text: string): Result<SocketAddress, string> {
  const named = text.startsWith("/") ? text : UNIX.exec(text)?.[1];
  if (named !== undefined) {
    const path = unixPath(named);
    return path.ok ? { ok: true, value: { kind: "unix", path: path.value } } : path;
  }
  const tcp = parseTcpAddress(text.replace(/^http:/u, "tcp:"));
  return tcp.ok
    ? tcp
    : { ok: false, error: `"${text}" is none of /path/to/docker.sock, unix:///path and tcp://host:port` };
}
