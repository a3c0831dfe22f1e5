import type { EngineConnection, EngineListener } from "../../engine/connection.ts";
import { CLOSED_WITHOUT_ANSWER } from "../../engine/stranger.ts";
import { GateError, notUnderstood } from "../../gate-error.ts";
import { EMPTY } from "../../http1/bytes.ts";
import { NO_BODY, type RequestFraming } from "../../http1/framing.ts";
import type { ResponseHead } from "../../http1/response-head.ts";
import { serializeResponseHead } from "../../http1/serialize.ts";
import type { ClientListener } from "../client-side.ts";
import { BODY_DEADLINE } from "../limits.ts";
import { CONTINUE } from "../reply.ts";
import type { AnswerOutcome, AnswerPassage } from "./answer-passage.ts";
import { AnswerRelay } from "./answer-relay.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { Tunnel } from "./tunnel.ts";
import type { UpgradeBody } from "./upgrade-body.ts";

const SWITCHING_PROTOCOLS = 101;

/**
 * An exchange whose connection turns raw: because the engine agrees to change the protocol, or, where the client asks for
 * no change, behind the engine's 200. Its small body is taken whole and goes out with the head; what the client sends
 * after it is held until the engine has answered, because dockerd loses it or takes it for input.
 */
export class Upgrade implements ClientListener, EngineListener {
  readonly awaitsInput: boolean = true;
  readonly #ledger: ExchangeLedger;
  readonly #protocol: string | undefined;
  readonly #body: UpgradeBody;
  readonly #answer: AnswerPassage;
  readonly #expectsContinue: boolean;
  #headOf: ((framing: RequestFraming) => string) | undefined;
  #engine: EngineConnection | undefined;
  #clientEnded = false;

  /**
   * `headOf` gives what the engine gets as soon as the body is whole; `protocol` is what it is asked for, if it is. `read` gives
   * what an answer is read with by which it does not agree, where not all of that is for the client.
   */
  constructor(
    ledger: ExchangeLedger,
    headOf: (framing: RequestFraming) => string,
    protocol: string | undefined,
    body: UpgradeBody,
    expectsContinue: boolean,
    read: (goOn: (outcome: AnswerOutcome) => void) => AnswerPassage | undefined,
  ) {
    this.#ledger = ledger;
    this.#headOf = headOf;
    this.#expectsContinue = expectsContinue;
    this.#protocol = protocol;
    this.#body = body;
    this.#answer = read((outcome) => this.#goOn(outcome)) ?? new AnswerRelay(ledger, protocol === undefined);
    // If the engine does not agree, what the client sent early may be input: it must never be read as a request.
    ledger.dropConnection();
  }

  /** Takes the body from the bytes behind the head, and gives back the rest. */
  begin(bytes: Buffer): Buffer {
    const { client } = this.#ledger;
    if (this.#expectsContinue && !this.#body.done) {
      client.socket.write(CONTINUE);
    }
    client.setDeadline(BODY_DEADLINE);
    return this.#collect(bytes);
  }

  clientOnData(chunk: Buffer): Buffer {
    return this.#body.done ? chunk : this.#collect(chunk);
  }

  #collect(bytes: Buffer): Buffer {
    const rest = this.#body.read(bytes);
    if (!rest.ok) {
      this.#fail(rest.error);
      return EMPTY;
    }
    if (this.#body.done) {
      this.#ledger.client.setDeadline(undefined);
      this.#ask();
    }
    return rest.value;
  }

  #ask(): void {
    this.#engine = this.#ledger.parts.engine.acquire(true, this);
    const head = this.#headOf?.(this.#body.framing) ?? "";
    this.#ledger.noteAsked();
    // One write: after its 101 the engine would take the body for input.
    this.#engine.socket.write(Buffer.concat([Buffer.from(head, "latin1"), this.#body.content]));
    this.#headOf = undefined;
  }

  engineOnData(chunk: Buffer): boolean {
    this.#answerOnData(chunk);
    return this.#ledger.client.socket.writableLength > 0;
  }

  #answerOnData(chunk: Buffer): void {
    if (!this.#answer.heard) this.#ledger.noteAnswered();
    this.#heed(this.#answer.read(chunk));
  }

  /** An answer that waited goes on. */
  #goOn(outcome: AnswerOutcome): void {
    this.#heed(outcome);
    if (this.#answer.waits === "nothing") this.#engine?.socket.resume();
  }

  #heed(outcome: AnswerOutcome): void {
    switch (outcome.kind) {
      case "partial":
        if (this.#answer.waits !== "nothing" || this.#ledger.client.socket.writableNeedDrain) {
          this.#engine?.socket.pause();
        }
        return;
      case "done":
        this.#complete();
        return;
      case "upgrade":
        if (this.#protocol === undefined && outcome.head.status === SWITCHING_PROTOCOLS) {
          this.#fail(notUnderstood("it changed the protocol without being asked"));
        } else {
          this.#openTunnel(outcome.head, outcome.rest);
        }
        return;
      case "fault":
        this.#fail(outcome.error);
    }
  }

  #openTunnel({ status, reason, fields }: ResponseHead, early: Buffer): void {
    const { client } = this.#ledger;
    const engine = this.#engine;
    if (engine === undefined) {
      return;
    }
    const upgrade = fields.find(({ key }) => key === "upgrade")?.value ?? this.#protocol;
    const connection = this.#protocol === undefined || upgrade === undefined ? "close" : { upgrade };
    const head = serializeResponseHead({ status, reason, fields, framing: NO_BODY, connection });
    client.socket.write(head, "latin1");
    this.#ledger.noteTunnel(status);
    const tunnel = new Tunnel(client.socket, engine, (outcome) => this.#ledger.finishTunnel(outcome));
    engine.handOver(tunnel);
    const held = client.handOver(tunnel);
    if (early.length > 0) {
      tunnel.engineOnData(early);
    }
    if (held.length > 0) {
      tunnel.clientOnData(held);
    }
    if (this.#clientEnded) {
      tunnel.clientOnEnd();
    }
  }

  #complete(): void {
    this.#engine?.destroy();
    this.#ledger.finish("complete", this.#body.bytes, this.#answer.bytes);
  }

  engineOnEnd(): void {
    if (this.#answer.waits === "client") {
      return;
    }
    if (this.#answer.endsByClose) {
      this.#heed(this.#answer.end());
    } else {
      const message = this.#answer.heard
        ? "the Docker engine closed the connection instead of changing the protocol"
        : CLOSED_WITHOUT_ANSWER;
      this.#fail(new GateError("engine_closed", message));
    }
  }

  engineOnFail(error: GateError): void {
    if (this.#answer.waits !== "client") {
      this.#fail(error);
    }
  }

  engineOnDrain(): void {
    // Nothing more is written before the tunnel.
  }

  clientOnDrain(): void {
    this.#answer.clientOnDrain?.();
    if (this.#answer.waits === "client") {
      this.#complete();
    } else {
      this.#engine?.socket.resume();
    }
  }

  /** `docker exec` without `-i` ends its input at once: that is passed on when the tunnel is open. */
  clientOnEnd(): void {
    this.#clientEnded = true;
    if (!this.#body.done) {
      this.#ledger.client.socket.destroy();
    }
  }

  clientOnDeadline(): void {
    this.#fail(new GateError("body_timeout", "the rest of the request did not arrive in time"));
  }

  clientOnClose(by: "client" | "gate"): void {
    if (this.#engine?.socket.connecting === true) this.#ledger.noteUnsent();
    this.#answer.abandon();
    this.#engine?.destroy();
    this.#ledger.finish(by, this.#body.bytes, this.#answer.bytes);
  }

  #fail(error: GateError): void {
    this.#answer.abandon();
    this.#engine?.destroy();
    this.#ledger.fail(error, this.#body.bytes, this.#answer.bytes);
  }
}
