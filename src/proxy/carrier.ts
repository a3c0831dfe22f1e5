import type { Socket } from "node:net";
import { EMPTY } from "../http1/bytes.ts";

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

/**
 * Feels whether a client is still there that has ended its direction: it is not read any more, and so can't be seen to go
 * away; a tunnel to a silent container would keep its place for ever. Writing nothing fails when the client is gone, and
 * only then.
 */
export function feelForEnded(socket: Socket): void {
  const { readableEnded, writableEnded, writableLength } = socket;
  if (readableEnded && !writableEnded && writableLength === 0) {
    carrierOf(socket).write(EMPTY);
  }
}
