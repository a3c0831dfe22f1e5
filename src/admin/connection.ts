import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Fault } from "../http1/fault.ts";
import { HeadReader, type WholeHead } from "../http1/head-reader.ts";
import { parseRequestHead, type RequestHead } from "../http1/request-head.ts";
import { formatHttpDate } from "../kernel/timestamp.ts";

/** The longest head: whoever asks for health or metrics sends a few hundred bytes. */
const HEAD_LIMIT: number = 16 * 1024;
/** How long nothing may come or go, in milliseconds: longer than an engine is waited for, and than most scrapes are apart. */
const IDLE_DEADLINE = 30_000;
/** How long a connection is kept that is over, for a client that still sends to see its answer. */
const LINGER_DEADLINE = 1_000;

/** An answer of the admin address. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The methods that there are, where another one was asked for. */
  readonly allow?: string;
}

/** One connection: answers one request after the other. What comes before an answer has been taken waits unread. */
export class AdminConnection {
  readonly #socket: Socket;
  readonly #answer: (request: RequestHead) => Promise<Answer>;
  readonly #refuse: (fault: Fault) => Answer;
  readonly #reader: HeadReader = new HeadReader(HEAD_LIMIT);
  #isOver = false;
  /** Whether a request waits for its answer. */
  #isAnswering = false;
  /** Whether the client sends no more. It may still want its answers. */
  #hasEnded = false;

  /** `answer` says what a request is answered, and does not reject; `refuse` what one is that can't be read. */
  constructor(
    socket: Socket,
    answer: (request: RequestHead) => Promise<Answer>,
    refuse: (fault: Fault) => Answer,
  ) {
    this.#socket = socket;
    this.#answer = answer;
    this.#refuse = refuse;
  }

  /** Reads requests until the connection is closed. */
  begin(): void {
    const socket = this.#socket;
    socket.setTimeout(IDLE_DEADLINE, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("end", () => {
      this.#hasEnded = true;
      this.#goOn();
    });
    // "close" follows and says all there is to do.
    socket.on("error", () => undefined);
  }

  #read(chunk: Buffer): void {
    if (this.#isOver) return;
    const progress = this.#reader.read(chunk);
    if (!progress.ok) this.#sayLast(this.#refuse(progress.error), false);
    else if (progress.complete) this.#reply(progress);
    else this.#goOn();
  }

  /** The answer has been taken, and these bytes came behind its request. */
  #readOn(rest: Buffer): void {
    this.#isAnswering = false;
    if (rest.length > 0) this.#read(rest);
    else this.#goOn();
  }

  /** Reads on, or ends where nothing more comes; not before what was asked is answered. */
  #goOn(): void {
    if (this.#isAnswering) return;
    if (this.#hasEnded) this.#socket.end();
    else this.#socket.resume();
  }

  #reply({ text, rest }: WholeHead): void {
    this.#socket.pause();
    this.#isAnswering = true;
    const head = parseRequestHead(text);
    if (!head.ok) {
      this.#sayLast(this.#refuse(head.error), false);
      return;
    }
    const { method, persistent, framing } = head.value;
    // Nobody reads a body here.
    const isLast = !persistent || framing.kind !== "none";
    void this.#answer(head.value).then((answer) => {
      if (isLast) this.#sayLast(answer, method === "HEAD");
      else this.#say(answer, method === "HEAD", rest);
    });
  }

  #say(answer: Answer, toHead: boolean, rest: Buffer): void {
    this.#socket.write(serialize(answer, toHead, false), (error) => {
      if (error) return;
      // Who sends many requests at once is nobody's reason to wait.
      setImmediate(() => this.#readOn(rest));
    });
  }

  #sayLast(answer: Answer, toHead: boolean): void {
    this.#isOver = true;
    const socket = this.#socket;
    socket.end(serialize(answer, toHead, true), () => {
      setTimeout(() => socket.destroy(), LINGER_DEADLINE).unref();
    });
    socket.resume();
  }
}

function serialize({ status, contentType, text, allow }: Answer, toHead: boolean, closes: boolean): string {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    `Content-Type: ${contentType}`,
    "Cache-Control: no-store",
    ...(allow === undefined ? [] : [`Allow: ${allow}`]),
    `Date: ${formatHttpDate(Date.now())}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...(closes ? ["Connection: close"] : []),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${toHead ? "" : text}`;
}
