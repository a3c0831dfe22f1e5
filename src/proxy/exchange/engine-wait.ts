import { GateError } from "../../gate-error.ts";
import type { BodyReader } from "../../http1/body-reader.ts";
import type { RequestFraming } from "../../http1/framing.ts";
import { openBodyReader } from "../../http1/open-body-reader.ts";
import type { Result } from "../../kernel/result.ts";
import type { Exchange } from "../client-side.ts";
import type { ExchangeLedger } from "./ledger.ts";

/** What an exchange has to learn from the engine before it goes on. */
export interface Lesson<Learnt> {
  /** Resolves at the latest when `signal` aborts, and does not reject. */
  readonly learn: (signal: AbortSignal) => Promise<Result<Learnt, GateError>>;
  /** After how many milliseconds nobody waits any more; undefined where the question has a deadline of its own. */
  readonly deadline: number | undefined;
  /** What the engine has not said by then, as the end of a sentence. */
  readonly asked?: string;
  /** The body that may come meanwhile: it waits on the connection. */
  readonly body: RequestFraming;
  /** Whether what comes behind it may be input, which costs no connection though it comes too early. */
  readonly awaitsInput?: boolean;
  /** Goes on with what was learnt; undefined where it has answered itself. */
  readonly open: (learnt: Learnt) => Exchange | undefined;
}

/** An exchange that waits until the engine has said something. The next part decides by that. */
export class EngineWait<Learnt> implements Exchange {
  readonly awaitsInput: boolean;
  readonly #ledger: ExchangeLedger;
  readonly #lesson: Lesson<Learnt>;
  readonly #questions = new AbortController();
  /** Tells where the body ends; undefined where all of it has come, or nobody can tell. */
  #body: BodyReader | undefined;
  #isOver = false;
  #clientEnded = false;

  constructor(ledger: ExchangeLedger, lesson: Lesson<Learnt>) {
    const { body, awaitsInput = false } = lesson;
    this.#ledger = ledger;
    this.#lesson = lesson;
    this.#body = body.kind === "none" ? undefined : openBodyReader(body);
    this.awaitsInput = awaitsInput || body.kind !== "none";
  }

  /** Begins to wait; what came behind the head stays on the connection. */
  begin(bytes: Buffer): Buffer {
    void this.#wait();
    return this.clientOnData(bytes);
  }

  async #wait(): Promise<void> {
    const { learn, deadline, open } = this.#lesson;
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
    if (next === undefined) {
      return;
    }
    client.beginNext(next);
    // What was answered at once goes to a client that has ended its direction like to any other.
    if (this.#clientEnded && !this.#ledger.isDone) {
      next.clientOnEnd();
    }
  }

  /** All of it waits. What is wrong with a body is for whoever reads it to say. */
  clientOnData(chunk: Buffer): Buffer {
    const progress = this.#body?.read(chunk);
    if (progress !== undefined && (!progress.ok || progress.value.done)) this.#body = undefined;
    return chunk;
  }

  /** Half a request will never be whole: whoever ends in the midst of it has gone. */
  clientOnEnd(): void {
    this.#clientEnded = true;
    if (this.#body !== undefined) this.#ledger.client.socket.destroy();
  }

  clientOnDrain(): void {
    // Nothing is written meanwhile.
  }

  clientOnDeadline(): void {
    const { asked = "what it was asked" } = this.#lesson;
    this.#end();
    this.#ledger.fail(new GateError("engine_answer", `the Docker engine did not say in time ${asked}`), 0, 0);
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
