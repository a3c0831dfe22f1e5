import { chmodSync, existsSync, lstatSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { formatAddress, type ListenAddress } from "../../kernel/address.ts";
import { type SystemFailure, systemFailure } from "../../kernel/system-error.ts";
import { giveSocket, UnknownOwnerError } from "./socket-owner.ts";

/** A place where clients can connect. */
export interface Listener {
  /** Where it really listens: the port is known, and IPv6 may have fallen back to IPv4. */
  readonly address: ListenAddress;
  /** Takes no new connection; a unix socket is removed. */
  close(): void;
}

/** A place that can't be listened on, with the cure in its message. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/**
 * Listens at an address. `tcp://[::]` takes IPv4 and IPv6, and only IPv4 where the kernel has no IPv6. A unix socket
 * left over from a gate that was killed is replaced; one that somebody listens on is not.
 */
export async function openListener(
  address: ListenAddress,
  onConnection: (socket: Socket, place: string) => void,
): Promise<Listener> {
  const place = formatAddress(address);
  const server = createServer({ allowHalfOpen: true }, (socket) => onConnection(socket, place));
  const listening = await listen(server, address);
  // An error of a single accept, such as too many open files, is no reason to stop.
  server.on("error", () => undefined);
  return { address: listening, close: () => server.close() };
}

async function listen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  try {
    return await tryListen(server, address);
  } catch (error) {
    const failure = systemFailure(error);
    const { code } = failure;
    if (address.kind === "tcp" && address.host === "::" && NO_IPV6.has(code)) {
      return listen(server, { ...address, host: "0.0.0.0" });
    }
    if (address.kind === "unix" && code === "EADDRINUSE" && (await isAbandoned(address.path))) {
      unlinkSync(address.path);
      return tryListen(server, address);
    }
    const reason = error instanceof UnknownOwnerError ? error.message : undefined;
    throw new ListenError(
      reason === undefined
        ? explainListenError(address, failure)
        : `can't listen on ${formatAddress(address)}: ${reason}`,
      { cause: error },
    );
  }
}

const NO_IPV6: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

function tryListen(server: Server, address: ListenAddress): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const listenerOnListening = (): void => {
      server.off("error", reject);
      const bound = server.address();
      resolve(
        address.kind === "tcp" && typeof bound === "object" && bound !== null
          ? { ...address, port: bound.port }
          : address,
      );
    };
    if (address.kind === "tcp") {
      server.listen({ host: address.host, port: address.port }, listenerOnListening);
      return;
    }
    // Between bind and chmod nobody may get in who is not let in afterwards.
    const umask = process.umask(0o177);
    try {
      server.listen({ path: address.path }, () => {
        try {
          giveSocket(address.path, address.owner, address.group);
          chmodSync(address.path, address.mode);
        } catch (error) {
          // Thrown from here nobody would catch it.
          server.close();
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        listenerOnListening();
      });
    } finally {
      process.umask(umask);
    }
  });
}

function isAbandoned(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!lstatSync(path).isSocket()) {
      resolve(false);
      return;
    }
    const probe = connect({ path });
    probe.on("connect", () => {
      probe.destroy();
      resolve(false);
    });
    probe.on("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}

const NO_GIFT =
  "no permission to give the socket to its owner or group; run the gate as root or as a member of the group";

function explainListenError(address: ListenAddress, failure: SystemFailure): string {
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

function explainNoAccess(address: ListenAddress): string {
  if (address.kind === "tcp") {
    return "no permission for a port below 1024";
  }
  // Node says EACCES for a missing folder as well.
  return existsSync(dirname(address.path))
    ? "no permission to make the socket in that folder"
    : "there is no such folder";
}
