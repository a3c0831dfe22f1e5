import type { Power } from "../../docker/powers/power.ts";
import { AnswerRoom } from "../../engine/answer-room.ts";
import type { BodyReader } from "../../http1/body-reader.ts";
import { EMPTY } from "../../http1/bytes.ts";
import type { RequestFraming } from "../../http1/framing.ts";
import { openBodyReader } from "../../http1/open-body-reader.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import { GatheredBytes } from "../../kernel/gathered-bytes.ts";
import { judgeBody, judgeStart, type Restricted } from "../../policy/judge.ts";
import type { Exchange } from "../client-side.ts";
import { BODY_DEADLINE, JUDGED_BODY_LIMIT } from "../limits.ts";
import { CONTINUE } from "../reply.ts";
import { type Found, powersOfNames, withDeadline } from "./learned-names.ts";
import { noteMade } from "./learned-object.ts";
import type { ExchangeLedger } from "./ledger.ts";

/**
 * An exchange whose body is read for its record alone. It is held as it came, with its framing, until it is known what it asks
 * for, or that this can't be known: then all of it is the next part's. Nothing is refused here, and nothing changed.
 */
export class BodyObservation implements Exchange {
  readonly awaitsInput: boolean = false;
  readonly #ledger: ExchangeLedger;
  readonly #head: RequestHead;
  readonly #verdict: Restricted;
  readonly #asked: readonly Power[] | undefined;
  readonly #open: (head: RequestHead) => Exchange;
  readonly #reader: BodyReader;
  /** The bytes as they came, with their framing. */
  readonly #held: GatheredBytes = new GatheredBytes(Number.POSITIVE_INFINITY);
  /** The content in them. */
  readonly #content: GatheredBytes = new GatheredBytes(JUDGED_BODY_LIMIT);
  readonly #questions = new AbortController();
  #isWhole = false;
  #isOver = false;
  #clientEnded = false;

  /** `asked` is what was found before the body, undefined where that can't be known, and `open` goes on. */
  constructor(
    ledger: ExchangeLedger,
    head: RequestHead,
    framing: Exclude<RequestFraming, { readonly kind: "none" }>,
    verdict: Restricted,
    asked: readonly Power[] | undefined,
    open: (head: RequestHead) => Exchange,
  ) {
    this.#ledger = ledger;
    this.#head = head;
    this.#verdict = verdict;
    this.#asked = asked;
    this.#open = open;
    this.#reader = openBodyReader(framing, false, ledger.parts.limits?.body);
  }

  /** Takes what belongs to the body from the bytes behind the head, and gives back the rest. */
  begin(bytes: Buffer): Buffer {
    const { client } = this.#ledger;
    if (this.#head.expectsContinue) client.socket.write(CONTINUE);
    client.setDeadline(BODY_DEADLINE);
    return bytes.length === 0 ? EMPTY : this.clientOnData(bytes);
  }

  clientOnData(chunk: Buffer): Buffer {
    if (this.#isWhole) return chunk;
    const progress = this.#reader.read(chunk);
    // Whoever gets it next finds the same fault.
    if (!progress.ok) return this.#giveUp(chunk);
    const { data, content, done, rest } = progress.value;
    const part = chunk.subarray(0, chunk.length - rest.length);
    const isTooLong = this.#content.length + content > JUDGED_BODY_LIMIT;
    const size = this.#held.sizeWith(part.length) + this.#content.sizeWith(content);
    if (isTooLong || !this.#ledger.holdMemory(size)) return this.#giveUp(chunk);
    this.#held.add(part);
    for (const each of data) this.#content.add(each);
    this.#isWhole = done;
    if (this.#verdict.restricted.body === undefined) {
      const powers = judgeStart(this.#verdict, this.#content.whole, done);
      if (powers !== undefined) this.#goOn(powers);
    } else if (done) {
      this.#judge();
    }
    return rest;
  }

  #judge(): void {
    const { client, parts } = this.#ledger;
    client.setDeadline(undefined);
    const judged = judgeBody(parts.grant, this.#verdict, this.#content.whole);
    if (!judged.ok) {
      this.#goOn(undefined);
      return;
    }
    const { powers, lookups, canonical } = judged.value;
    noteMade(this.#ledger, this.#verdict, this.#head.query, canonical);
    if (lookups.length === 0) this.#goOn(powers);
    else void this.#ask({ powers, lookups });
  }

  async #ask({ powers, lookups }: Found): Promise<void> {
    const held = 2 * this.#held.length;
    const room = new AnswerRoom((bytes) => this.#ledger.holdMemory(held + bytes));
    const { version } = this.#verdict.path;
    const signal = withDeadline(this.#questions.signal);
    const found = await powersOfNames(this.#ledger, version, lookups, room, signal);
    if (!this.#isOver) this.#goOn(found && [...powers, ...found]);
  }

  /** Passes on what came, and with it what is to come. */
  #giveUp(chunk: Buffer): Buffer {
    return this.#pass(Buffer.concat([this.#held.whole, chunk]));
  }

  /** Undefined is that it can't be known what the body asks for. */
  #goOn(powers: readonly Power[] | undefined): void {
    const asked = this.#asked;
    if (asked !== undefined && powers !== undefined) this.#ledger.noteAskedFor([...asked, ...powers]);
    this.#pass(this.#held.whole);
  }

  /** All further events are the next part's. */
  #pass(bytes: Buffer): Buffer {
    const { client } = this.#ledger;
    this.#isOver = true;
    client.setDeadline(undefined);
    this.#ledger.holdMemory(bytes.length);
    // The client has been told to send its body, if it asked.
    const next = this.#open({ ...this.#head, expectsContinue: false });
    client.passOn(next);
    const rest = next.begin(bytes);
    if (this.#clientEnded && !this.#ledger.isDone) next.clientOnEnd();
    return rest;
  }

  /** Half a request will never be whole. */
  clientOnEnd(): void {
    this.#clientEnded = true;
    if (!this.#isWhole) this.#ledger.client.socket.destroy();
  }

  clientOnDrain(): void {
    // Nothing is written while the request is looked at.
  }

  /** A body may come as slowly as it likes: nobody here has to have it. */
  clientOnDeadline(): void {
    this.#pass(this.#held.whole);
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#isOver = true;
    this.#questions.abort();
    this.#ledger.finish(by, this.#content.length, 0);
  }
}
