import { formatAddress, type ListenAddress, type SocketAddress, type TcpAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";

/** Owner only: who may reach the gate is widened by saying so. */
const DEFAULT_SOCKET_MODE = 0o600;

const TCP = /^tcp:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/?#[\]]+)):([0-9]{1,5})\/?$/u;
const UNIX = /^unix:\/\/(\/[^?#]+?)(?:\?mode=([0-7]{3,4}))?$/u;

/** Parses `tcp://host:port`; an IPv6 host stands in brackets. Port 0 asks for any free port. */
export function parseTcpAddress(text: string): Result<TcpAddress, string> {
  const match = TCP.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535
    ? { ok: false, error: `"${text}" is not an address like tcp://127.0.0.1:2375` }
    : { ok: true, value: { kind: "tcp", host, port } };
}

/** Parses where the gate listens: `tcp://host:port` or `unix:///path?mode=0660`. */
export function parseListenAddress(text: string): Result<ListenAddress, string> {
  const unix = UNIX.exec(text);
  if (unix?.[1] !== undefined) {
    const mode = unix[2] === undefined ? DEFAULT_SOCKET_MODE : Number.parseInt(unix[2], 8);
    return { ok: true, value: { kind: "unix", path: unix[1], mode } };
  }
  const tcp = parseTcpAddress(text);
  return tcp.ok
    ? tcp
    : { ok: false, error: `"${text}" is neither tcp://host:port nor unix:///path or unix:///path?mode=0660` };
}

/** Tells whether a connection to the engine's address would end at the gate itself. */
export function isSamePlace(listen: ListenAddress, engine: SocketAddress): boolean {
  if (listen.kind === "unix" || engine.kind === "unix") {
    return formatAddress(listen) === formatAddress(engine);
  }
  const [here, there] = [hostOf(listen), hostOf(engine)];
  const isInside = here === there || (isWildcard(here) && (isWildcard(there) || isLoopback(there)));
  return isInside && listen.port === engine.port;
}

/** Most systems know themselves by this name first. */
function hostOf({ host }: TcpAddress): string {
  return host === "localhost" ? "127.0.0.1" : host;
}

function isWildcard(host: string): boolean {
  return host === "::" || host === "0.0.0.0";
}

function isLoopback(host: string): boolean {
  return host === "::1" || /^127\.[0-9.]+$/u.test(host);
}

/** Parses where the engine is: a socket's path, `unix:///path`, or `tcp://host:port` (also `http://`). */
export function parseEngineAddress(text: string): Result<SocketAddress, string> {
  if (text.startsWith("/")) {
    return { ok: true, value: { kind: "unix", path: text } };
  }
  const unix = UNIX.exec(text);
  if (unix?.[1] !== undefined && unix[2] === undefined) {
    return { ok: true, value: { kind: "unix", path: unix[1] } };
  }
  const tcp = parseTcpAddress(text.replace(/^http:/u, "tcp:"));
  return tcp.ok
    ? tcp
    : { ok: false, error: `"${text}" is none of /path/to/docker.sock, unix:///path and tcp://host:port` };
}
