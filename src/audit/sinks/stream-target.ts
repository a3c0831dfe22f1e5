import { createConnection, type Socket } from "node:net";
import type { SocketAddress } from "../../kernel/address.ts";
import { systemFailure } from "../../kernel/system-error.ts";
import type { Target } from "./delivery.ts";
import { CONNECT_DEADLINE } from "./limits.ts";

/** How long a connection may be silent before the kernel asks whether anybody is there, in milliseconds. */
const SILENCE = 60_000;

/** A receiver at the other end of a connection, which is made anew when it breaks. */
export class StreamTarget implements Target {
  readonly #address: SocketAddress;
  #socket: Socket | undefined;
  #reason = "";

  constructor(address: SocketAddress) {
    this.#address = address;
  }

  async open(): Promise<void> {
    if (this.#socket?.destroyed === false) return;
    const socket = await connect(this.#address);
    this.#reason = "the receiver closed the connection";
    socket
      .setKeepAlive(true, SILENCE)
      .on("error", (error) => {
        this.#reason = explain(error);
      })
      // To go on writing to who has left loses what is written.
      .on("end", () => socket.destroy())
      .resume();
    this.#socket = socket;
  }

  /** Waits as long as the receiver reads nothing: the kernel ends the connection to one that has gone. */
  write(bytes: Buffer): Promise<number> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      if (socket === undefined || socket.destroyed) {
        reject(new Error(this.#reason));
        return;
      }
      const onClose = (): void => reject(new Error(this.#reason));
      socket.once("close", onClose);
      socket.write(bytes, (error) => {
        // What is wrong is told when the socket is closed.
        if (error instanceof Error) return;
        socket.off("close", onClose);
        resolve(bytes.length);
      });
    });
  }

  close(): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      if (socket === undefined || socket.destroyed || socket.writableNeedDrain) {
        socket?.destroy();
        resolve();
        return;
      }
      socket.once("close", resolve).end(() => socket.destroy());
    });
  }
}

function connect(address: SocketAddress): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket =
      address.kind === "unix"
        ? createConnection({ path: address.path })
        : createConnection({ host: address.host, port: address.port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error("it takes no connection")), CONNECT_DEADLINE);
    const onError = (error: Error): void => {
      clearTimeout(timer);
      reject(new Error(explain(error)));
    };
    socket.once("error", onError).once("connect", () => {
      clearTimeout(timer);
      socket.off("error", onError);
      resolve(socket);
    });
  });
}

function explain(error: Error): string {
  const { code, message } = systemFailure(error);
  switch (code) {
    case "ECONNREFUSED":
      return "nobody listens there";
    case "ENOENT":
      return "there is no such socket";
    case "EPROTOTYPE":
      return "that is a socket of datagrams, which Node can't open; name one of a stream, or syslog+udp://";
    case "EPIPE":
    case "ECONNRESET":
      return "the receiver broke the connection";
    default:
      return message;
  }
}
