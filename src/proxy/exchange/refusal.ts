import { type ErrorCode, GateError } from "../../gate-error.ts";
import { EMPTY } from "../../http1/bytes.ts";
import { NO_BODY } from "../../http1/framing.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { Exchange } from "../client-side.ts";
import { BODY_DEADLINE, DISCARD_LIMIT } from "../limits.ts";
import { BodyRelay } from "./body-relay.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** An exchange that is answered without the engine. A short body is read and dropped, to keep the connection. */
export class Refusal implements Exchange {
  readonly awaitsInput: boolean = false;
  readonly #ledger: ExchangeLedger;
  readonly #code: ErrorCode;
  readonly #message: string;
  readonly #retryAfter: number | undefined;
  readonly #body: BodyRelay;

  /** `retryAfter` is after how many seconds the client may try again, where that is known. */
  constructor(
    ledger: ExchangeLedger,
    head: RequestHead,
    code: ErrorCode,
    message: string,
    retryAfter?: number,
  ) {
    const { framing, expectsContinue } = head;
    const isShort = framing.kind === "none" || (framing.kind === "length" && framing.length <= DISCARD_LIMIT);
    if (!isShort || expectsContinue) {
      ledger.dropConnection();
    }
    this.#ledger = ledger;
    this.#code = code;
    this.#message = message;
    this.#retryAfter = retryAfter;
    this.#body = new BodyRelay(framing, NO_BODY, undefined);
  }

  /** Answers, and gives back those of the bytes behind the head that are not of this request. */
  begin(bytes: Buffer): Buffer {
    this.#ledger.reply(this.#code, this.#message, this.#retryAfter);
    if (!this.#ledger.keep) {
      this.#ledger.finish("complete", 0, 0);
      return EMPTY;
    }
    this.#ledger.client.setDeadline(BODY_DEADLINE);
    return this.clientOnData(bytes);
  }

  clientOnData(chunk: Buffer): Buffer {
    const progress = this.#body.relay(chunk);
    if (this.#body.done) {
      this.#ledger.finish("complete", this.#body.bytes, 0);
    }
    return progress.ok ? progress.value.rest : EMPTY;
  }

  clientOnEnd(): void {
    this.#ledger.client.socket.destroy();
  }

  clientOnDrain(): void {
    // One short answer is all that is written.
  }

  clientOnDeadline(): void {
    const message = "the rest of the request did not arrive in time";
    this.#ledger.fail(new GateError("body_timeout", message), this.#body.bytes, 0);
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#ledger.finish(by, this.#body.bytes, 0);
  }
}

/** What a client is told where a request can't go on: of what is not there for it, in the very words of an engine. */
export function sayFailure(code: ErrorCode, reason: string): string {
  return code === "no_such_object" ? reason : `quaygate: ${reason}`;
}
