import { GateError } from "../../gate-error.ts";
import { EMPTY } from "../../http1/bytes.ts";
import type { Result } from "../../kernel/result.ts";
import type { Exchange } from "../client-side.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** What an exchange has to learn from the engine before it goes on. */
export interface Lesson<Learnt> {
  /** Resolves at the latest when `signal` aborts, and does not reject. */
  readonly learn: (signal: AbortSignal) => Promise<Result<Learnt, GateError>>;
  /** After how many milliseconds nobody waits any more; undefined where the question has a deadline of its own. */
  readonly deadline: number | undefined;
  /** Set where a body may come meanwhile: it waits on the connection, and costs none that comes too early. */
  readonly holdsBody?: true;
  /** Goes on with what was learnt. */
  readonly open: (learnt: Learnt) => Exchange;
}

/** An exchange that waits until the engine has said something. The next part decides by that. */
export class EngineWait<Learnt> implements Exchange {
  readonly awaitsInput: boolean;
  readonly #ledger: ExchangeLedger;
  readonly #lesson: Lesson<Learnt>;
  readonly #questions = new AbortController();
  #isOver = false;
  #clientEnded = false;

  constructor(ledger: ExchangeLedger, lesson: Lesson<Learnt>) {
    this.#ledger = ledger;
    this.#lesson = lesson;
    this.awaitsInput = lesson.holdsBody === true;
  }

  /** Begins to wait; what came behind the head stays on the connection. */
  begin(bytes: Buffer): Buffer {
    void this.#wait();
    return bytes;
  }

  async #wait(): Promise<void> {
    const { learn, deadline, holdsBody, open } = this.#lesson;
    const { client } = this.#ledger;
    if (deadline !== undefined) client.setDeadline(deadline);
    const learnt = await learn(this.#questions.signal);
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    if (deadline !== undefined) client.setDeadline(undefined);
    if (!learnt.ok) {
      this.#ledger.fail(learnt.error, 0, 0);
      return;
    }
    const next = open(learnt.value);
    if (holdsBody === true) {
      client.beginNext(next);
    } else {
      client.passOn(next);
      next.begin(EMPTY);
    }
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
    this.#end();
    this.#ledger.fail(
      new GateError("engine_answer", "the Docker engine did not say in time what it was asked"),
      0,
      0,
    );
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#end();
    this.#ledger.finish(by, 0, 0);
  }

  #end(): void {
    this.#isOver = true;
    this.#questions.abort();
  }
}
