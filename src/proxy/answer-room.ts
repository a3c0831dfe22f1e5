import { GateError } from "./gate-error.ts";
import { LARGE_BODY, LOOKUP_ANSWER_LIMIT } from "./limits.ts";

/** The memory that the engine's answers about one request may take, all of them together. */
export class AnswerRoom {
  readonly #takePlace: () => boolean;
  #held = 0;

  /** `takePlace` is asked before there is much to hold. */
  constructor(takePlace: () => boolean) {
    this.#takePlace = takePlace;
  }

  /** Takes room for further bytes, or tells why there is none. */
  take(bytes: number): GateError | undefined {
    this.#held += bytes;
    if (this.#held > LOOKUP_ANSWER_LIMIT) {
      return new GateError("engine_answer", "the Docker engine says too much about what the request names");
    }
    return this.#held > LARGE_BODY && !this.#takePlace() ? tooManyLargeBodies() : undefined;
  }
}

/** The answer to a request that needs much memory while many others hold it. */
export function tooManyLargeBodies(): GateError {
  return new GateError(
    "too_many_large_bodies",
    "too many large requests are judged at the same time; try again",
  );
}
