import type { Socket } from "node:net";
import { ClientConnection } from "./client-connection.ts";
import { recordOfRefusedBytes } from "./exchange-record.ts";
import type { GateParts } from "./gate-parts.ts";
import {
  CONNECTION_LIMIT,
  KEEP_ALIVE_DELAY,
  LINGER_DEADLINE,
  SWEEP_INTERVAL,
  TURNED_AWAY_LIMIT,
} from "./limits.ts";
import { serializeReply } from "./reply.ts";

const IPV4_MAPPED = "::ffff:";

/** All connections of clients: takes new ones up to the limit, watches their deadlines, and lets them go at the end. */
export class Connections {
  readonly #parts: GateParts;
  readonly #open = new Set<ClientConnection>();
  readonly #turnedAway = new Set<Socket>();
  readonly #limit: number;
  readonly #sweeper: NodeJS.Timeout;
  readonly #onEmpty: (() => void)[] = [];

  constructor(parts: GateParts, limit: number = CONNECTION_LIMIT) {
    this.#parts = parts;
    this.#limit = limit;
    this.#sweeper = setInterval(() => this.sweep(), SWEEP_INTERVAL);
    this.#sweeper.unref();
  }

  /** Takes a new connection; `place` is where it came in, for sockets that have no address. */
  accept(socket: Socket, place: string): void {
    const address = addressOf(socket, place);
    if (address === undefined) {
      // It has been reset before it was looked at. Nothing is decided or recorded for nobody.
      socket.on("error", () => undefined);
      socket.destroy();
      return;
    }
    if (this.#open.size >= this.#limit) {
      this.#turnAway(socket, address);
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY);
    const connection = new ClientConnection(socket, address, this.#parts, (closed) => {
      this.#open.delete(closed);
      if (this.#open.size === 0) {
        this.#onEmpty.splice(0).forEach((resolve) => resolve());
      }
    });
    this.#open.add(connection);
  }

  /** Ends what is past its deadline. */
  sweep(): void {
    const now = this.#parts.clock.now();
    for (const connection of this.#open) {
      connection.sweep(now);
    }
    this.#parts.engine.sweep();
  }

  /** Closes idle connections, and resolves when the exchanges under way are over as well. */
  async drain(): Promise<void> {
    for (const connection of this.#open) {
      connection.drain();
    }
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onEmpty.push(resolve);
      });
    }
  }

  /** Cuts every connection. */
  close(): void {
    clearInterval(this.#sweeper);
    for (const connection of this.#open) {
      connection.cut();
    }
    for (const socket of this.#turnedAway) {
      socket.destroy();
    }
  }

  /** Says that the gate is full; beyond a number of those, not even that. */
  #turnAway(socket: Socket, address: string): void {
    socket.on("error", () => undefined);
    if (this.#turnedAway.size >= TURNED_AWAY_LIMIT) {
      socket.destroy();
      return;
    }
    this.#turnedAway.add(socket);
    const code = "too_many_connections";
    const reason = `all ${this.#limit} connections are in use; try again`;
    socket.end(serializeReply({ code, message: `quaygate: ${reason}`, close: true, toHead: false }));
    socket.resume();
    this.#parts.audit(recordOfRefusedBytes(this.#parts.client, address, code, reason));
    const timer = setTimeout(() => socket.destroy(), LINGER_DEADLINE);
    socket.on("close", () => {
      clearTimeout(timer);
      this.#turnedAway.delete(socket);
    });
  }
}

/** The IP address of the client, or the place of a unix socket, which tells nobody apart. */
function addressOf({ remoteAddress }: Socket, place: string): string | undefined {
  if (remoteAddress === undefined) {
    return place.startsWith("unix:") ? place : undefined;
  }
  return remoteAddress.startsWith(IPV4_MAPPED) ? remoteAddress.slice(IPV4_MAPPED.length) : remoteAddress;
}
