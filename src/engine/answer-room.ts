import type { SplitFault } from "../docker/json/gather.ts";
import { GateError, notUnderstood } from "../gate-error.ts";
import { LOOKUP_ANSWER_LIMIT } from "./limits.ts";

/** The buffer that an answer is gathered in may be so many times as long. */
const BUFFER_FACTOR = 2;

/** The memory that the engine's answers about one request may take, all of them together. */
export class AnswerRoom {
  readonly #hold: (bytes: number) => boolean;
  #held = 0;

  /** `hold` is asked for the memory of all answers so far. */
  constructor(hold: (bytes: number) => boolean) {
    this.#hold = hold;
  }

  /** Takes room for further bytes, or tells why there is none. */
  take(bytes: number): GateError | undefined {
    this.#held += bytes;
    if (this.#held > LOOKUP_ANSWER_LIMIT) {
      return new GateError("engine_answer", "the Docker engine says too much about what the request names");
    }
    return this.#hold(BUFFER_FACTOR * this.#held) ? undefined : tooManyLargeBodies();
  }

  /** Takes room for bytes that are soon given back, by 0, or tells that there is none. */
  lend(bytes: number): boolean {
    return this.#hold(BUFFER_FACTOR * this.#held + bytes);
  }
}

/** The answer to a request that needs memory while others hold it. */
export function tooManyLargeBodies(): GateError {
  return new GateError(
    "too_many_large_bodies",
    "too many large requests are judged at the same time; try again",
  );
}

/** Why an answer can't be read that can't be cut. */
export function errorOfCut(fault: SplitFault): GateError {
  return fault.kind === "full" ? tooManyLargeBodies() : notUnderstood(fault.reason);
}
