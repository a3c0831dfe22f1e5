import type { Socket } from "node:net";

const carriers = new WeakMap<Socket, Socket>();

/** Notes on which TCP connection a TLS client comes. */
export function noteCarrier(socket: Socket, carrier: Socket): void {
  carriers.set(socket, carrier);
}

/**
 * What a client's bytes travel on: for what TLS has no words. A TLSSocket can't be reset, and does not tell that writing
 * nothing has failed. It ends with its carrier.
 */
export function carrierOf(socket: Socket): Socket {
  return carriers.get(socket) ?? socket;
}
