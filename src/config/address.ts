import { normalize } from "node:path";
import { isLoopback, type ListenAddress, type SocketAddress, type TcpAddress } from "../kernel/address.ts";
import type { Result } from "../kernel/result.ts";

/** Owner only: who may reach the gate is widened by saying so. */
const DEFAULT_SOCKET_MODE = 0o600;

const TCP = /^tcp:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/?#[\]]+)):([0-9]{1,5})\/?$/u;
const UNIX = /^unix:\/\/(\/[^?#]+?)(?:\?mode=([0-7]{3,4}))?$/u;

/** The most bytes of a socket's path: the kernel's sun_path holds 108 with the zero behind; libuv cuts longer ones off. */
const LONGEST_PATH = 107;

function unixPath(path: string): Result<string, string> {
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

/** Parses where the gate listens: `tcp://host:port` or `unix:///path?mode=0660`. */
export function parseListenAddress(text: string): Result<ListenAddress, string> {
  const unix = UNIX.exec(text);
  if (unix?.[1] !== undefined) {
    const path = unixPath(unix[1]);
    if (!path.ok) return path;
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

/** Parses where the engine is: a socket's path, `unix:///path`, or `tcp://host:port` (also `http://`). */
export function parseEngineAddress(text: string): Result<SocketAddress, string> {
  const unix = UNIX.exec(text);
  const named = text.startsWith("/") ? text : unix?.[2] === undefined ? unix?.[1] : undefined;
  if (named !== undefined) {
    const path = unixPath(named);
    return path.ok ? { ok: true, value: { kind: "unix", path: path.value } } : path;
  }
  const tcp = parseTcpAddress(text.replace(/^http:/u, "tcp:"));
  return tcp.ok
    ? tcp
    : { ok: false, error: `"${text}" is none of /path/to/docker.sock, unix:///path and tcp://host:port` };
}
