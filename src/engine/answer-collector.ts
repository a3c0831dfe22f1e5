import { GateError, notUnderstood } from "../gate-error.ts";
import type { BodyReader } from "../http1/body-reader.ts";
import { openBodyReader } from "../http1/open-body-reader.ts";
import type { Result } from "../kernel/result.ts";
import { AnswerReader } from "./answer-reader.ts";
import { CLOSED_WITHOUT_ANSWER } from "./stranger.ts";

/** Makes something of the content of one answer. */
export interface ContentCollector<Collected> {
  /** Takes a part of it, which is lent for the time of the call, or tells why it can't. */
  take(part: Buffer): GateError | undefined;
  /** Makes what it can of an answer of which all has come. */
  finish(status: number): Result<Collected, GateError>;
  /** Whether the content of an answer with such a status is taken; else the answer is over with its head. */
  wants(status: number): boolean;
}

/** Reads one answer to a question of the gate's own, and has its content collected. */
export class AnswerCollector<Collected> {
  readonly #content: ContentCollector<Collected>;
  readonly #head: AnswerReader = new AnswerReader(false);
  #body: BodyReader | undefined;
  #endsByClose = false;
  #status = 0;

  constructor(content: ContentCollector<Collected>) {
    this.#content = content;
  }

  /** Takes what the engine has sent, and gives the outcome as soon as there is one. */
  read(chunk: Buffer): Result<Collected, GateError> | undefined {
    if (this.#body !== undefined) return this.#collect(this.#body, chunk);
    const progress = this.#head.read(chunk);
    switch (progress.kind) {
      case "partial":
        return undefined;
      case "fault":
        return refuse(progress.reason);
      case "upgrade":
        return refuse("it changed the protocol without being asked");
      case "answer":
    }
    const { status, framing } = progress.head;
    this.#status = status;
    if (framing.kind === "none" || !this.#content.wants(status)) return this.#content.finish(status);
    this.#endsByClose = framing.kind === "close";
    this.#body = openBodyReader(framing);
    return this.#collect(this.#body, progress.rest);
  }

  /** The engine sends no more: gives what comes of that. */
  end(): Result<Collected, GateError> {
    if (this.#endsByClose) return this.#content.finish(this.#status);
    return this.#status === 0
      ? { ok: false, error: new GateError("engine_closed", CLOSED_WITHOUT_ANSWER) }
      : refuse("it broke off");
  }

  #collect(body: BodyReader, chunk: Buffer): Result<Collected, GateError> | undefined {
    const progress = body.read(chunk);
    if (!progress.ok) return refuse(progress.error.reason);
    for (const part of progress.value.data) {
      const error = this.#content.take(part);
      if (error !== undefined) return { ok: false, error };
    }
    return progress.value.done ? this.#content.finish(this.#status) : undefined;
  }
}

function refuse(reason: string): Result<never, GateError> {
  return { ok: false, error: notUnderstood(reason) };
}
