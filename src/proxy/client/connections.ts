import type { Socket } from "node:net";
import { addressOf, sharerOf } from "../../clients/address.ts";
import { KEEP_ALIVE_DELAY } from "../../engine/limits.ts";
import type { ErrorCode } from "../../gate-error.ts";
import { recordOfRefusedBytes } from "../exchange-record.ts";
import { FairPlaces } from "../fair-places.ts";
import type { Recogniser, SharedParts } from "../gate-parts.ts";
import {
  CONNECTION_LIMIT,
  GIVEN_WAY_LIMIT,
  LINGER_DEADLINE,
  SILENCE_DEADLINE,
  SWEEP_INTERVAL,
  TURNED_AWAY_LIMIT,
} from "../limits.ts";
import { serializeReply } from "../reply.ts";
import { ClientConnection } from "./connection.ts";
import { Seats } from "./seats.ts";

/**
 * All connections of clients: takes new ones up to the limit, watches their deadlines, and lets them go at the end. An
 * address may have most of them while nobody else wants in; then its idle ones give way.
 */
export class Connections {
  readonly #parts: SharedParts;
  #recogniser: Recogniser;
  /** All that are not gone, also those that gave way and have no seat any more. */
  readonly #open = new Set<ClientConnection>();
  readonly #seats: Seats<ClientConnection>;
  readonly #givenWay = new Set<ClientConnection>();
  readonly #turnedAway = new Set<Socket>();
  readonly #told = new FairPlaces(TURNED_AWAY_LIMIT);
  readonly #sweeper: NodeJS.Timeout;
  readonly #onEmpty: (() => void)[] = [];

  constructor(parts: SharedParts, recogniser: Recogniser, limit: number = CONNECTION_LIMIT) {
    this.#parts = parts;
    this.#recogniser = recogniser;
    this.#seats = new Seats(limit);
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
    const sharer = sharerOf(address);
    if (this.#seats.hasRoom(sharer) || this.#makeRoom(sharer)) {
      this.#take(socket, place, address, sharer);
    } else {
      this.#turnAway(socket, address, "too_many_connections", this.#explainFull(sharer));
    }
  }

  /** Tells somebody who may not come in why, whatever was asked for. */
  refuse(socket: Socket, place: string, code: ErrorCode, reason: string): void {
    const address = addressOf(socket, place);
    if (address === undefined) {
      socket.on("error", () => undefined);
      socket.destroy();
    } else {
      this.#turnAway(socket, address, code, reason);
    }
  }

  /**
   * Recognises anew who calls, for all requests that come from now on. What is under way keeps the terms it began with, or,
   * where this `revokes`, ends if who calls holds it no more.
   */
  recogniseBy(recogniser: Recogniser, revokes = false): void {
    this.#recogniser = recogniser;
    for (const connection of this.#open) {
      connection.terms.recogniseBy(recogniser, revokes);
    }
  }

  /** How many clients' connections may be open, and how many are. */
  get seats(): { readonly limit: number; readonly taken: number } {
    const { limit, free } = this.#seats;
    return { limit, taken: limit - free };
  }

  /** How many exchanges are under way, by how they stream. It looks at each connection, and so costs them nothing. */
  countUnderWay(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { terms } of this.#open) {
      const stream = terms.underWay;
      if (stream !== undefined) counts.set(stream, (counts.get(stream) ?? 0) + 1);
    }
    return counts;
  }

  #take(socket: Socket, place: string, address: string, sharer: string): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY);
    const connection = new ClientConnection(socket, place, address, this.#recogniser, {
      connectionOnStanding: (standing) => this.#seats.stand(seat, standing),
      connectionOnClose: () => {
        this.#seats.leave(seat);
        this.#givenWay.delete(connection);
        this.#open.delete(connection);
        if (this.#open.size === 0) {
          this.#onEmpty.splice(0).forEach((resolve) => resolve());
        }
      },
    });
    const seat = this.#seats.sit(sharer, connection);
    this.#open.add(connection);
  }

  /** Lets somebody give way to one more of a sharer, or tells that nobody does. */
  #makeRoom(sharer: string): boolean {
    const seat = this.#seats.whoGivesWay(sharer);
    if (seat === undefined) {
      return false;
    }
    const { holder, share } = seat;
    this.#seats.leave(seat);
    if (this.#givenWay.size < GIVEN_WAY_LIMIT) {
      this.#givenWay.add(holder);
      holder.giveWay(`${share.sharer} has most of the connections, and others want in; try again`);
    } else {
      holder.cut();
    }
    return true;
  }

  /** Ends what is past its deadline. */
  sweep(): void {
    const now = this.#parts.clock.now();
    for (const connection of this.#open) {
      connection.sweep(now);
    }
    this.#parts.engine.sweep();
  }

  /** Closes idle connections, ends what only watches, and resolves when all else that is under way is over as well. */
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

  /** Says why there is no way in, such as that the gate is full; beyond a number of those, not even that. */
  #turnAway(socket: Socket, address: string, code: ErrorCode, reason: string): void {
    const sharer = sharerOf(address);
    socket.on("error", () => undefined);
    if (!this.#told.take(sharer)) {
      socket.destroy();
      return;
    }
    this.#turnedAway.add(socket);
    const answer = (): void => {
      clearTimeout(silence);
      if (socket.writableEnded) return;
      socket.end(serializeReply({ code, message: `quaygate: ${reason}`, close: true, toHead: false }));
    };
    // Behind a request's first bytes: Go's clients take an answer before them for a fault, and do not tell it.
    const silence = setTimeout(answer, SILENCE_DEADLINE);
    socket.once("data", answer).once("end", answer);
    this.#parts.audit(recordOfRefusedBytes(this.#recogniser.unknown.client, address, code, reason));
    const timer = setTimeout(() => socket.destroy(), LINGER_DEADLINE);
    socket.on("close", () => {
      clearTimeout(silence);
      clearTimeout(timer);
      this.#turnedAway.delete(socket);
      this.#told.release(sharer);
    });
  }

  #explainFull(sharer: string): string {
    const { free, limit } = this.#seats;
    const held = this.#seats.heldBy(sharer);
    return free === 0
      ? `all ${limit} connections are in use, ${held} of them by ${sharer}; try again`
      : `${sharer} uses ${held} of the ${limit} connections, and the last ones are kept for others; try again`;
  }
}
