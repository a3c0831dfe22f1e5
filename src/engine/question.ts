import { GateError, notUnderstood } from "../gate-error.ts";
import type { BodyReader } from "../http1/body-reader.ts";
import { GatheredBytes } from "../kernel/gathered-bytes.ts";
import { openBodyReader } from "../http1/open-body-reader.ts";
import type { Result } from "../kernel/result.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { AnswerRoom } from "./answer-room.ts";
import type { EngineConnection } from "./connection.ts";
import { LOOKUP_ANSWER_LIMIT } from "./limits.ts";
import { ownRequest } from "./own-request.ts";
import type { EnginePool } from "./pool.ts";
import { CLOSED_WITHOUT_ANSWER } from "./stranger.ts";

/** A whole answer of the engine to a question of the gate's own. */
export interface EngineAnswer {
  readonly status: number;
  readonly content: Buffer;
}

/** Makes something of one answer. */
export interface AnswerCollector<Collected> {
  /** Returns the outcome as soon as there is one. */
  read(chunk: Buffer): Result<Collected, GateError> | undefined;
  /** The engine sends no more. */
  end(): Result<Collected, GateError>;
}

/** Asks the engine something by GET, on a connection of its own. Resolves at the latest when `signal` aborts. */
export function askEngine(
  pool: EnginePool,
  target: string,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Result<EngineAnswer, GateError>> {
  return askEngineBy(pool, target, new WholeAnswer(room), signal);
}

/** The same, with what `reader` makes of the answer. */
export function askEngineBy<Collected>(
  pool: EnginePool,
  target: string,
  reader: AnswerCollector<Collected>,
  signal: AbortSignal,
): Promise<Result<Collected, GateError>> {
  return new Promise((resolve) => {
    const finish = (outcome: Result<Collected, GateError>): void => {
      signal.removeEventListener("abort", abandon);
      connection.destroy();
      resolve(outcome);
    };
    const fail = (error: GateError): void => finish({ ok: false, error });
    const abandon = (): void =>
      fail(new GateError("engine_answer", "nobody waits for the Docker engine's answer any more"));
    const connection: EngineConnection = pool.acquire(true, {
      engineOnData: (chunk) => {
        const outcome = reader.read(chunk);
        if (outcome !== undefined) finish(outcome);
        return false;
      },
      engineOnEnd: () => finish(reader.end()),
      engineOnDrain: () => undefined,
      engineOnFail: fail,
    });
    signal.addEventListener("abort", abandon, { once: true });
    connection.socket.write(ownRequest(target), "latin1");
  });
}

/** Collects one answer to its end. */
export class WholeAnswer implements AnswerCollector<EngineAnswer> {
  readonly #head: AnswerReader = new AnswerReader(false);
  #body: BodyReader | undefined;
  #endsByClose = false;
  #status = 0;
  readonly #content: GatheredBytes = new GatheredBytes(LOOKUP_ANSWER_LIMIT);
  readonly #room: AnswerRoom;

  /** `room` is asked for the memory that it takes. */
  constructor(room: AnswerRoom) {
    this.#room = room;
  }

  read(chunk: Buffer): Result<EngineAnswer, GateError> | undefined {
    if (this.#body !== undefined) return this.#collect(this.#body, chunk);
    const progress = this.#head.read(chunk);
    if (progress.kind === "partial") return undefined;
    if (progress.kind === "fault") return refuseAnswer(progress.reason);
    if (progress.kind !== "answer") return refuseAnswer("it changed the protocol without being asked");
    const { status, framing } = progress.head;
    this.#status = status;
    if (framing.kind === "none") return this.#whole();
    this.#endsByClose = framing.kind === "close";
    this.#body = openBodyReader(framing);
    return this.#collect(this.#body, progress.rest);
  }

  end(): Result<EngineAnswer, GateError> {
    if (this.#endsByClose) return this.#whole();
    return this.#status === 0
      ? { ok: false, error: new GateError("engine_closed", CLOSED_WITHOUT_ANSWER) }
      : refuseAnswer("it broke off");
  }

  #collect(body: BodyReader, chunk: Buffer): Result<EngineAnswer, GateError> | undefined {
    const progress = body.read(chunk);
    if (!progress.ok) return refuseAnswer(progress.error.reason);
    for (const part of progress.value.data) {
      const full = this.#room.take(part.length);
      if (full !== undefined) return { ok: false, error: full };
      this.#content.add(part);
    }
    return progress.value.done ? this.#whole() : undefined;
  }

  #whole(): Result<EngineAnswer, GateError> {
    return { ok: true, value: { status: this.#status, content: this.#content.whole } };
  }
}

function refuseAnswer(reason: string): Result<EngineAnswer, GateError> {
  return { ok: false, error: notUnderstood(reason) };
}
