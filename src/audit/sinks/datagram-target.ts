import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { TcpAddress } from "../../kernel/address.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { Target } from "./delivery.ts";
import { ADDRESS_AGE } from "./limits.ts";

/** Where datagrams go, as it was when the name was looked up. */
interface Route {
  readonly socket: Socket;
  readonly address: string;
  readonly since: number;
}

/** A receiver of datagrams, one for each piece. Nobody tells whether one arrives. */
export class DatagramTarget implements Target {
  readonly #place: TcpAddress;
  #route: Route | undefined;

  constructor(place: TcpAddress) {
    this.#place = place;
  }

  async open(): Promise<void> {
    if (this.#route !== undefined && Date.now() - this.#route.since < ADDRESS_AGE) return;
    const found = await lookup(this.#place.host).catch((error: unknown) => {
      throw new Error(systemFailure(error).message);
    });
    await this.close();
    const socket = createSocket(found.family === 6 ? "udp6" : "udp4");
    // A failure comes to who sends as well.
    socket.on("error", () => undefined).unref();
    this.#route = { socket, address: found.address, since: Date.now() };
  }

  async write(bytes: Buffer): Promise<number> {
    await this.open();
    const route = this.#route;
    return new Promise((resolve, reject) => {
      if (route === undefined) {
        reject(new Error("it is closed"));
        return;
      }
      route.socket.send(bytes, this.#place.port, route.address, (error) => {
        if (error instanceof Error) reject(new Error(error.message));
        else resolve(bytes.length);
      });
    });
  }

  close(): Promise<void> {
    this.#route?.socket.close();
    this.#route = undefined;
    return Promise.resolve();
  }
}
