import type { SocketAddress } from "../kernel/address.ts";
import type { Clock } from "../kernel/clock.ts";
import { EngineConnection, type EngineListener } from "./connection.ts";
import { ENGINE_IDLE_DEADLINE, ENGINE_IDLE_LIMIT } from "./limits.ts";

/** How many connections to the engine there are. */
export interface PoolCounts {
  /** Since the start. */
  readonly opened: number;
  /** Carrying an exchange, or a question of the gate's own. */
  readonly used: number;
  /** Open and waiting for the next exchange. */
  readonly idle: number;
}

/**
 * Connections to one engine. Those that carried a complete, plain exchange are kept for the next one that can be
 * repeated safely; the last one used is used first, so that the others can grow old and be closed.
 */
export class EnginePool {
  readonly address: SocketAddress;
  /**
   * What the gate's own pings carry, so that it knows one that comes back to it. Who guesses it gets 508 for its own ping, so
   * it need not be a secret: to load node:crypto for that takes a twentieth of a start.
   */
  readonly mark: string = String(Math.random());
  readonly #clock: Clock;
  /** How many have been opened, and how many of them are not closed. */
  #opened = 0;
  #open = 0;
  readonly #onClose = (): void => {
    this.#open -= 1;
  };
  readonly #idle: { readonly connection: EngineConnection; readonly expires: number }[] = [];

  constructor(address: SocketAddress, clock: Clock) {
    this.address = address;
    this.#clock = clock;
  }

  /** Gives a connection: an idle one where `fresh` is not asked for and there is one, else a new one. */
  acquire(fresh: boolean, listener: EngineListener): EngineConnection {
    const kept = fresh ? undefined : this.#idle.pop();
    if (kept === undefined) {
      return this.#openConnection(listener);
    }
    kept.connection.reuse(listener);
    return kept.connection;
  }

  /** How many connections have been opened in all, how many are in use, and how many wait to be. */
  get counts(): PoolCounts {
    const idle = this.#idle.length;
    return { opened: this.#opened, used: this.#open - idle, idle };
  }

  #openConnection(listener: EngineListener): EngineConnection {
    const connection = new EngineConnection(this.address, listener);
    this.#opened += 1;
    this.#open += 1;
    connection.socket.on("close", this.#onClose);
    return connection;
  }

  /** Takes back a connection whose exchange is complete in both directions. */
  release(connection: EngineConnection): void {
    if (this.#idle.length >= ENGINE_IDLE_LIMIT || connection.socket.destroyed) {
      connection.destroy();
      return;
    }
    const forget = (): void => this.#forget(connection);
    // An engine that speaks unasked is not to be trusted with the next answer.
    connection.handOver({
      engineOnData: () => {
        forget();
        return false;
      },
      engineOnEnd: forget,
      engineOnFail: forget,
      engineOnDrain: () => undefined,
    });
    this.#idle.push({ connection, expires: this.#clock.now() + ENGINE_IDLE_DEADLINE });
  }

  /** Closes the connections that were idle for too long. */
  sweep(): void {
    const now = this.#clock.now();
    while (this.#idle[0] !== undefined && this.#idle[0].expires <= now) {
      this.#idle.shift()?.connection.destroy();
    }
  }

  /** Closes all idle connections. */
  close(): void {
    for (const { connection } of this.#idle.splice(0)) {
      connection.destroy();
    }
  }

  #forget(connection: EngineConnection): void {
    const at = this.#idle.findIndex((kept) => kept.connection === connection);
    if (at !== -1) {
      this.#idle.splice(at, 1);
    }
    connection.destroy();
  }
}
