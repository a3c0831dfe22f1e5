import { type Answer, AnswerReader } from "../../engine/answer-reader.ts";
import { notUnderstood } from "../../gate-error.ts";
import type { Framing } from "../../http1/framing.ts";
import type { ResponseHead } from "../../http1/response-head.ts";
import { serializeResponseHead } from "../../http1/serialize.ts";
import { type AnswerOutcome, type AnswerPassage, DONE, PARTIAL } from "./answer-passage.ts";
import { BodyRelay } from "./body-relay.ts";
import type { ExchangeLedger } from "./ledger.ts";

const BAD_REQUEST = 400;

const UNTIL_CLOSE: Framing = { kind: "close" };

/**
 * Passes the engine's answer on to the client, at once and as it comes: the very bytes of the head where nothing in them
 * is for this connection alone, else a head written anew; the chunks of a body as they came, each read strictly.
 */
export class AnswerRelay implements AnswerPassage {
  readonly waits = "nothing";
  readonly #ledger: ExchangeLedger;
  readonly #reader: AnswerReader;
  #body: BodyRelay | undefined;
  #heard = false;
  #endsByClose = false;
  #persistent = false;
  #clean = false;
  #mayBeTooOld = false;

  /** `turnsRaw` tells that the connection may turn raw behind a 200. */
  constructor(ledger: ExchangeLedger, turnsRaw = false) {
    this.#ledger = ledger;
    this.#reader = new AnswerReader(ledger.method === "HEAD", turnsRaw);
  }

  get heard(): boolean {
    return this.#heard;
  }

  get bytes(): number {
    return this.#body?.bytes ?? 0;
  }

  get endsByClose(): boolean {
    return this.#endsByClose;
  }

  get reusable(): boolean {
    return this.#persistent && this.#clean;
  }

  read(chunk: Buffer): AnswerOutcome {
    this.#heard = true;
    if (this.#body !== undefined) {
      this.#hearRefusal(chunk);
      return this.#pass(this.#body, chunk, "");
    }
    const progress = this.#reader.read(chunk);
    switch (progress.kind) {
      case "answer":
        return this.begin(progress);
      case "fault":
        return { kind: "fault", error: notUnderstood(progress.reason) };
      default:
        return progress;
    }
  }

  end(): AnswerOutcome {
    return DONE;
  }

  abandon(): void {
    // It waits for nothing.
  }

  /** Begins with an answer whose head was read elsewhere. */
  begin({ head, headBytes, rest }: Answer): AnswerOutcome {
    const { status } = head;
    const { client } = this.#ledger;
    const framing =
      head.framing.kind === "chunked" && this.#ledger.version === "1.0" ? UNTIL_CLOSE : head.framing;
    if (framing.kind === "close") {
      this.#ledger.answerUntilClose();
    }
    this.#persistent = head.persistent;
    this.#endsByClose = head.framing.kind === "close";
    const isSameFraming = framing === head.framing;
    const body = new BodyRelay(head.framing, framing, client.socket, isSameFraming);
    this.#body = body;
    const { keep } = this.#ledger;
    const sent = head.isPlain && isSameFraming && keep ? headBytes : this.#writeAnew(head, framing, keep);
    const outcome = this.#pass(body, rest, sent);
    if (outcome.kind !== "fault") {
      // With a fault right behind its head nothing has gone out, and the client can still be told.
      this.#ledger.noteStatus(status);
      this.#mayBeTooOld = status === BAD_REQUEST;
      this.#hearRefusal(rest);
    }
    return outcome;
  }

  #writeAnew({ status, reason, fields }: ResponseHead, framing: Framing, keep: boolean): string {
    return serializeResponseHead({ status, reason, fields, framing, connection: keep ? "keep" : "close" });
  }

  /** Looks at the first bytes of a refusal, which may be of a client's version. */
  #hearRefusal(bytes: Buffer): void {
    if (this.#mayBeTooOld && bytes.length > 0) {
      this.#mayBeTooOld = false;
      const { parts, client } = this.#ledger;
      parts.oldClients.hearRefusal(client.address, bytes);
    }
  }

  #pass(body: BodyRelay, chunk: Buffer, head: string | Buffer): AnswerOutcome {
    const progress = body.relay(chunk, head);
    if (!progress.ok) {
      return { kind: "fault", error: notUnderstood(progress.error.reason) };
    }
    // Bytes behind a complete answer are no answer to anything.
    this.#clean = progress.value.rest.length === 0;
    return progress.value.done ? DONE : PARTIAL;
  }
}
