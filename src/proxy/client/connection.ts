import type { Socket } from "node:net";
import { sharerOf } from "../../clients/address.ts";
import type { ErrorCode } from "../../gate-error.ts";
import { EMPTY } from "../../http1/bytes.ts";
import { HeadReader, type WholeHead } from "../../http1/head-reader.ts";
import { HTTP2_PREFACE_LINE } from "../../http1/http2.ts";
import { HEAD_LIMIT, LARGE_HEAD } from "../../http1/limits.ts";
import { START_LIMIT } from "../../http1/request-start.ts";
import { mayBeBrowser } from "../../policy/origins.ts";
import { feelForUnread } from "../carrier.ts";
import { CallerTerms, type TermsListener } from "./caller-terms.ts";
import type { ClientListener, ClientSide, Exchange } from "../client-side.ts";
import { recordOfRefusedBytes } from "../exchange-record.ts";
import { openExchange } from "../exchange/exchange.ts";
import { ExchangeLedger } from "../exchange/ledger.ts";
import { HeldPlace } from "../fair-places.ts";
import type { GateParts, Recogniser } from "../gate-parts.ts";
import { HEAD_DEADLINE, IDLE_DEADLINE, LEFTOVER_LIMIT, LINGER_DEADLINE } from "../limits.ts";
import { Http2Refusal } from "./http2-refusal.ts";
import { refuseBytes } from "./refused-bytes.ts";
import type { Standing } from "./seats.ts";

/**
 * What the connection is doing: waiting for or reading a head; carrying an exchange or a tunnel; or closing, when what
 * still comes is dropped until the client has seen the answer.
 */
type Phase = "head" | "busy" | "closing";

/** Who is told what becomes of a connection. */
export interface ConnectionListener {
  /** It does something else than before. */
  connectionOnStanding(standing: Standing): void;
  connectionOnClose(connection: ClientConnection): void;
}

/** One client's connection: reads one request after the other, never two at a time, and closes when in doubt. */
export class ClientConnection implements ClientSide, TermsListener {
  readonly socket: Socket;
  readonly address: string;
  readonly mayBeBrowser: boolean;
  readonly #terms: CallerTerms;
  readonly #owner: ConnectionListener;
  readonly #reader: HeadReader = new HeadReader(HEAD_LIMIT);
  #phase: Phase = "head";
  #reading = false;
  /** Whether a head has been read, so that a change of the protocol comes too late. */
  #hasSpoken = false;
  #listener: ClientListener | undefined;
  #held: Buffer = EMPTY;
  #deadline: number;
  #isCut = false;
  /** Whether what is written last is an answer of the engine, which has no deadline, and not one of the gate's own. */
  #hasEngineAnswer = false;
  readonly #largeHead: HeldPlace;
  /** A whole head whose request has not begun, for it is being asked who sent it. */
  #waiting: string | undefined;

  constructor(
    socket: Socket,
    place: string,
    address: string,
    recogniser: Recogniser,
    owner: ConnectionListener,
  ) {
    this.socket = socket;
    this.address = address;
    this.#terms = new CallerTerms(socket, place, recogniser, this);
    this.mayBeBrowser = mayBeBrowser(this.#parts.origins, socket.remoteAddress);
    this.#owner = owner;
    this.#largeHead = new HeldPlace(this.#parts.largeHeads, sharerOf(address));
    this.#deadline = this.#parts.clock.now() + IDLE_DEADLINE;
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("end", () => this.#onEnd());
    socket.on("drain", () => this.#onDrain());
    socket.on("finish", () => this.#onFinish());
    // "close" follows and says all there is to do.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      owner.connectionOnClose(this);
      this.#largeHead.release();
      this.#listener?.clientOnClose(this.#isCut ? "gate" : "client");
    });
    this.#terms.recogniseBy(recogniser, false);
  }

  /** On whose terms its requests are served. */
  get terms(): CallerTerms {
    return this.#terms;
  }

  get #parts(): GateParts {
    return this.#terms.parts;
  }

  /**
   * Begins with what waited until it was known who calls. Whoever has ended meanwhile gets no answer: at its address may be
   * somebody else by now, and then that one was asked about.
   */
  termsOnKnown(): void {
    if (this.#phase === "head" && !this.socket.destroyed && !this.socket.readableEnded) {
      this.#readOn();
    }
  }

  termsOnRevoked(ledger: ExchangeLedger): void {
    ledger.revoke();
    this.#listener?.clientOnClose("gate");
  }

  setDeadline(milliseconds: number | undefined): void {
    this.#deadline =
      milliseconds === undefined ? Number.POSITIVE_INFINITY : this.#parts.clock.now() + milliseconds;
  }

  exchangeOnDone(keep: boolean, isEngineAnswer: boolean): void {
    this.#listener = undefined;
    this.#terms.end();
    this.#hasEngineAnswer = isEngineAnswer;
    if (!keep || this.socket.destroyed || this.socket.readableEnded || this.#parts.isDraining()) {
      this.#close();
      return;
    }
    this.#phase = "head";
    this.setDeadline(IDLE_DEADLINE);
    this.#standIfIdle();
    if (!this.#reading) {
      this.#readOn();
    }
  }

  passOn(listener: ClientListener): void {
    this.#listener = listener;
  }

  beginNext(next: Exchange): void {
    this.#listener = next;
    const held = this.#takeHeld();
    this.socket.resume();
    this.#takeRest(next.begin(held));
  }

  handOver(listener: ClientListener): Buffer {
    this.#listener = listener;
    this.socket.resume();
    return this.#takeHeld();
  }

  /** Looks whether the deadline has passed. */
  sweep(now: number): void {
    if (this.#phase === "busy") feelForUnread(this.socket);
    this.#standIfIdle();
    if (now < this.#deadline) {
      return;
    }
    this.setDeadline(undefined);
    if (this.#phase === "busy") {
      this.#listener?.clientOnDeadline();
    } else if (this.#phase === "head" && this.#reader.held > 0) {
      this.#refuse("head_timeout", "the head of the request did not arrive in time", this.#reader.start);
    } else if (this.#hasEngineAnswer && this.socket.writableLength > 0) {
      // The end of an answer is still here: a slow reader may take the time it needs, and is idle only after it.
      this.setDeadline(IDLE_DEADLINE);
    } else {
      this.socket.destroy();
    }
  }

  /** Closes the connection if no request is under way; an exchange under way closes it at its end, or ends now. */
  drain(): void {
    if (this.#phase === "head") {
      this.#close();
    } else {
      this.#listener?.gateOnStop?.();
    }
  }

  /**
   * Makes room for another connection where nothing is lost: an idle one ends as if it had been idle for too long, and
   * of a head that is not complete, or waits, nobody has heard. Only then the client is told why.
   */
  giveWay(reason: string): void {
    const start = this.#waiting ?? (this.#reader.start || this.#held.toString("latin1", 0, START_LIMIT));
    if (this.#phase !== "head") {
      this.cut();
    } else if (start === "") {
      this.#close();
    } else {
      this.#refuse("too_many_connections", reason, start);
    }
  }

  /** An answer that is still on its way to a slow reader is no less under way than one that still comes. */
  #standIfIdle(): void {
    const isWaiting = this.#phase === "head" && this.#reader.held === 0 && !this.#terms.isUnknown;
    if (isWaiting && this.socket.writableLength === 0) {
      this.#owner.connectionOnStanding("idle");
    }
  }

  /** Ends the connection at once, whatever is under way. */
  cut(): void {
    this.#isCut = true;
    this.socket.destroy();
  }

  #onData(chunk: Buffer): void {
    switch (this.#phase) {
      case "head":
        this.#readHeads(chunk);
        return;
      case "busy":
        this.#takeRest(this.#listener?.clientOnData(chunk) ?? EMPTY);
        return;
      case "closing":
    }
  }

  /** Bytes that the exchange under way did not want: held, or the next request if it has just ended. */
  #takeRest(rest: Buffer): void {
    if (this.#phase === "head") {
      this.#readHeads(rest);
    } else {
      this.#hold(rest);
    }
  }

  /** A loop and no recursion: a client may send thousands of requests that are refused at once. */
  #readHeads(bytes: Buffer): void {
    let rest = bytes;
    this.#reading = true;
    while (this.#phase === "head" && (rest.length > 0 || this.#waiting !== undefined)) {
      if (this.#terms.isUnknown) {
        this.#keep(rest);
        this.#owner.connectionOnStanding("head");
        this.#boundLargeHead(this.#waiting?.length ?? 0);
        // It is read on, so that it can be seen to end.
        if (this.#held.length > LEFTOVER_LIMIT) {
          this.socket.pause();
        }
        break;
      }
      let text = this.#waiting;
      if (text === undefined) {
        const whole = this.#readHead(rest);
        if (whole === undefined) break;
        ({ text, rest } = whole);
      }
      const parts = this.#terms.partsOf(text);
      this.#waiting = parts === undefined ? text : undefined;
      if (parts !== undefined) {
        this.#largeHead.release();
        rest = this.#begin(text, rest, parts);
      }
    }
    this.#reading = false;
    this.#hold(rest);
  }

  /** Reads on in a head, and gives it when it is whole. What is kept or refused meanwhile is not given back. */
  #readHead(bytes: Buffer): WholeHead | undefined {
    if (this.#reader.held === 0) {
      if (this.socket.writableNeedDrain) {
        // A client that does not read its answers gets no more of them: they would pile up here.
        this.#keep(bytes);
        this.socket.pause();
        return undefined;
      }
      this.setDeadline(HEAD_DEADLINE);
    }
    const progress = this.#reader.read(bytes);
    if (progress.ok && !progress.complete) {
      this.#owner.connectionOnStanding("head");
      this.#boundLargeHead(this.#reader.held);
      return undefined;
    }
    if (progress.ok) {
      return progress;
    }
    this.#largeHead.release();
    this.#refuse(progress.error.code, progress.error.reason, progress.start);
    return undefined;
  }

  /** Begins with a request, and gives back the bytes behind the head that are not of it. */
  #begin(text: string, rest: Buffer, parts: GateParts): Buffer {
    const decided = parts.heads.decide(text, this.mayBeBrowser);
    if (!decided.ok) {
      const { code, reason } = decided.error;
      if (!this.#hasSpoken && text === `${HTTP2_PREFACE_LINE}\r\n`) {
        this.#refuseHttp2(code, reason, rest);
      } else {
        this.#refuse(code, reason, text);
      }
      return EMPTY;
    }
    this.#hasSpoken = true;
    this.#phase = "busy";
    this.#owner.connectionOnStanding("busy");
    this.setDeadline(undefined);
    const ledger = new ExchangeLedger(decided.value.head, this, parts, decided.value.verdict);
    this.#terms.begin(ledger);
    const exchange = openExchange(decided.value, ledger);
    this.#listener = exchange;
    return exchange.begin(rest);
  }

  /** A large head has a place while it comes, and while it waits. */
  #boundLargeHead(length: number): void {
    if (length > LARGE_HEAD && !this.#largeHead.take()) {
      const reason = "too many large requests arrive at the same time; try again";
      this.#refuse("too_many_large_heads", reason, this.#waiting ?? this.#reader.start);
    }
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0 || this.#phase !== "busy") {
      return;
    }
    this.#keep(bytes);
    if (this.#held.length <= LEFTOVER_LIMIT) {
      return;
    }
    if (this.#listener?.awaitsInput === true) {
      this.socket.pause();
    } else {
      // A connection that is not read can't be seen to end: a client that has gone would hold its place for ever.
      this.cut();
    }
  }

  #keep(bytes: Buffer): void {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
  }

  #takeHeld(): Buffer {
    const held = this.#held;
    this.#held = EMPTY;
    return held;
  }

  /** Reads the requests that were held, and those that come. */
  #readOn(): void {
    const held = this.#takeHeld();
    this.socket.resume();
    this.#readHeads(held);
  }

  #onDrain(): void {
    if (this.#phase === "head") {
      this.#readOn();
    } else {
      this.#listener?.clientOnDrain();
    }
  }

  #onEnd(): void {
    if (this.#phase === "busy") {
      this.#listener?.clientOnEnd();
    } else {
      this.socket.end();
    }
  }

  /** Answers bytes that are no request, and closes. `start` is how they begin. */
  #refuse(code: ErrorCode, reason: string, start: string): void {
    refuseBytes(this, this.#parts, code, reason, start);
    this.#close();
  }

  /** The same to a client that speaks HTTP/2, in its words, which must hear more of it first. */
  #refuseHttp2(code: ErrorCode, reason: string, rest: Buffer): void {
    this.#parts.audit(recordOfRefusedBytes(this.#parts.client, this.address, code, reason));
    this.#phase = "busy";
    this.#owner.connectionOnStanding("busy");
    const refusal = new Http2Refusal(this, code, `quaygate: ${reason}`);
    this.#listener = refusal;
    refusal.begin(rest);
  }

  /**
   * Sends what is written and the end, then reads on for a while: closing at once could reset the answer away. What is
   * written has no deadline, as no answer has: a slow reader may take the time it needs.
   */
  #close(): void {
    this.#phase = "closing";
    this.#owner.connectionOnStanding("busy");
    this.#held = EMPTY;
    this.#waiting = undefined;
    this.setDeadline(undefined);
    this.socket.resume();
    this.socket.end();
  }

  #onFinish(): void {
    if (this.#phase === "closing") {
      this.#owner.connectionOnStanding("answered");
      this.setDeadline(LINGER_DEADLINE);
    }
  }
}
