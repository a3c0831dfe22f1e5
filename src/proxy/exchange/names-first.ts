import { AnswerRoom } from "../../engine/answer-room.ts";
import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import { type Findings, resolveLookups } from "../../engine/lookups.ts";
import { GateError } from "../../gate-error.ts";
import type { Judged, Restricted } from "../../policy/judge.ts";
import type { Exchange } from "../client-side.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * An exchange whose head names things, for a client with a scope, and whose body nobody looks into: the engine is asked
 * before any of it goes on. It waits where it is.
 */
export class NamesFirst implements Exchange {
  /** A body that comes too early makes the client wait, and costs no connection. */
  readonly awaitsInput: boolean = true;
  readonly #ledger: ExchangeLedger;
  readonly #verdict: Restricted;
  readonly #lookups: Judged<unknown>["lookups"];
  readonly #open: (found: Findings) => Exchange;
  readonly #questions = new AbortController();
  #isOver = false;
  #clientEnded = false;

  /** `open` goes on with what was found. */
  constructor(
    ledger: ExchangeLedger,
    verdict: Restricted,
    lookups: Judged<unknown>["lookups"],
    open: (found: Findings) => Exchange,
  ) {
    this.#ledger = ledger;
    this.#verdict = verdict;
    this.#lookups = lookups;
    this.#open = open;
  }

  /** Asks; what came behind the head stays on the connection. */
  begin(bytes: Buffer): Buffer {
    void this.#ask();
    return bytes;
  }

  async #ask(): Promise<void> {
    const { client, parts } = this.#ledger;
    const { path, objects } = this.#verdict;
    const room = new AnswerRoom((bytes) => this.#ledger.holdMemory(bytes));
    client.setDeadline(LOOKUP_DEADLINE);
    const { signal } = this.#questions;
    const sees = objects?.scope?.sees;
    const found = await resolveLookups(this.#lookups, path.version, parts.engine, room, signal, sees);
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    client.setDeadline(undefined);
    this.#ledger.releaseMemory();
    const next = this.#open(found);
    client.beginNext(next);
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
    this.#abandon();
    const message = "the Docker engine did not say in time what the request names";
    this.#ledger.fail(new GateError("engine_answer", message), 0, 0);
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#abandon();
    this.#ledger.finish(by, 0, 0);
  }

  #abandon(): void {
    this.#isOver = true;
    this.#questions.abort();
  }
}
