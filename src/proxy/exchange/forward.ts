import type { Socket } from "node:net";
import type { ExchangeEnd } from "../../kernel/log-words.ts";
import { isWatching } from "../../docker/watch.ts";
import type { EngineConnection, EngineListener } from "../../engine/connection.ts";
import { CLOSED_WITHOUT_ANSWER } from "../../engine/stranger.ts";
import { GateError, notUnderstood } from "../../gate-error.ts";
import { EMPTY } from "../../http1/bytes.ts";
import { NO_BODY } from "../../http1/framing.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { Allow } from "../../policy/verdict.ts";
import type { KnownIds } from "../../policy/view/viewer.ts";
import type { ClientListener } from "../client-side.ts";
import { engineHead } from "../engine-head.ts";
import { CONTINUE } from "../reply.ts";
import type { AnswerOutcome, AnswerPassage } from "./answer-passage.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { BodyRelay } from "./body-relay.ts";
import { objectExchangesOf } from "./late-objects.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * An exchange that streams both ways: the request's body to the engine and the answer to the client, each as fast as
 * its receiver reads, and neither ever held. No deadline: a stream may be silent for days.
 */
export class Forward implements ClientListener, EngineListener {
  readonly awaitsInput: boolean = false;
  readonly #ledger: ExchangeLedger;
  readonly #asksFirst: boolean;
  readonly #answer: AnswerPassage;
  /** GET and HEAD have no body here and change nothing: they may go out twice (RFC 9110 §9.2.2). */
  readonly #repeatable: boolean;
  readonly #isWatching: boolean;
  /** The head for the engine, kept only while it may have to go out once more. */
  #head: string;
  #engine: EngineConnection;
  #request: BodyRelay;
  #isRepeated = false;
  #clientEnded = false;

  /**
   * `forEngine` is the head that goes to the engine, where it is written already and stands in no trace; `known` is what is in scope of the kinds that
   * the answer needs.
   */
  constructor(
    ledger: ExchangeLedger,
    head: RequestHead,
    verdict: Allow,
    forEngine?: string,
    known?: KnownIds,
  ) {
    this.#ledger = ledger;
    this.#asksFirst = head.expectsContinue && head.framing.kind !== "none";
    const goOn = (outcome: AnswerOutcome): void => this.#goOn(outcome);
    const reviewed = objectExchangesOf(verdict)?.readAnswer(ledger, head, verdict, { known, goOn });
    const asked = reviewed === undefined ? head : withoutPreferences(head);
    const written = ledger.trace === undefined ? forEngine : undefined;
    this.#head = written ?? engineHead(asked, verdict, head.framing, undefined, ledger.trace);
    this.#answer = reviewed ?? new AnswerRelay(ledger);
    this.#repeatable = head.method === "GET" || head.method === "HEAD";
    this.#isWatching = isWatching(verdict.operation.name, head.query);
    this.#engine = ledger.parts.engine.acquire(!this.#repeatable, this);
    const { framing } = head;
    const bound = ledger.parts.limits?.body;
    this.#request = new BodyRelay(framing, framing, this.#engine.socket, false, bound);
  }

  /** Sends the head, and what belongs to the body of the bytes behind it; gives back the rest. */
  begin(bytes: Buffer): Buffer {
    if (this.#isWatching && this.#ledger.parts.isDraining()) {
      // The gate began to stop while something was asked before.
      this.gateOnStop();
      return EMPTY;
    }
    if (this.#asksFirst) {
      this.#ledger.client.socket.write(CONTINUE);
    }
    const head = this.#head;
    this.#head = this.#mayRepeat() ? head : "";
    this.#ledger.noteAsked();
    return this.#pass(bytes, head);
  }

  clientOnData(chunk: Buffer): Buffer {
    return this.#request.done ? chunk : this.#pass(chunk, "");
  }

  #pass(chunk: Buffer, head: string): Buffer {
    const progress = this.#request.relay(chunk, head);
    if (!progress.ok) {
      this.#fail(new GateError(progress.error.code, progress.error.reason));
      return EMPTY;
    }
    if (this.#engine.socket.writableNeedDrain) {
      this.#ledger.client.socket.pause();
    }
    return progress.value.rest;
  }

  engineOnDrain(): void {
    this.#ledger.client.socket.resume();
  }

  engineOnData(chunk: Buffer): boolean {
    this.#answerOnData(chunk);
    return this.#ledger.client.socket.writableLength > 0;
  }

  #answerOnData(chunk: Buffer): void {
    if (!this.#answer.heard) this.#ledger.noteAnswered();
    this.#head = "";
    this.#heed(this.#answer.read(chunk));
  }

  /** An answer that waited for what the engine says goes on. */
  #goOn(outcome: AnswerOutcome): void {
    this.#heed(outcome);
    this.#readOn();
  }

  #heed(outcome: AnswerOutcome): void {
    switch (outcome.kind) {
      case "partial":
        if (this.#answer.waits !== "nothing" || isUnread(this.#ledger.client.socket)) {
          this.#engine.socket.pause();
        }
        return;
      case "done":
        this.#complete();
        return;
      case "upgrade":
        this.#fail(notUnderstood("it changed the protocol without being asked"));
        return;
      case "fault":
        this.#fail(outcome.error);
    }
  }

  clientOnDrain(): void {
    this.#answer.clientOnDrain?.();
    if (this.#answer.waits === "client") {
      this.#complete();
    } else {
      this.#readOn();
    }
  }

  #readOn(): void {
    if (this.#answer.waits === "nothing" && !isUnread(this.#ledger.client.socket)) {
      this.#engine.socket.resume();
    }
  }

  /** The answer is complete. A connection is kept only if it is clean in both directions. */
  #complete(): void {
    if (this.#answer.reusable && this.#request.done && !this.#clientEnded) {
      this.#engine.socket.resume();
      this.#ledger.parts.engine.release(this.#engine);
    } else {
      this.#engine.destroy();
    }
    if (!this.#request.done) {
      this.#ledger.dropConnection();
    }
    // An engine ends in good order what a client no longer watches.
    const end = this.#clientEnded && this.#isWatching ? "client" : "complete";
    this.#ledger.finish(end, this.#request.bytes, this.#answer.bytes);
  }

  engineOnEnd(): void {
    if (this.#answer.waits === "client") {
      return;
    }
    if (this.#answer.endsByClose) {
      this.#heed(this.#answer.end());
      return;
    }
    if (this.#isWatching && this.#ledger.isAnswered && !this.#clientEnded) {
      this.#breakOff("engine", "the Docker engine has ended the stream, as one does that stops");
      return;
    }
    const message = this.#answer.heard
      ? "the Docker engine closed the connection before its answer was complete"
      : CLOSED_WITHOUT_ANSWER;
    this.engineOnFail(new GateError("engine_closed", message));
  }

  engineOnFail(error: GateError): void {
    if (this.#answer.waits === "client") {
      return;
    }
    if (!this.#mayRepeat()) {
      this.#fail(error);
      return;
    }
    // A fresh connection is not reused: once only.
    this.#isRepeated = true;
    this.#engine.destroy();
    this.#engine = this.#ledger.parts.engine.acquire(true, this);
    this.#request = new BodyRelay(NO_BODY, NO_BODY, this.#engine.socket);
    this.#ledger.noteAsked();
    this.#pass(EMPTY, this.#head);
    if (this.#clientEnded) {
      this.#engine.socket.end();
    }
  }

  /** Whether the engine may have closed an idle connection before it saw the request, which then changes nothing. */
  #mayRepeat(): boolean {
    return this.#repeatable && this.#engine.reused && !this.#answer.heard;
  }

  /**
   * dockerd takes the end of input on a plain request as "the client has gone": it stops its work, and what it has
   * answered already still arrives. Half a request will never be whole.
   */
  clientOnEnd(): void {
    this.#clientEnded = true;
    this.#ledger.dropConnection();
    if (this.#request.done) {
      this.#engine.socket.end();
    } else {
      this.#ledger.client.socket.destroy();
    }
  }

  clientOnClose(by: "client" | "gate"): void {
    if (this.#engine.socket.connecting && !this.#isRepeated) this.#ledger.noteUnsent();
    this.#answer.abandon();
    this.#engine.destroy();
    this.#ledger.finish(by, this.#request.bytes, this.#answer.bytes);
  }

  /** Only a question about what an answer names sets one. */
  clientOnDeadline(): void {
    if (this.#answer.waits !== "engine") {
      return;
    }
    const message = "the Docker engine did not say in time what its own answer names";
    this.#fail(new GateError("engine_answer", message));
  }

  gateOnStop(): void {
    if (this.#isWatching) {
      this.#answer.abandon();
      this.#engine.destroy();
      this.#ledger.stop(this.#request.bytes, this.#answer.bytes);
    }
  }

  /** For a client that has ended its direction an engine stops its work, and may close without another word. */
  #fail(error: GateError): void {
    if (this.#clientEnded && error.code === "engine_closed") {
      this.#breakOff("client");
      return;
    }
    this.#answer.abandon();
    this.#engine.destroy();
    this.#ledger.fail(error, this.#request.bytes, this.#answer.bytes);
  }

  /** Ends with what was sent, where nothing has failed. */
  #breakOff(end: ExchangeEnd, reason?: string): void {
    this.#answer.abandon();
    this.#engine.destroy();
    this.#ledger.breakOff(end, reason, this.#request.bytes, this.#answer.bytes);
  }
}

/** A large piece needs a drain also where all of it is out: then nothing has to wait. */
function isUnread({ writableNeedDrain, writableLength }: Socket): boolean {
  return writableNeedDrain && writableLength > 0;
}

/** Fields that ask for another form of the answer, a part of it, or none (RFC 9110 §12.5, §13.1, §14.2). */
const PREFERENCES: ReadonlySet<string> = new Set([
  ...(["accept", "accept-charset", "accept-encoding", "accept-language", "range"] as const),
  ...(["if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"] as const),
]);

/** What is reviewed is asked for as it can be read: plain JSON, and all of it. */
function withoutPreferences(head: RequestHead): RequestHead {
  return { ...head, fields: head.fields.filter(({ key }) => !PREFERENCES.has(key)) };
}
