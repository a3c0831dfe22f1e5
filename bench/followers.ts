import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Place } from "./transfer.ts";

/** How long one may take to get the head of its answer: a proxy that is full lets it wait for ever, in milliseconds. */
const HEAD_DEADLINE = 5_000;
/** How long one event may take to reach all, in milliseconds. */
const EVENT_DEADLINE = 60_000;
/** So many come at one time. */
const BATCH = 100;
/** Over so many addresses of loopback they are spread: a gate does not give all its places to one. */
const ADDRESSES = 50;
const PATH = "/v1.41/events";

/** Connections that follow `/events`. */
export class Followers {
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  /** Opens up to that many, as many as get an answer. */
  static async open(place: Place, most: number, abort: AbortSignal): Promise<Followers> {
    const sockets: Socket[] = [];
    while (sockets.length < most) {
      abort.throwIfAborted();
      const size = Math.min(BATCH, most - sockets.length);
      const from = sockets.length;
      const batch = await Promise.all(
        Array.from({ length: size }, (_, index) => follow(place, from + index)),
      );
      const answered = batch.filter((socket) => socket !== undefined);
      sockets.push(...answered);
      if (answered.length < size) {
        break;
      }
    }
    return new Followers(sockets);
  }

  get count(): number {
    return this.#sockets.length;
  }

  /** Calls `cause`, and resolves to the milliseconds from then until each follower has got something. */
  async timeToLast(cause: () => Promise<void>): Promise<number> {
    const started = performance.now();
    const reached = Promise.all(this.#sockets.map(firstBytes));
    const enough = new AbortController();
    const late = wait(EVENT_DEADLINE, undefined, { signal: enough.signal }).then(() => {
      throw new Error("an event did not reach all followers in time");
    });
    try {
      const [times] = await Promise.all([Promise.race([reached, late]), cause()]);
      return Math.max(...times) - started;
    } finally {
      enough.abort();
    }
  }

  /** Resolves when all are closed. */
  async stop(): Promise<void> {
    const open = this.#sockets.filter((socket) => !socket.closed);
    await Promise.all(
      open.map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once("close", () => resolve());
            socket.destroy();
          }),
      ),
    );
  }
}

/** Resolves to the time at which the next bytes come. */
function firstBytes(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error("a follower was cut"));
    socket.once("close", onClose);
    socket.once("data", () => {
      socket.off("close", onClose);
      resolve(performance.now());
    });
  });
}

/** Resolves to the connection when its answer has begun, or to undefined when there is none or it is a refusal. */
function follow(place: Place, index: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket =
      "port" in place
        ? connect({ ...place, host: "127.0.0.1", localAddress: `127.0.1.${1 + (index % ADDRESSES)}` })
        : connect(place.socketPath);
    const timer = setTimeout(() => socket.destroy(), HEAD_DEADLINE);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    // An answer of the status 200 begins so; its head is short and comes in one piece.
    socket.once("data", (head: Buffer) => {
      clearTimeout(timer);
      if (head.toString("latin1").startsWith("HTTP/1.1 200 ")) {
        resolve(socket);
      } else {
        socket.destroy();
      }
    });
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  });
}
