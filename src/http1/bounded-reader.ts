import type { Result } from "../kernel/result.ts";
import type { BodyProgress, BodyReader } from "./body-reader.ts";
import { type Fault, faulty } from "./fault.ts";

/** A bound on the content of a body. */
export interface BodyBound {
  /** In bytes. */
  readonly most: number;
  /** The sentence about what is longer. */
  readonly reason: string;
}

/** Reads a body as another reader does, and none that has more content: what passes the bound is not given. */
export class BoundedReader implements BodyReader {
  readonly #reader: BodyReader;
  readonly #bound: BodyBound;
  #content = 0;

  constructor(reader: BodyReader, bound: BodyBound) {
    this.#reader = reader;
    this.#bound = bound;
  }

  read(chunk: Buffer): Result<BodyProgress, Fault> {
    const progress = this.#reader.read(chunk);
    if (!progress.ok) {
      return progress;
    }
    this.#content += progress.value.content;
    return this.#content > this.#bound.most ? faulty("body_too_large", this.#bound.reason) : progress;
  }
}
