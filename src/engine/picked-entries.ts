import type { Element } from "../docker/json/gather.ts";
import { ElementSplitter } from "../docker/json/split.ts";
import { type GateError, notUnderstood } from "../gate-error.ts";
import type { BodyReader } from "../http1/body-reader.ts";
import { openBodyReader } from "../http1/open-body-reader.ts";
import type { Result } from "../kernel/result.ts";
import { AnswerReader } from "./answer-reader.ts";
import { type AnswerRoom, tooManyLargeBodies } from "./answer-room.ts";
import type { AnswerCollector, EngineAnswer } from "./question.ts";

const OK = 200;

/**
 * Collects of a list only what `pick` takes of its entries, one after the other: what others have takes no room, and can't
 * keep a client from what it names.
 */
export class PickedEntries implements AnswerCollector<EngineAnswer> {
  readonly #room: AnswerRoom;
  readonly #pick: (entry: Element) => Buffer | undefined;
  readonly #head: AnswerReader = new AnswerReader(false);
  readonly #splitter: ElementSplitter;
  readonly #picked: Buffer[] = [];
  #body: BodyReader | undefined;
  #endsByClose = false;

  /** `pick` gives what is kept of an entry, in memory of its own; it gets undefined for one longer than `most`, in bytes. */
  constructor(room: AnswerRoom, most: number, pick: (entry: Element) => Buffer | undefined) {
    this.#room = room;
    this.#pick = pick;
    const hold = (bytes: number): boolean => room.lend(bytes);
    this.#splitter = new ElementSplitter("list", { most, hold });
  }

  read(chunk: Buffer): Result<EngineAnswer, GateError> | undefined {
    if (this.#body !== undefined) return this.#collect(this.#body, chunk);
    const progress = this.#head.read(chunk);
    if (progress.kind === "partial") return undefined;
    if (progress.kind === "fault") return refuse(progress.reason);
    if (progress.kind === "upgrade") return refuse("it changed the protocol without being asked");
    const { status, framing } = progress.head;
    if (status !== OK || framing.kind === "none")
      return { ok: true, value: { status, content: this.#content } };
    this.#endsByClose = framing.kind === "close";
    this.#body = openBodyReader(framing);
    return this.#collect(this.#body, progress.rest);
  }

  end(): Result<EngineAnswer, GateError> {
    return this.#endsByClose ? this.#end() : refuse("it broke off");
  }

  get #content(): Buffer {
    const parts = this.#picked.flatMap((entry, at) => (at === 0 ? [entry] : [COMMA, entry]));
    return Buffer.concat([OPEN, ...parts, CLOSE]);
  }

  #collect(body: BodyReader, chunk: Buffer): Result<EngineAnswer, GateError> | undefined {
    const progress = body.read(chunk);
    if (!progress.ok) return refuse(progress.error.reason);
    for (const part of progress.value.data) {
      const fault = this.#take(this.#splitter.read(part));
      if (fault !== undefined) return fault;
    }
    return progress.value.done ? this.#end() : undefined;
  }

  #end(): Result<EngineAnswer, GateError> {
    const fault = this.#take(this.#splitter.end());
    return fault ?? { ok: true, value: { status: OK, content: this.#content } };
  }

  #take(cut: ReturnType<ElementSplitter["read"]>): Result<never, GateError> | undefined {
    if (!cut.ok) {
      return cut.error.kind === "full"
        ? { ok: false, error: tooManyLargeBodies() }
        : refuse(cut.error.reason);
    }
    for (const element of cut.value) {
      const full = this.#keep(element);
      if (full !== undefined) return { ok: false, error: full };
    }
    return undefined;
  }

  #keep(element: Element): GateError | undefined {
    const picked = this.#pick(element);
    if (picked === undefined) return undefined;
    this.#picked.push(picked);
    return this.#room.take(picked.length);
  }
}

const OPEN = Buffer.from("[");
const COMMA = Buffer.from(",");
const CLOSE = Buffer.from("]");

function refuse(reason: string): Result<never, GateError> {
  return { ok: false, error: notUnderstood(reason) };
}
