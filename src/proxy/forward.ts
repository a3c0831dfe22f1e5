import { EMPTY } from "../http1/body-reader.ts";
import { NO_BODY } from "../http1/framing.ts";
import type { Allow } from "../policy/verdict.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { BodyRelay } from "./body-relay.ts";
import type { ClientListener } from "./client-side.ts";
import type { EngineConnection, EngineListener } from "./engine-connection.ts";
import { engineHead } from "./engine-head.ts";
import type { ExchangeLedger } from "./exchange-ledger.ts";
import { GateError } from "./gate-error.ts";
import { CONTINUE } from "./reply.ts";

/**
 * An exchange that streams both ways: the request's body to the engine and the answer to the client, each as fast as
 * its receiver reads, and neither ever held. No deadline: a stream may be silent for days.
 */
export class Forward implements ClientListener, EngineListener {
  readonly #ledger: ExchangeLedger;
  readonly #head: string;
  readonly #answer: AnswerRelay;
  /** GET and HEAD have no body here and change nothing: they may go out twice (RFC 9110 §9.2.2). */
  readonly #repeatable: boolean;
  #engine: EngineConnection;
  #request: BodyRelay;
  #clientEnded = false;

  constructor(ledger: ExchangeLedger, verdict: Allow) {
    const { head, parts } = ledger;
    this.#ledger = ledger;
    this.#head = engineHead(head, verdict, head.framing, undefined);
    this.#answer = new AnswerRelay(ledger);
    this.#repeatable = head.method === "GET" || head.method === "HEAD";
    this.#engine = parts.engine.acquire(!this.#repeatable, this);
    this.#request = new BodyRelay(head.framing, head.framing, this.#engine.socket);
  }

  /** Sends the head, and what belongs to the body of the bytes behind it; gives back the rest. */
  begin(bytes: Buffer): Buffer {
    const { head, client } = this.#ledger;
    if (head.expectsContinue && head.framing.kind !== "none") {
      client.socket.write(CONTINUE);
    }
    return this.#pass(bytes, this.#head);
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

  engineOnData(chunk: Buffer): void {
    const outcome = this.#answer.read(chunk);
    switch (outcome.kind) {
      case "partial":
        if (this.#ledger.client.socket.writableNeedDrain) {
          this.#engine.socket.pause();
        }
        return;
      case "done":
        this.#complete();
        return;
      case "upgrade":
        this.#failAnswer("it changed the protocol without being asked");
        return;
      case "fault":
        this.#failAnswer(outcome.reason);
    }
  }

  clientOnDrain(): void {
    this.#engine.socket.resume();
  }

  /** The answer is complete. A connection is kept only if it is clean in both directions. */
  #complete(): void {
    if (this.#answer.reusable && this.#request.done && !this.#clientEnded) {
      this.#ledger.parts.engine.release(this.#engine);
    } else {
      this.#engine.destroy();
    }
    if (!this.#request.done) {
      this.#ledger.dropConnection();
    }
    this.#ledger.finish("complete", this.#request.bytes, this.#answer.bytes);
  }

  engineOnEnd(): void {
    if (this.#answer.endsByClose) {
      this.#complete();
      return;
    }
    const message = "the Docker engine closed the connection before its answer was complete";
    this.engineOnFail(new GateError("engine_closed", message));
  }

  engineOnFail(error: GateError): void {
    if (!this.#repeatable || !this.#engine.reused || this.#answer.heard) {
      this.#fail(error);
      return;
    }
    // The engine had closed an idle connection. Nothing was answered, and a fresh connection is not reused: once only.
    this.#engine.destroy();
    this.#engine = this.#ledger.parts.engine.acquire(true, this);
    this.#request = new BodyRelay(NO_BODY, NO_BODY, this.#engine.socket);
    this.#pass(EMPTY, this.#head);
    if (this.#clientEnded) {
      this.#engine.socket.end();
    }
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

  clientOnClose(): void {
    this.#engine.destroy();
    this.#ledger.finish("client", this.#request.bytes, this.#answer.bytes);
  }

  clientOnDeadline(): void {
    // A forwarded exchange sets none.
  }

  #failAnswer(reason: string): void {
    this.#fail(new GateError("engine_answer", `the Docker engine's answer was not understood: ${reason}`));
  }

  #fail(error: GateError): void {
    this.#engine.destroy();
    this.#ledger.fail(error, this.#request.bytes, this.#answer.bytes);
  }
}
