import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { formatAddress, type ListeningAddress, type ListenUnixAddress } from "../../kernel/address.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { NoteListener } from "../old-clients.ts";
import { explainListenError, ListenError, type ListenPlace } from "./listen-error.ts";
import { addressOfPassed, isSocket } from "./passed-sockets.ts";
import { closeSocketServer, identifyFile, removeAbandoned } from "./socket-file.ts";
import { giveSocket, UnknownOwnerError } from "./socket-owner.ts";
import { TlsDoor } from "./tls-door.ts";

/** A place where clients can connect. */
export interface Listener {
  /** Where it really listens: the port is known, and IPv6 may have fallen back to IPv4. */
  readonly address: ListeningAddress;
  /**
   * Lets clients in where a certificate has to be read for that: as the user that will read it anew. Until then they
   * are turned away unread.
   *
   * @throws {ListenError} where a file can't be used.
   */
  begin(): Promise<void>;
  /** Takes no new connection; a unix socket that the gate made is removed. */
  close(): void;
}

/** What a listener may have beside what gets its connections. */
export interface ListenerOptions {
  /** Gets who may not come in, and why: to be told so, and nothing else. They are cut where there is none. */
  readonly onStranger?: (socket: Socket, place: string, reason: string) => void;
  readonly note?: NoteListener;
}

/**
 * Listens at an address. `tcp://[::]` takes IPv4 and IPv6, and only IPv4 where the kernel has no IPv6. A unix socket
 * left over from a gate that was killed is replaced; one that somebody listens on is not. `place` is where a connection
 * came in.
 */
export async function openListener(
  address: ListenPlace,
  onConnection: (socket: Socket, place: string) => void,
  options: ListenerOptions = {},
): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true });
  const listening = await listen(server, address);
  const place = formatAddress(address.kind === "passed" ? listening : address);
  const own = address.kind === "unix" ? identifyFile(address.path) : undefined;
  const door = doorOf(address, place, onConnection, options);
  server.on("connection", (socket) => {
    if (door === undefined) {
      onConnection(socket, place);
    } else {
      door.take(socket);
    }
  });
  // An error of a single accept, such as too many open files, is no reason to stop.
  server.on("error", () => undefined);
  return {
    address: listening,
    begin: () => door?.open() ?? Promise.resolve(),
    close: () => {
      door?.close();
      if (address.kind === "unix") {
        closeSocketServer(server, address.path, own);
      } else {
        server.close();
      }
    },
  };
}

function doorOf(
  address: ListenPlace,
  place: string,
  onConnection: (socket: Socket, place: string) => void,
  { onStranger = (socket) => socket.destroy(), note = () => undefined }: ListenerOptions,
): TlsDoor | undefined {
  if (address.kind !== "tcp" || address.tls === undefined) return undefined;
  return new TlsDoor(address, address.tls, {
    doorOnClient: (socket) => onConnection(socket, place),
    doorOnStranger: (socket, reason) => onStranger(socket, place, reason),
    note,
  });
}

async function listen(server: Server, address: ListenPlace): Promise<ListeningAddress> {
  try {
    return await tryListen(server, address);
  } catch (error) {
    const { code } = systemFailure(error);
    if (address.kind === "tcp" && address.host === "::" && NO_IPV6.has(code)) {
      return listen(server, { ...address, host: "0.0.0.0" });
    }
    if (address.kind !== "unix" || code !== "EADDRINUSE") {
      throw listenError(address, error);
    }
    return listenAnew(server, address, error);
  }
}

/** Listens where a socket may be left over. Who is faster there meanwhile keeps the place. */
async function listenAnew(
  server: Server,
  address: ListenUnixAddress,
  first: unknown,
): Promise<ListeningAddress> {
  try {
    if (!(await removeAbandoned(address.path))) throw first;
    return await tryListen(server, address);
  } catch (error) {
    throw listenError(address, error);
  }
}

function listenError(address: ListenPlace, error: unknown): ListenError {
  const message =
    address.kind === "unix" && error instanceof UnknownOwnerError
      ? `can't listen on ${formatAddress(address)}: ${error.message}`
      : explainListenError(address, systemFailure(error));
  return new ListenError(message, { cause: error });
}

const NO_IPV6: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

function tryListen(server: Server, address: ListenPlace): Promise<ListeningAddress> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const listenerOnListening = (): void => {
      server.off("error", reject);
      resolve(listeningOn(server, address));
    };
    switch (address.kind) {
      case "tcp":
        server.listen({ host: address.host, port: address.port }, listenerOnListening);
        return;
      case "passed":
        if (!isSocket(address.descriptor)) {
          reject(Object.assign(new Error(), { code: "ENOTSOCK" }));
          return;
        }
        server.listen({ fd: address.descriptor }, listenerOnListening);
        return;
      case "unix":
        makeSocket(server, address, listenerOnListening, reject);
    }
  });
}

function makeSocket(
  server: Server,
  address: ListenUnixAddress,
  onListening: () => void,
  onFailure: (error: unknown) => void,
): void {
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
        onFailure(error);
        return;
      }
      onListening();
    });
  } finally {
    process.umask(umask);
  }
}

function listeningOn(server: Server, address: ListenPlace): ListeningAddress {
  const bound = server.address();
  const isTcp = typeof bound === "object" && bound !== null;
  switch (address.kind) {
    case "tcp":
      return isTcp ? { ...address, port: bound.port } : address;
    case "unix":
      return address;
    case "passed":
      return isTcp
        ? { kind: "tcp", host: bound.address, port: bound.port }
        : addressOfPassed(address.descriptor);
  }
}
