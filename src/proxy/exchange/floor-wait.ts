import type { ApiFloor } from "../../engine/api-floor.ts";
import { EMPTY } from "../../http1/bytes.ts";
import type { Exchange } from "../client-side.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * An exchange without a body that waits until it is known which API versions the engine speaks. The next part decides by
 * that.
 */
export class FloorWait implements Exchange {
  readonly awaitsInput: boolean = false;
  readonly #ledger: ExchangeLedger;
  readonly #floor: ApiFloor;
  readonly #open: (oldest: number) => Exchange;
  #isOver = false;
  #clientEnded = false;

  /** `open` goes on once the oldest version v1.N is known. */
  constructor(ledger: ExchangeLedger, floor: ApiFloor, open: (oldest: number) => Exchange) {
    this.#ledger = ledger;
    this.#floor = floor;
    this.#open = open;
  }

  /** Begins to wait; no byte behind the head is of this request. */
  begin(bytes: Buffer): Buffer {
    void this.#wait();
    return bytes;
  }

  async #wait(): Promise<void> {
    const oldest = await this.#floor.learn();
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    if (!oldest.ok) {
      this.#ledger.fail(oldest.error, 0, 0);
      return;
    }
    const next = this.#open(oldest.value);
    this.#ledger.client.passOn(next);
    next.begin(EMPTY);
    // What was answered at once goes to a client that has ended its direction like to any other.
    if (this.#clientEnded && !this.#ledger.isDone) {
      next.clientOnEnd();
    }
  }

  clientOnData(chunk: Buffer): Buffer {
    return chunk;
  }

  clientOnEnd(): void {
    this.#clientEnded = true;
  }

  clientOnDrain(): void {
    // Nothing is written meanwhile.
  }

  clientOnDeadline(): void {
    // The question has a deadline of its own.
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#isOver = true;
    this.#ledger.finish(by, 0, 0);
  }
}
