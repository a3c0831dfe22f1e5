import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A receiver of syslog messages on a connection, until the test is over. */
export class StreamReceiver {
  /** All that came, on all connections. */
  received = "";
  /** Whether it reads what comes. */
  isReading = true;
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
      if (this.isReading) socket.setEncoding("utf8").on("data", (text: string) => (this.received += text));
    });
  }

  /** Listens on a port of loopback, or on a unix socket. */
  static async open(place: number | string = 0): Promise<StreamReceiver> {
    const receiver = new StreamReceiver();
    const server = receiver.#server;
    if (typeof place === "string") server.listen(place);
    else server.listen(place, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => receiver.close());
    return receiver;
  }

  get port(): number {
    const bound = this.#server.address();
    return typeof bound === "object" && bound !== null ? bound.port : 0;
  }

  /** Breaks every connection, and takes no other one. */
  close(): void {
    this.#server.close();
    this.breakConnections();
  }

  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The messages that came, by the length before each. Throws where a length is wrong. */
  get counted(): readonly string[] {
    const messages: string[] = [];
    let rest = Buffer.from(this.received);
    while (rest.length > 0) {
      const space = rest.indexOf(" ");
      const length = Number(rest.toString("latin1", 0, space));
      if (!Number.isInteger(length) || length === 0)
        throw new Error(`no length: ${rest.toString("utf8", 0, 40)}`);
      const message = rest.subarray(space + 1, space + 1 + length);
      if (message.length < length) break;
      messages.push(message.toString());
      rest = rest.subarray(space + 1 + length);
    }
    return messages;
  }
}

/** A receiver of datagrams on loopback, until it is closed or the test is over. */
export async function openDatagramReceiver(wanted = 0): Promise<{
  readonly port: number;
  readonly received: string[];
  close(): Promise<void>;
}> {
  const received: string[] = [];
  const socket = createSocket("udp4").on("message", (message) => received.push(message.toString()));
  socket.bind(wanted, "127.0.0.1");
  await once(socket, "listening");
  const closed = once(socket, "close");
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) socket.close();
    isOpen = false;
    await closed;
  };
  onTestFinished(close);
  return { port: socket.address().port, received, close };
}
