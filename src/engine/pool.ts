import type { SocketAddress } from "../kernel/address.ts";
import type { Clock } from "../kernel/clock.ts";
import { EngineConnection, type EngineListener } from "./connection.ts";
import { ENGINE_IDLE_DEADLINE, ENGINE_IDLE_LIMIT } from "./limits.ts";

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
  readonly #idle: { readonly connection: EngineConnection; readonly expires: number }[] = [];

  constructor(address: SocketAddress, clock: Clock) {
    this.address = address;
    this.#clock = clock;
  }

  /** Gives a connection: an idle one where `fresh` is not asked for and there is one, else a new one. */
  acquire(fresh: boolean, listener: EngineListener): EngineConnection {
    const kept = fresh ? undefined : this.#idle.pop();
    if (kept === undefined) {
      return new EngineConnection(this.address, listener);
    }
    kept.connection.reuse(listener);
    return kept.connection;
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
