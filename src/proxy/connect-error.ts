import { statSync } from "node:fs";
import { formatAddress, type SocketAddress } from "../kernel/address.ts";
import { GateError } from "./gate-error.ts";

/** Turns a failed connect into an error whose message names the cure. */
export function connectError(address: SocketAddress, cause: NodeJS.ErrnoException): GateError {
  const reason = address.kind === "unix" ? explainUnix(address.path, cause) : explainTcp(cause);
  const message = `the Docker engine at ${formatAddress(address)} can't be reached: ${reason}`;
  return new GateError("engine_unreachable", message, { cause });
}

function explainUnix(path: string, cause: NodeJS.ErrnoException): string {
  switch (cause.code) {
    case "ENOENT":
      return "there is no such socket; is the engine running, and is its socket mounted here?";
    case "EACCES":
      return explainPermission(path);
    case "ECONNREFUSED":
      return isSocket(path)
        ? "nobody answers on the socket; the engine is stopped, or was restarted and this is the socket of before " +
            "(a mounted socket file does not follow: mount its folder, or restart this container)"
        : "that is not a socket; Docker makes an empty folder where a mounted file was missing";
    default:
      return cause.message;
  }
}

function explainPermission(path: string): string {
  const group = groupOf(path);
  return group === undefined
    ? "no permission on the folder that holds the socket"
    : `no permission on the socket, which belongs to group ${group}; run with that group ` +
        `(Compose: group_add: ["${group}"]; docker run: --group-add ${group})`;
}

function explainTcp(cause: NodeJS.ErrnoException): string {
  switch (cause.code) {
    case "ECONNREFUSED":
      return "nobody listens on that port";
    case "ENOTFOUND":
      return "there is no host of that name";
    case "EAI_AGAIN":
      return "the name of its host could not be looked up: no name server answers";
    default:
      return cause.message;
  }
}

function groupOf(path: string): number | undefined {
  try {
    return statSync(path).gid;
  } catch {
    return undefined;
  }
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}
