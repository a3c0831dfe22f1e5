import type { JsonValue } from "../../docker/json/value.ts";
import type { Asked } from "../../docker/powers/asking.ts";
import { detached, sizeOfDetached, textsKept } from "../../docker/powers/detached.ts";
import type { Power } from "../../docker/powers/power.ts";
import { editQuery } from "../../docker/query-edit.ts";
import { tooManyLargeBodies } from "../../engine/answer-room.ts";
import { LOOKUP_DEADLINE } from "../../engine/limits.ts";
import { type Findings, resolveLookups } from "../../engine/lookups.ts";
import { GateError } from "../../gate-error.ts";
import type { BodyReader } from "../../http1/body-reader.ts";
import { EMPTY } from "../../http1/bytes.ts";
import { NO_BODY, type RequestFraming } from "../../http1/framing.ts";
import { GatheredBytes } from "../../kernel/gathered-bytes.ts";
import { openBodyReader } from "../../http1/open-body-reader.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { Result } from "../../kernel/result.ts";
import {
  decideEarly,
  decidePowers,
  judgeBody,
  type Judged,
  judgeNoBody,
  lookupsToAsk,
  type Restricted,
  rewriteBody,
  writeBody,
} from "../../policy/judge.ts";
import type { Made } from "../../policy/scope/making.ts";
import type { Deny, Refuse } from "../../policy/verdict.ts";
import type { ClientListener } from "../client-side.ts";
import { BODY_DEADLINE, JUDGED_BODY_LIMIT } from "../limits.ts";
import { CONTINUE } from "../reply.ts";
import { noteMade } from "./learned-object.ts";
import { objectExchangesOf } from "./late-objects.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { openLookupRoom } from "./lookup-room.ts";
import { openForward } from "./open-forward.ts";
import { openRefusal } from "./open-refusal.ts";
import { Refusal, sayFailure } from "./refusal.ts";

const NO_BYTES = new GatheredBytes(0);

/** What comes of a request that names nothing of which the engine is asked. */
const NOTHING_FOUND = { edits: [], failure: undefined, base: undefined, hidden: undefined } as const;

/**
 * An exchange that is decided by what its body asks for, or by what the engine says of a name in its path. The body, if
 * any, is taken whole and judged, the engine is asked what the names stand for, and only then it becomes a refusal or
 * is forwarded, with a body written from what was judged.
 */
export class Inspection implements ClientListener {
  readonly awaitsInput: boolean = false;
  readonly #ledger: ExchangeLedger;
  readonly #head: RequestHead;
  readonly #verdict: Restricted;
  readonly #judgedHead: Pick<Judged<unknown>, "powers" | "lookups">;
  /** None where there is no body. */
  readonly #reader: BodyReader | undefined;
  readonly #isTooLarge: boolean;
  /** What the request takes beside its body. */
  readonly #headSize: number;
  #body: GatheredBytes;
  /** How much of the body there was, also when the body itself is no longer held. */
  #bytes = 0;
  #questions: AbortController | undefined;
  #isWhole = false;
  #isOver = false;
  #clientEnded = false;
  /** Whether it lacks something already, so that nobody asks what it names: it may ask for more. */
  #isEarly = false;
  /** What it makes, where somebody asks. */
  #made: Made | undefined;

  /** `head` has the query that goes on, and `judgedHead` what was found before the body. */
  constructor(
    ledger: ExchangeLedger,
    head: RequestHead,
    framing: RequestFraming,
    verdict: Restricted,
    judgedHead: Pick<Judged<unknown>, "powers" | "lookups">,
  ) {
    this.#ledger = ledger;
    this.#head = head;
    this.#verdict = verdict;
    this.#judgedHead = judgedHead;
    this.#reader =
      framing.kind === "none" ? undefined : openBodyReader(framing, false, ledger.parts.limits?.body);
    this.#isTooLarge = framing.kind === "length" && framing.length > JUDGED_BODY_LIMIT;
    this.#headSize = sizeOfHead(head) + sizeOfDetached(judgedHead);
    this.#body = new GatheredBytes(framing.kind === "length" ? framing.length : JUDGED_BODY_LIMIT);
  }

  /** Takes the body from the bytes behind the head, and gives back the rest. */
  begin(bytes: Buffer): Buffer {
    const { client } = this.#ledger;
    if (this.#isTooLarge) {
      this.#failTooLarge();
      return EMPTY;
    }
    if (!this.#ledger.holdMemory(this.#headSize)) {
      this.#fail(tooManyLargeBodies());
      return EMPTY;
    }
    if (this.#head.expectsContinue && this.#reader !== undefined) {
      client.socket.write(CONTINUE);
    }
    client.setDeadline(BODY_DEADLINE);
    return this.#collect(bytes);
  }

  clientOnData(chunk: Buffer): Buffer {
    return this.#isWhole ? chunk : this.#collect(chunk);
  }

  #collect(chunk: Buffer): Buffer {
    if (this.#reader === undefined) {
      this.#endBody();
      return chunk;
    }
    const progress = this.#reader.read(chunk);
    if (!progress.ok) {
      this.#fail(new GateError(progress.error.code, progress.error.reason));
      return EMPTY;
    }
    const { data, done, rest } = progress.value;
    for (const part of data) {
      this.#bytes += part.length;
      if (this.#bytes > JUDGED_BODY_LIMIT) {
        this.#failTooLarge();
        return EMPTY;
      }
      if (!this.#ledger.holdMemory(this.#headSize + this.#body.sizeWith(part.length))) {
        this.#fail(tooManyLargeBodies());
        return EMPTY;
      }
      this.#body.add(part);
    }
    if (done) this.#endBody();
    return rest;
  }

  #endBody(): void {
    this.#isWhole = true;
    this.#ledger.client.setDeadline(undefined);
    this.#judge();
  }

  #judge(): void {
    const { grant } = this.#ledger.parts;
    const judged =
      this.#reader === undefined
        ? judgeNoBody(grant, this.#verdict)
        : judgeBody(grant, this.#verdict, this.#body.whole);
    this.#body = NO_BYTES;
    if (!judged.ok) {
      this.#refuse(judged.error);
      return;
    }
    const { powers, lookups, canonical } = judged.value;
    const objects = objectExchangesOf(this.#verdict);
    this.#made = objects?.madeBy(this.#verdict, this.#head.query, canonical);
    noteMade(this.#ledger, this.#verdict, this.#head.query, canonical);
    const all = [...this.#judgedHead.powers, ...powers];
    const named = [...this.#judgedHead.lookups, ...lookups];
    const asked = lookupsToAsk(grant, this.#verdict, { powers: all, lookups: named });
    this.#isEarly = asked.length < named.length;
    if (asked.length === 0) {
      this.#decide(all, () => ({ ok: true, value: writtenOf(canonical) }), NOTHING_FOUND);
    } else {
      const isScoped = this.#verdict.objects?.scope !== undefined;
      const busy = isScoped ? objects?.holdUsed(this.#ledger, asked) : undefined;
      if (busy !== undefined) {
        this.#answer(busy);
        return;
      }
      void this.#askAndDecide(detached({ powers: all, lookups: asked }), writtenOf(canonical));
    }
  }

  /** Asks the engine, and holds meanwhile nothing of the body but its text. */
  async #askAndDecide(waiting: Asked, written: Buffer | undefined): Promise<void> {
    const { client, parts } = this.#ledger;
    const texts = (written?.length ?? 0) + textsKept(waiting) * this.#bytes;
    const size = this.#headSize + sizeOfDetached(waiting) + texts;
    const room = openLookupRoom(this.#ledger, size);
    const full = room.take(0);
    if (full !== undefined) {
      this.#fail(full);
      return;
    }
    this.#questions = new AbortController();
    client.setDeadline(LOOKUP_DEADLINE);
    const { version } = this.#verdict.path;
    const { signal } = this.#questions;
    const sees = this.#verdict.objects?.scope?.sees;
    const found = await resolveLookups(waiting.lookups, version, parts.engine, room, signal, sees);
    if (this.#isOver) {
      return;
    }
    client.setDeadline(undefined);
    const powers = [...waiting.powers, ...found.powers];
    this.#decide(powers, () => rewriteBody(this.#verdict, written, found.edits, found.networks), found);
  }

  /** What is not held is said first; only then, why what is held can't go on. */
  #decide(
    powers: readonly Power[],
    write: () => Result<Buffer | undefined, Refuse>,
    { failure, base, hidden, edits }: Omit<Findings, "powers" | "networks">,
  ): void {
    this.#ledger.noteHidden(hidden);
    const { grant } = this.#ledger.parts;
    const verdict = (this.#isEarly ? decideEarly : decidePowers)(grant, this.#verdict, powers);
    if (verdict.kind === "deny") {
      this.#refuse(verdict);
      return;
    }
    if (failure !== undefined) {
      this.#ledger.decideAnew(verdict);
      this.#answer(failure);
      return;
    }
    const outOfScope = objectExchangesOf(this.#verdict)?.judgeMade(this.#verdict, this.#made, base);
    if (outOfScope !== undefined) {
      this.#refuse(outOfScope);
      return;
    }
    const body = write();
    if (!body.ok) {
      this.#refuse(body.error);
      return;
    }
    this.#ledger.decideAnew(verdict);
    const content = body.value;
    if (!this.#ledger.holdMemory(content?.length ?? 0)) {
      this.#fail(tooManyLargeBodies());
      return;
    }
    const framing = content === undefined ? NO_BODY : ({ kind: "length", length: content.length } as const);
    const query = editQuery(this.#head.query, edits);
    const head = { ...this.#head, query, framing, expectsContinue: false };
    const next = openForward(this.#ledger, head, verdict);
    this.#passOn(next);
    next.begin(content ?? EMPTY);
    if (this.#clientEnded) {
      next.clientOnEnd();
    }
  }

  #refuse(verdict: Deny | Refuse): void {
    this.#ledger.decideAnew(verdict);
    this.#finish(openRefusal(this.#ledger, this.#emptyHead, verdict));
  }

  /** Says why the engine does not get what is allowed; the client's own mistake leaves the connection fit. */
  #answer(failure: GateError): void {
    if (failure.source !== "client") {
      this.#fail(failure);
      return;
    }
    const { code, message } = failure;
    this.#ledger.noteReason(message);
    this.#finish(new Refusal(this.#ledger, this.#emptyHead, code, sayFailure(code, message)));
  }

  /** The head without the body, which has been taken. */
  get #emptyHead(): RequestHead {
    return { ...this.#head, framing: NO_BODY, expectsContinue: false };
  }

  /** Over at once: a client that has ended its direction gets the answer like any other. */
  #finish(refusal: Refusal): void {
    this.#passOn(refusal);
    refusal.begin(EMPTY);
  }

  /** All further events are the next part's. */
  #passOn(next: ClientListener): void {
    this.#end();
    this.#ledger.noteBody(this.#bytes);
    this.#ledger.client.passOn(next);
  }

  clientOnEnd(): void {
    this.#clientEnded = true;
    if (!this.#isWhole) {
      this.#ledger.client.socket.destroy();
    }
  }

  clientOnDrain(): void {
    // Nothing is written while the request is judged.
  }

  clientOnDeadline(): void {
    this.#fail(
      this.#isWhole
        ? new GateError("engine_answer", "the Docker engine did not say in time what the request names")
        : new GateError("body_timeout", "the rest of the request did not arrive in time"),
    );
  }

  clientOnClose(by: "client" | "gate"): void {
    this.#end();
    this.#ledger.finish(by, this.#bytes, 0);
  }

  #failTooLarge(): void {
    const message = `the body is longer than the ${JUDGED_BODY_LIMIT} bytes that can be judged`;
    this.#fail(new GateError("body_too_large", message));
  }

  #fail(error: GateError): void {
    this.#end();
    this.#ledger.fail(error, this.#bytes, 0);
  }

  /** Gives back what is scarce. */
  #end(): void {
    this.#isOver = true;
    this.#body = NO_BYTES;
    this.#questions?.abort();
  }
}

function writtenOf(canonical: JsonValue | undefined): Buffer | undefined {
  return canonical === undefined ? undefined : writeBody(canonical);
}

/** Beside its texts a field of a head takes so many bytes. */
const BESIDE_FIELD = 150;
/** A query is there as it came, decoded, and as it goes on. */
const TEXTS_OF_QUERY = 3;

/** How many bytes of memory a head takes while its body is gathered. */
function sizeOfHead({ query = "", fields }: RequestHead): number {
  return fields.reduce(
    (sum, { name, value }) => sum + name.length + value.length + BESIDE_FIELD,
    TEXTS_OF_QUERY * query.length,
  );
}
