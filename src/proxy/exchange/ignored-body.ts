import { GateError } from "../../gate-error.ts";
import { EMPTY } from "../../http1/bytes.ts";
import { NO_BODY } from "../../http1/framing.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { Exchange } from "../client-side.ts";
import { BODY_DEADLINE } from "../limits.ts";
import { CONTINUE } from "../reply.ts";
import { BodyRelay } from "./body-relay.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * An exchange with a body that its method gives no meaning to. It is read and dropped before anything goes on, so that
 * no engine can take it for the next request (RFC 9110 §9.3.1).
 */
export class IgnoredBody implements Exchange {
  readonly awaitsInput: boolean = false;
  readonly #ledger: ExchangeLedger;
  readonly #head: RequestHead;
  readonly #open: (head: RequestHead) => Exchange;
  readonly #body: BodyRelay;

  /** `open` goes on with the same head, without the body. */
  constructor(ledger: ExchangeLedger, head: RequestHead, open: (head: RequestHead) => Exchange) {
    this.#ledger = ledger;
    this.#head = head;
    this.#open = open;
    this.#body = new BodyRelay(head.framing, NO_BODY, undefined);
  }

  /** Drops what belongs to the body of the bytes behind the head, and gives back the rest. */
  begin(bytes: Buffer): Buffer {
    const { client } = this.#ledger;
    if (this.#head.expectsContinue) {
      client.socket.write(CONTINUE);
    }
    client.setDeadline(BODY_DEADLINE);
    return this.clientOnData(bytes);
  }

  clientOnData(chunk: Buffer): Buffer {
    const progress = this.#body.relay(chunk);
    // A body of a stated length has no faults.
    if (!progress.ok || !progress.value.done) {
      return EMPTY;
    }
    const { client } = this.#ledger;
    client.setDeadline(undefined);
    this.#ledger.noteBody(this.#body.bytes);
    const next = this.#open({ ...this.#head, framing: NO_BODY, expectsContinue: false });
    client.passOn(next);
    return next.begin(progress.value.rest);
  }

  /** Half a request will never be whole. */
  clientOnEnd(): void {
    this.#ledger.client.socket.destroy();
  }

  clientOnDrain(): void {
    // Nothing more is written than a hundred-continue.
  }

  clientOnDeadline(): void {
    const message = "the rest of the request did not arrive in time";
    this.#ledger.fail(new GateError("body_timeout", message), this.#body.bytes, 0);
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#ledger.finish(by, this.#body.bytes, 0);
  }
}
