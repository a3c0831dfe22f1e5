import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import {
  formatAddress,
  type ListeningAddress,
  type PassedSocket,
  type TcpAddress,
} from "../../kernel/address.ts";
import type { SystemFailure } from "../../kernel/system-error.ts";

/** A place to make and listen at, or a socket that listens already. */
export type ListenPlace = ListeningAddress | PassedSocket;

/** A place that can't be listened on, with the cure in its message. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

const NO_GIFT =
  "no permission to give the socket to its owner or group; run the gate as root or as a member of the group";

const NO_PORT = "no permission for a port below 1024";

/** Says why a place can't be listened on, and what helps. */
export function explainListenError(address: ListenPlace, failure: SystemFailure): string {
  if (address.kind === "passed") return explainPassed(address, failure);
  const place = formatAddress(address);
  switch (failure.code) {
    case "EADDRINUSE":
      return address.kind === "unix" &&
        lstatSync(address.path, { throwIfNoEntry: false })?.isSocket() === false
        ? `can't listen on ${place}: something else than a socket is there; remove it, or set QUAYGATE_LISTEN to another path`
        : `can't listen on ${place}: it is in use; stop who listens there, or set QUAYGATE_LISTEN to another address`;
    case "EACCES":
      return `can't listen on ${place}: ${explainNoAccess(address)}`;
    case "EPERM":
      return `can't listen on ${place}: ${NO_GIFT}`;
    case "EADDRNOTAVAIL":
      return `can't listen on ${place}: this host has no such address`;
    default:
      return `can't listen on ${place}: ${failure.message}`;
  }
}

/** Says why the admin address can't be listened on, and what helps. */
export function explainAdminListenError(address: TcpAddress, { code, message }: SystemFailure): string {
  const place = formatAddress(address);
  switch (code) {
    case "EADDRINUSE":
      return `can't serve health on ${place}: it is in use; set QUAYGATE_ADMIN to another address, or to off`;
    case "EADDRNOTAVAIL":
      return `can't serve health on ${place}: this host has no such address; set QUAYGATE_ADMIN to one that it has, or to off`;
    default:
      return `can't serve health on ${place}: ${code === "EACCES" ? NO_PORT : message}`;
  }
}

function explainNoAccess(address: ListeningAddress): string {
  if (address.kind === "tcp") {
    return NO_PORT;
  }
  // Node says EACCES for a missing folder as well.
  return existsSync(dirname(address.path))
    ? "no permission to make the socket in that folder"
    : "there is no such folder";
}

function explainPassed({ descriptor, name }: PassedSocket, { code, message }: SystemFailure): string {
  const reason =
    code === "EINVAL" || code === "EBADF" || code === "ENOTSOCK"
      ? "it is no socket that connections come in by; a unit that passes it has Accept=no and ListenStream="
      : message;
  return `can't listen on fd://${descriptor} (${name}): ${reason}`;
}
