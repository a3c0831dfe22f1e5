import { GateError } from "../gate-error.ts";
import { GatheredBytes } from "../kernel/gathered-bytes.ts";
import type { Result } from "../kernel/result.ts";
import { AnswerCollector, type ContentCollector } from "./answer-collector.ts";
import type { AnswerRoom } from "./answer-room.ts";
import type { EngineConnection } from "./connection.ts";
import { LOOKUP_ANSWER_LIMIT } from "./limits.ts";
import { ownRequest } from "./own-request.ts";
import type { EnginePool } from "./pool.ts";

/** A whole answer of the engine to a question of the gate's own. */
export interface EngineAnswer {
  readonly status: number;
  readonly content: Buffer;
}

/** Asks the engine something by GET, on a connection of its own. Resolves at the latest when `signal` aborts. */
export function askEngine(
  pool: EnginePool,
  target: string,
  room: AnswerRoom,
  signal: AbortSignal,
): Promise<Result<EngineAnswer, GateError>> {
  return askEngineBy(pool, target, new WholeContent(room), signal);
}

/** The same, with what `content` makes of the answer. */
export function askEngineBy<Collected>(
  pool: EnginePool,
  target: string,
  content: ContentCollector<Collected>,
  signal: AbortSignal,
): Promise<Result<Collected, GateError>> {
  const answer = new AnswerCollector(content);
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
        const outcome = answer.read(chunk);
        if (outcome !== undefined) finish(outcome);
        return false;
      },
      engineOnEnd: () => finish(answer.end()),
      engineOnDrain: () => undefined,
      engineOnFail: fail,
    });
    signal.addEventListener("abort", abandon, { once: true });
    connection.socket.write(ownRequest(target), "latin1");
  });
}

/** Collects all of an answer. */
export class WholeContent implements ContentCollector<EngineAnswer> {
  readonly #content: GatheredBytes = new GatheredBytes(LOOKUP_ANSWER_LIMIT);
  readonly #room: AnswerRoom;

  /** `room` is asked for the memory that it takes. */
  constructor(room: AnswerRoom) {
    this.#room = room;
  }

  wants(): boolean {
    return true;
  }

  take(part: Buffer): GateError | undefined {
    const full = this.#room.take(part.length);
    if (full === undefined) this.#content.add(part);
    return full;
  }

  finish(status: number): Result<EngineAnswer, GateError> {
    return { ok: true, value: { status, content: this.#content.whole } };
  }
}
