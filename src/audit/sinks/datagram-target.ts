import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { performance } from "node:perf_hooks";
import type { TcpAddress } from "../../kernel/address.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { Target } from "./delivery.ts";
import { ADDRESS_AGE } from "./limits.ts";

/** Where datagrams go, as it was when the name was looked up. */
interface Route {
  readonly socket: Socket;
  readonly since: number;
}

/**
 * A receiver of datagrams, one for each piece. Nobody tells whether one arrives, but for this: where nobody listens, most machines say
 * so (ICMP), and the kernel passes that on to a socket that is connected, too late for the datagram itself. Then the next address of the
 * name is tried.
 */
export class DatagramTarget implements Target {
  readonly #place: TcpAddress;
  #route: Route | undefined;
  /** Why the last route failed, until that is told. */
  #failure: string | undefined;
  /** How many routes have failed. */
  #failures = 0;

  constructor(place: TcpAddress) {
    this.#place = place;
  }

  async open(): Promise<void> {
    if (this.#route !== undefined && performance.now() - this.#route.since < ADDRESS_AGE) return;
    const found = await lookup(this.#place.host, { all: true }).catch((error: unknown) => {
      throw new Error(systemFailure(error).message);
    });
    const chosen = found[this.#failures % found.length];
    if (chosen === undefined) throw new Error("its name has no address");
    await this.close();
    const socket = createSocket(chosen.family === 6 ? "udp6" : "udp4").unref();
    this.#route = { socket, since: performance.now() };
    socket.on("error", (error) => {
      if (this.#route?.socket === socket) this.#failure = this.#fail(error);
    });
    await new Promise<void>((resolve, reject) => {
      socket.connect(this.#place.port, chosen.address, (error?: Error) => {
        if (error instanceof Error) reject(new Error(this.#fail(error)));
        else resolve();
      });
    });
  }

  async write(bytes: Buffer): Promise<number> {
    await this.open();
    const failure = this.#failure;
    this.#failure = undefined;
    const socket = this.#route?.socket;
    return new Promise((resolve, reject) => {
      if (failure !== undefined || socket === undefined) {
        reject(new Error(failure ?? "it is closed"));
        return;
      }
      socket.send(bytes, (error) => {
        if (error instanceof Error) reject(new Error(this.#fail(error)));
        else resolve(bytes.length);
      });
    });
  }

  close(): Promise<void> {
    this.#route?.socket.close();
    this.#route = undefined;
    return Promise.resolve();
  }

  /** Gives up the route, and says why. */
  #fail(error: Error): string {
    const { code, message } = systemFailure(error);
    this.#failures += 1;
    void this.close();
    return code === "ECONNREFUSED" ? "nobody listens there" : message;
  }
}
