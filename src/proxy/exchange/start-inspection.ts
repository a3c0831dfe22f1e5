import type { Power } from "../../docker/powers/power.ts";
import { GateError } from "../../gate-error.ts";
import type { BodyReader } from "../../http1/body-reader.ts";
import { EMPTY } from "../../http1/bytes.ts";
import type { RequestFraming } from "../../http1/framing.ts";
import { GatheredBytes } from "../../kernel/gathered-bytes.ts";
import { openBodyReader } from "../../http1/open-body-reader.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import { decidePowers, judgeStart, type Restricted } from "../../policy/judge.ts";
import type { ClientListener } from "../client-side.ts";
import { BODY_DEADLINE } from "../limits.ts";
import { CONTINUE } from "../reply.ts";
import { Forward } from "./forward.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { openRefusal } from "./open-refusal.ts";

/**
 * An exchange that is decided by the first bytes of its body. What comes is held until they are known, which are a few:
 * beside them at most what arrived together with the last of them, and the framing. Then all of it is the next part's,
 * as it came, and so is the rest, which nobody holds.
 */
export class StartInspection implements ClientListener {
  readonly awaitsInput: boolean = false;
  readonly #ledger: ExchangeLedger;
  readonly #head: RequestHead;
  readonly #verdict: Restricted;
  readonly #asked: readonly Power[];
  readonly #reader: BodyReader;
  /** The bytes as they came, with their framing. */
  readonly #held: GatheredBytes = new GatheredBytes(Number.POSITIVE_INFINITY);
  /** The content in them. */
  readonly #start: GatheredBytes = new GatheredBytes(Number.POSITIVE_INFINITY);

  /** `asked` is what was found before the body. */
  constructor(
    ledger: ExchangeLedger,
    head: RequestHead,
    framing: Exclude<RequestFraming, { readonly kind: "none" }>,
    verdict: Restricted,
    asked: readonly Power[],
  ) {
    this.#ledger = ledger;
    this.#head = head;
    this.#verdict = verdict;
    this.#asked = asked;
    this.#reader = openBodyReader(framing, false, ledger.parts.limits?.body);
  }

  /** Takes what belongs to the body from the bytes behind the head, and gives back the rest. */
  begin(bytes: Buffer): Buffer {
    const { client } = this.#ledger;
    if (this.#head.expectsContinue) {
      client.socket.write(CONTINUE);
    }
    client.setDeadline(BODY_DEADLINE);
    return bytes.length === 0 ? EMPTY : this.clientOnData(bytes);
  }

  clientOnData(chunk: Buffer): Buffer {
    const progress = this.#reader.read(chunk);
    if (!progress.ok) {
      const { code, reason } = progress.error;
      this.#ledger.fail(new GateError(code, reason), this.#start.length, 0);
      return EMPTY;
    }
    this.#held.add(chunk);
    for (const part of progress.value.data) {
      this.#start.add(part);
    }
    const powers = judgeStart(this.#verdict, this.#start.whole, progress.value.done);
    return powers === undefined ? EMPTY : this.#decide(powers);
  }

  #decide(powers: readonly Power[]): Buffer {
    const ledger = this.#ledger;
    const verdict = decidePowers(ledger.parts.grant, this.#verdict, [...this.#asked, ...powers]);
    ledger.decideAnew(verdict);
    ledger.client.setDeadline(undefined);
    // The client has been told to send its body, if it asked.
    const head = { ...this.#head, expectsContinue: false };
    const next =
      verdict.kind === "allow" ? new Forward(ledger, head, verdict) : openRefusal(ledger, head, verdict);
    ledger.client.passOn(next);
    return next.begin(this.#held.whole);
  }

  /** Half a request will never be whole. */
  clientOnEnd(): void {
    this.#ledger.client.socket.destroy();
  }

  clientOnDrain(): void {
    // Nothing is written while the request is judged.
  }

  clientOnDeadline(): void {
    const message = "the first bytes of the body did not arrive in time";
    this.#ledger.fail(new GateError("body_timeout", message), this.#start.length, 0);
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#ledger.finish(by, this.#start.length, 0);
  }
}
