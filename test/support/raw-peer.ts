import { connect, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { SocketAddress, TcpAddress } from "../../src/kernel/address.ts";

/** How long a test waits for what must happen; far more than it takes, because the machine may be busy. */
const PATIENCE = 30_000;
const POLL_INTERVAL = 2;

/** Waits until `condition` gives true; fails with `wanted` in its message if it never does. */
export async function eventually(
  condition: () => boolean,
  wanted: string | (() => string),
  patience: number = PATIENCE,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`waited in vain: ${typeof wanted === "string" ? wanted : wanted()}`);
    }
    await setTimeout(POLL_INTERVAL);
  }
}

/** Gives everybody on this event loop the time to read what was written and to act on it. */
export async function settle(milliseconds = 20): Promise<void> {
  await setTimeout(milliseconds);
  await turn();
}

async function turn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** One HTTP message, taken apart by other code than the gate's. */
export interface Message {
  /** All up to the empty line, and with it. */
  readonly head: string;
  readonly startLine: string;
  /** Every field in order, the name as it was sent. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The content without framing. */
  readonly body: Buffer;
  /** The body's bytes with their framing. */
  readonly rawBody: Buffer;
}

/** The values of a field, by any spelling of its name. */
export function valuesOf(message: Message, name: string): readonly string[] {
  return message.fields.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The status of an answer. */
export function statusOf({ startLine }: Message): number {
  return Number(startLine.split(" ")[1]);
}

/** The code of an answer that the gate gave itself, with its message. */
export function refusalOf(message: Message): { status: number; code: string; message: string } {
  const decoded: unknown = JSON.parse(message.body.toString("utf8"));
  const sentence =
    typeof decoded === "object" && decoded !== null && "message" in decoded ? decoded.message : "";
  return {
    status: statusOf(message),
    code: valuesOf(message, "x-quaygate-code").join(),
    message: String(sentence),
  };
}

/** What is to be read. */
export interface MessageExpectation {
  /** Whether it answers a HEAD, so that no body follows whatever the fields say. */
  readonly toHead?: boolean;
  /** Whether only the head is wanted: what follows stays unread. */
  readonly headOnly?: boolean;
  /** Whether the message may never come: then only the end of the connection ends the wait. */
  readonly mayNeverCome?: boolean;
}

/** One end of a connection that speaks bytes: keeps all that arrives, and sends what it is told in the given pieces. */
export class RawPeer {
  readonly socket: Socket;
  /** The TCP or unix connection that is below. */
  readonly #carrier: Socket;
  readonly #parts: Buffer[] = [];
  #length = 0;
  #taken = 0;
  #ended = false;
  #closed = false;
  #failure: string | undefined;

  constructor(socket: Socket, carrier: Socket = socket) {
    this.socket = socket;
    this.#carrier = carrier;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.#parts.push(chunk);
      this.#length += chunk.length;
    });
    socket.on("end", () => {
      this.#ended = true;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.#failure = error.code ?? error.message;
    });
    socket.on("close", () => {
      this.#closed = true;
    });
  }

  /** Connects from an address of this host's own where `from` says one. */
  static async connect(address: SocketAddress, from?: string): Promise<RawPeer> {
    const socket = connect(
      address.kind === "unix"
        ? { path: address.path, allowHalfOpen: true }
        : { host: address.host, port: address.port, localAddress: from, allowHalfOpen: true },
    );
    const peer = new RawPeer(socket);
    await eventually(() => !socket.connecting, "the connection opens");
    if (peer.#failure !== undefined) {
      throw new Error(`the connection did not open: ${peer.#failure}`);
    }
    return peer;
  }

  /** Connects over TLS; with a client's certificate where the options have one. */
  static async connectTls(address: TcpAddress, options: ConnectionOptions, from?: string): Promise<RawPeer> {
    const { host, port } = address;
    const carrier = connect({ host, port, localAddress: from, allowHalfOpen: true });
    const socket = connectTls({ host, ...options, socket: carrier });
    const peer = new RawPeer(socket, carrier);
    let isSecure = false;
    socket.on("secureConnect", () => (isSecure = true));
    await eventually(() => isSecure || peer.over, "the handshake is over");
    if (!isSecure) {
      throw new Error(`the connection did not open: ${peer.#failure ?? "it was closed"}`);
    }
    return peer;
  }

  /** How many bytes arrived so far. */
  get count(): number {
    return this.#length;
  }

  /** Everything that arrived so far. */
  get received(): Buffer {
    if (this.#parts.length > 1) {
      this.#parts.splice(0, this.#parts.length, Buffer.concat(this.#parts));
    }
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  /** Everything that arrived so far, one character a byte. */
  get text(): string {
    return this.received.toString("latin1");
  }

  /** What arrived and was not part of a message that was read. */
  get unread(): string {
    return this.received.toString("latin1", this.#taken);
  }

  /** Whether the other side has ended its direction. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the connection is gone in both directions. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The code of the error that ended the connection, if one did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether the other side has ended or broken the connection. */
  get over(): boolean {
    return this.#ended || this.#closed || this.#failure !== undefined;
  }

  /** Sends each chunk in a segment of its own. */
  async send(...chunks: readonly (string | Buffer)[]): Promise<void> {
    for (const chunk of chunks) {
      this.socket.write(typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk);
      await turn();
    }
  }

  /** Ends this side's direction. */
  end(): void {
    this.socket.end();
  }

  /** Breaks the connection: with a reset where there is such a thing, else by closing. */
  reset(): void {
    if (this.#carrier.remoteAddress === undefined) {
      this.socket.destroy();
    } else {
      this.#carrier.resetAndDestroy();
    }
  }

  /** Waits until the bytes hold a text, or fulfil a condition. */
  async until(wanted: string | ((text: string) => boolean)): Promise<void> {
    await eventually(
      () => (typeof wanted === "string" ? this.text.includes(wanted) : wanted(this.text)),
      () => `${String(wanted)}; what came: ${JSON.stringify(this.text.slice(0, 2000))}`,
    );
  }

  /** Waits until the other side has ended or broken the connection. */
  async untilOver(): Promise<void> {
    await eventually(
      () => this.over,
      () => `the end of the connection; what came: ${JSON.stringify(this.text.slice(0, 2000))}`,
    );
  }

  /** Reads the next message; without framing, a request has no body and an answer's lasts until the end. */
  async next({ toHead, headOnly, mayNeverCome }: MessageExpectation = {}): Promise<Message> {
    const start = this.#taken;
    let headEnd = -1;
    await eventually(
      () => {
        headEnd = this.received.indexOf("\r\n\r\n", start, "latin1");
        return headEnd !== -1 || this.over;
      },
      () => `a message; what came: ${JSON.stringify(this.unread.slice(0, 2000))}`,
      mayNeverCome === true ? Number.POSITIVE_INFINITY : PATIENCE,
    );
    if (headEnd === -1) {
      throw new ConnectionOver(this.unread, this.#failure);
    }
    const bodyStart = headEnd + 4;
    const head = this.received.toString("latin1", start, bodyStart);
    const [startLine = "", ...lines] = head.slice(0, -4).split("\r\n");
    const fields = lines.map((line): readonly [string, string] => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
    this.#taken = bodyStart;
    const bodyless =
      toHead === true || headOnly === true || /^HTTP\/1\.1 (?:1\d\d|204|304) /u.test(startLine);
    const [body, rawBody] = bodyless
      ? [Buffer.alloc(0), Buffer.alloc(0)]
      : await this.#readBody(fields, startLine.startsWith("HTTP/"));
    return { head, startLine, fields, body, rawBody };
  }

  async #readBody(
    fields: readonly (readonly [string, string])[],
    isAnswer: boolean,
  ): Promise<readonly [body: Buffer, raw: Buffer]> {
    const start = this.#taken;
    const valueOf = (key: string): string | undefined =>
      fields.find(([name]) => name.toLowerCase() === key)?.[1];
    const length = valueOf("content-length");
    if (length !== undefined) {
      const end = start + Number(length);
      await this.#untilBody(() => this.#length >= end);
      this.#taken = end;
      const body = this.received.subarray(start, end);
      return [body, body];
    }
    if (valueOf("transfer-encoding") !== undefined) {
      return this.#readChunks();
    }
    if (isAnswer) {
      await eventually(() => this.over, "the end of an answer without framing");
      this.#taken = this.#length;
    }
    const body = this.received.subarray(start, this.#taken);
    return [body, body];
  }

  async #readChunks(): Promise<readonly [body: Buffer, raw: Buffer]> {
    const start = this.#taken;
    const data: Buffer[] = [];
    let at = start;
    for (;;) {
      const sizeStart = at;
      let sizeEnd = -1;
      await this.#untilBody(() => {
        sizeEnd = this.received.indexOf("\r\n", sizeStart, "latin1");
        return sizeEnd !== -1;
      });
      const size = Number.parseInt(this.received.toString("latin1", sizeStart, sizeEnd), 16);
      const dataEnd = sizeEnd + 2 + size;
      await this.#untilBody(() => this.#length >= dataEnd + 2);
      data.push(this.received.subarray(sizeEnd + 2, dataEnd));
      at = dataEnd + 2;
      if (size === 0) {
        this.#taken = at;
        return [Buffer.concat(data), this.received.subarray(start, at)];
      }
    }
  }

  async #untilBody(isThere: () => boolean): Promise<void> {
    await eventually(
      () => isThere() || this.over,
      () => `the rest of a body; what came: ${JSON.stringify(this.unread.slice(0, 500))}`,
    );
    if (!isThere()) {
      throw new ConnectionOver(this.unread, this.#failure);
    }
  }
}

/** The connection ended where a message was expected. */
export class ConnectionOver extends Error {
  override readonly name = "ConnectionOver";

  constructor(unread: string, failure: string | undefined) {
    super(`the connection ended (${failure ?? "cleanly"}) after ${JSON.stringify(unread.slice(0, 500))}`);
  }
}
