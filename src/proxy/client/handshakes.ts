import type { Socket } from "node:net";
import { sharerOf } from "../../clients/address.ts";
import { FairPlaces } from "../fair-places.ts";
import { HANDSHAKE_DEADLINE, HANDSHAKE_LIMIT } from "../limits.ts";

/** A connection on which nothing is known of the client yet. */
interface Handshake {
  readonly carrier: Socket;
  readonly sharer: string;
  readonly timer: NodeJS.Timeout;
}

/** The ends of a TCP connection, which no other open one shares. */
type Ends = Pick<Socket, "remoteAddress" | "remotePort" | "localAddress" | "localPort">;

/** The TLS handshakes under way: a bound on their number of which no address takes all, and a deadline for each. */
export class Handshakes {
  readonly #places = new FairPlaces(HANDSHAKE_LIMIT);
  readonly #underWay = new Map<string, Handshake>();

  /** Lets a connection begin its handshake, or tells that there is no place for it. */
  begin(carrier: Socket): boolean {
    const key = keyOf(carrier);
    const sharer = sharerOf(carrier.remoteAddress ?? "");
    if (key === undefined || !this.#places.take(sharer)) {
      return false;
    }
    const timer = setTimeout(() => carrier.destroy(), HANDSHAKE_DEADLINE);
    const handshake = { carrier, sharer, timer };
    this.#underWay.set(key, handshake);
    carrier.on("close", () => this.#leave(key, handshake));
    return true;
  }

  /** Ends the handshake of a connection with these ends, and gives what carries it; undefined where none is known. */
  complete(ends: Ends): Socket | undefined {
    const key = keyOf(ends);
    const handshake = key === undefined ? undefined : this.#underWay.get(key);
    if (key === undefined || handshake === undefined) {
      return undefined;
    }
    this.#leave(key, handshake);
    return handshake.carrier;
  }

  /** Cuts all of them. */
  close(): void {
    for (const { carrier } of this.#underWay.values()) {
      carrier.destroy();
    }
  }

  #leave(key: string, handshake: Handshake): void {
    if (this.#underWay.get(key) === handshake) {
      clearTimeout(handshake.timer);
      this.#underWay.delete(key);
      this.#places.release(handshake.sharer);
    }
  }
}

/** Undefined where the connection was reset before it was looked at. */
function keyOf({ remoteAddress, remotePort, localAddress, localPort }: Ends): string | undefined {
  return remoteAddress === undefined || remotePort === undefined
    ? undefined
    : `${remoteAddress} ${remotePort} ${localAddress ?? ""} ${localPort ?? ""}`;
}
