import { type Answer, AnswerReader } from "../../engine/answer-reader.ts";
import { tooManyLargeBodies } from "../../engine/answer-room.ts";
import { LONGEST_READ } from "../../engine/limits.ts";
import { type GateError, notUnderstood } from "../../gate-error.ts";
import type { BodyReader } from "../../http1/body-reader.ts";
import { parseContentType } from "../../http1/content-type.ts";
import type { Field } from "../../http1/fields.ts";
import { CHUNKED_BODY, type Framing, NO_BODY } from "../../http1/framing.ts";
import { openBodyReader } from "../../http1/open-body-reader.ts";
import type { ResponseHead } from "../../http1/response-head.ts";
import { LAST_CHUNK, serializeChunk, serializeResponseHead } from "../../http1/serialize.ts";
import { UNREAD_ANSWER } from "../limits.ts";
import { type AnswerOutcome, type AnswerPassage, DONE, PARTIAL } from "./answer-passage.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { type AnswerReview, FIRST_REDIRECTION } from "./answer-review.ts";
import type { ContentReview, Reviewed } from "./element-review.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { writeTogether } from "./write.ts";

const NO_CONTENT = 204;
const NOT_MODIFIED = 304;

const UNTIL_CLOSE: Framing = { kind: "close" };

/** JSON, and JSON one behind the other, as engines call it. */
const JSON_TYPE = /^application\/(?:json|jsonl|x-ndjson|x-json-stream)$/u;

/** Fields that say something of the content which is no longer true, or that tell how much of it there was. */
const OF_CONTENT: ReadonlySet<string> = new Set([
  ...([
    "accept-ranges",
    "content-digest",
    "content-length",
    "content-md5",
    "content-range",
    "digest",
  ] as const),
  ...(["etag", "last-modified", "repr-digest"] as const),
]);

/**
 * Passes the engine's answer on as its client may read it: reviewed element by element, with a head written anew. What can't
 * be reviewed is not passed on: it is a fault. The head waits for the first of the content, so that a fault of an answer
 * that is there at once can still be told; where the answer goes on and on it goes out by itself, because clients wait for it.
 */
export class ReviewedAnswer implements AnswerPassage {
  readonly #ledger: ExchangeLedger;
  readonly #review: AnswerReview;
  readonly #goOn: (outcome: AnswerOutcome) => void;
  readonly #reader: AnswerReader;
  /** Where nothing has to be reviewed. */
  #relay: AnswerRelay | undefined;
  #body: BodyReader | undefined;
  #content: ContentReview | undefined;
  /** What of the engine's head goes on, until it has. */
  #head: ResponseHead | undefined;
  #framing: Framing = NO_BODY;
  #waits: AnswerPassage["waits"] = "nothing";
  #heard = false;
  #endsByClose = false;
  #persistent = false;
  #clean = false;
  #isLast = false;
  #isAbandoned = false;
  #bytes = 0;
  #held: Held = { gathered: 0, asked: 0, unread: 0 };

  /**
   * `goOn` is told what came of the rest when an answer that waited goes on; `turnsRaw` tells that the connection may turn raw
   * behind a 200.
   */
  constructor(
    ledger: ExchangeLedger,
    review: AnswerReview,
    goOn: (outcome: AnswerOutcome) => void,
    turnsRaw = false,
  ) {
    this.#ledger = ledger;
    this.#review = review;
    this.#goOn = goOn;
    this.#reader = new AnswerReader(ledger.method === "HEAD", turnsRaw);
  }

  get heard(): boolean {
    return this.#heard;
  }

  get bytes(): number {
    return this.#relay?.bytes ?? this.#bytes;
  }

  get endsByClose(): boolean {
    return this.#relay?.endsByClose ?? this.#endsByClose;
  }

  get reusable(): boolean {
    return this.#relay?.reusable ?? (this.#persistent && this.#clean);
  }

  get waits(): AnswerPassage["waits"] {
    return this.#waits;
  }

  read(chunk: Buffer): AnswerOutcome {
    this.#heard = true;
    if (this.#relay !== undefined) return this.#relay.read(chunk);
    if (this.#body !== undefined) return this.#readBody(this.#body, chunk);
    const progress = this.#reader.read(chunk);
    switch (progress.kind) {
      case "answer":
        return this.#begin(progress);
      case "fault":
        return { kind: "fault", error: notUnderstood(progress.reason) };
      default:
        return progress;
    }
  }

  end(): AnswerOutcome {
    return this.#content === undefined ? DONE : this.#heed(this.#content, [], true);
  }

  /** The engine may be silent for days: what waited until now is not counted for as long. */
  clientOnDrain(): void {
    if (this.#held.unread > 0) this.#hold({ unread: 0 });
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#review.abandon();
  }

  #begin(answer: Answer): AnswerOutcome {
    const { head, rest } = answer;
    const { status } = head;
    const content = this.#review.open(status, {
      hold: (gathered) => this.#hold({ gathered }),
      holdAsked: (asked) => this.#hold({ asked }),
      onWithheld: () => this.#ledger.noteWithheld(),
    });
    if (content === undefined) {
      this.#relay = new AnswerRelay(this.#ledger);
      return this.#relay.begin(answer);
    }
    this.#head = head;
    this.#persistent = head.persistent;
    this.#endsByClose = head.framing.kind === "close";
    if (this.#ledger.method === "HEAD" || status === NO_CONTENT || status === NOT_MODIFIED) {
      this.#clean = rest.length === 0;
      this.#send([], true);
      return DONE;
    }
    const reason = whyUnreadable(head.fields, status < FIRST_REDIRECTION);
    if (reason !== undefined) return { kind: "fault", error: notUnderstood(reason) };
    this.#content = content;
    this.#framing = this.#ledger.version === "1.0" ? UNTIL_CLOSE : CHUNKED_BODY;
    if (content.flows) this.#send([], false);
    if (head.framing.kind === "none") {
      this.#clean = rest.length === 0;
      return this.#heed(content, [], true);
    }
    this.#body = openBodyReader(head.framing);
    return rest.length === 0 ? PARTIAL : this.#readBody(this.#body, rest);
  }

  #readBody(body: BodyReader, chunk: Buffer): AnswerOutcome {
    const progress = body.read(chunk);
    if (!progress.ok) return { kind: "fault", error: notUnderstood(progress.error.reason) };
    const { data, done, rest } = progress.value;
    // Bytes behind a complete answer are no answer to anything.
    this.#clean = rest.length === 0;
    const outcome = this.#content === undefined ? PARTIAL : this.#heed(this.#content, data, done);
    if (outcome === PARTIAL && this.#waits === "nothing" && chunk.length >= LONGEST_READ) this.#letOthers();
    return outcome;
  }

  /** Behind a full read there is more, and Node would read megabytes in a row: to review them takes longer than to read them. */
  #letOthers(): void {
    this.#waits = "others";
    setImmediate(() => {
      if (this.#isAbandoned || this.#waits !== "others") return;
      this.#waits = "nothing";
      this.#goOn(PARTIAL);
    });
  }

  #heed(content: ContentReview, data: readonly Buffer[], isLast: boolean): AnswerOutcome {
    this.#isLast = isLast;
    return this.#pass(content.read(data, isLast));
  }

  #pass(reviewed: Reviewed): AnswerOutcome {
    if (reviewed.kind === "fault") return reviewed;
    const isWaiting = reviewed.kind === "waits";
    const isEnd = this.#isLast && !isWaiting;
    if (reviewed.content.length > 0 || isEnd) this.#send(reviewed.content, isEnd);
    const full = this.#countUnread();
    if (full !== undefined) return { kind: "fault", error: full };
    if (isWaiting) {
      this.#waits = "engine";
      void this.#await(reviewed.until);
      return PARTIAL;
    }
    // What waits for a client is counted until it has gone out.
    this.#waits = isEnd && this.#held.unread > 0 ? "client" : "nothing";
    return isEnd && this.#held.unread === 0 ? DONE : PARTIAL;
  }

  async #await(until: Promise<Reviewed>): Promise<void> {
    const reviewed = await until;
    if (!this.#isAbandoned) this.#goOn(this.#pass(reviewed));
  }

  /** Sends content, behind the head where that has not gone out yet. */
  #send(content: readonly Buffer[], isEnd: boolean): void {
    const { client } = this.#ledger;
    const size = content.reduce((sum, { length }) => sum + length, 0);
    const head = this.#writeHead(isEnd ? size : undefined);
    this.#bytes += size;
    if (this.#framing.kind !== "chunked") {
      writeTogether(client.socket, head, content);
      return;
    }
    const framed = serializeChunk(content);
    writeTogether(client.socket, head, isEnd ? [...framed, LAST_CHUNK] : framed);
  }

  /** What is whole before its head has gone out has a length. */
  #writeHead(whole: number | undefined): string {
    const head = this.#head;
    if (head === undefined) return "";
    this.#head = undefined;
    const isBodiless = this.#content === undefined;
    if (!isBodiless && whole !== undefined) {
      this.#framing = whole === 0 ? NO_BODY : { kind: "length", length: whole };
    }
    if (this.#framing.kind === "close") this.#ledger.answerUntilClose();
    const { status, reason } = head;
    this.#ledger.noteStatus(status);
    const own = head.fields.filter(({ key }) => !OF_CONTENT.has(key));
    const zero: readonly Field[] =
      !isBodiless && whole === 0 ? [{ name: "Content-Length", key: "content-length", value: "0" }] : [];
    const connection = this.#ledger.keep ? "keep" : "close";
    const fields = [...own, ...zero];
    return serializeResponseHead({ status, reason, fields, framing: this.#framing, connection });
  }

  #countUnread(): GateError | undefined {
    const { writableLength } = this.#ledger.client.socket;
    const unread = writableLength > UNREAD_ANSWER ? writableLength : 0;
    return unread === this.#held.unread || this.#hold({ unread }) ? undefined : tooManyLargeBodies();
  }

  #hold(change: Partial<Held>): boolean {
    this.#held = { ...this.#held, ...change };
    const { gathered, asked, unread } = this.#held;
    const all = gathered + asked + unread;
    if (all > 0) return this.#ledger.holdMemory(all);
    this.#ledger.releaseMemory();
    return true;
  }
}

/** What an answer takes of the memory for what is judged, in bytes. */
interface Held {
  /** Of an element that is not whole. */
  readonly gathered: number;
  /** Of what the engine says meanwhile. */
  readonly asked: number;
  /** What the client has not read. */
  readonly unread: number;
}

/** Why content can't be reviewed, where its head says so. An error may be plain text. */
function whyUnreadable(fields: readonly Field[], isGood: boolean): string | undefined {
  if (fields.some(({ key }) => key === "content-encoding"))
    return "it is compressed, and can't be looked into";
  const [type = "", ...others] = fields.flatMap(({ key, value }) => (key === "content-type" ? [value] : []));
  // Docker before 23 says of a stream of stats no type at all; what is no JSON is found out by reading it.
  const isJson = others.length === 0 && (type === "" || JSON_TYPE.test(parseContentType(type) ?? ""));
  return isJson || !isGood ? undefined : "it is no JSON, and can't be looked into";
}
