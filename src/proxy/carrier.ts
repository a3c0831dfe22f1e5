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
 * Feels whether a client is still there that is not read, and so can't be seen to go away: it has ended its direction, and a
 * tunnel to a silent container would keep its place for ever; or its bytes have to wait. Writing nothing fails when the client
 * is gone, and only then.
 */
export function feelForUnread(socket: Socket): void {
  const { readableEnded, writableEnded, writableLength } = socket;
  if ((readableEnded || socket.isPaused()) && !writableEnded && writableLength === 0) {
    carrierOf(socket).write(EMPTY);
  }
}
