import type { Result } from "../kernel/result.ts";
import type { BodyProgress, BodyReader } from "./body-reader.ts";
import { type BodyBound, BoundedReader } from "./bounded-reader.ts";
import { EMPTY } from "./bytes.ts";
import { ChunkedReader } from "./chunked-reader.ts";
import type { Fault } from "./fault.ts";
import type { Framing } from "./framing.ts";

/**
 * Makes the reader for a framing that has a body; `keepsChunks` leaves the content in the chunks that it came in. `bound` is for
 * what does not tell its length: whoever can see a length looks at it first.
 */
export function openBodyReader(
  framing: Exclude<Framing, { readonly kind: "none" }>,
  keepsChunks = false,
  bound?: BodyBound,
): BodyReader {
  switch (framing.kind) {
    case "length":
      return new LengthReader(framing.length);
    case "chunked":
      return bound === undefined
        ? new ChunkedReader(keepsChunks)
        : new BoundedReader(new ChunkedReader(keepsChunks), bound);
    case "close":
      return UNTIL_CLOSE;
  }
}

/** A body that is done when the connection ends: all bytes are content. */
const UNTIL_CLOSE: BodyReader = {
  read: (chunk) => ({ ok: true, value: { data: [chunk], content: chunk.length, done: false, rest: EMPTY } }),
};

class LengthReader implements BodyReader {
  #remaining: number;

  constructor(length: number) {
    this.#remaining = length;
  }

  read(chunk: Buffer): Result<BodyProgress, Fault> {
    if (chunk.length < this.#remaining) {
      this.#remaining -= chunk.length;
      return { ok: true, value: { data: [chunk], content: chunk.length, done: false, rest: EMPTY } };
    }
    const content = this.#remaining;
    this.#remaining = 0;
    return content === chunk.length
      ? { ok: true, value: { data: [chunk], content, done: true, rest: EMPTY } }
      : {
          ok: true,
          value: { data: [chunk.subarray(0, content)], content, done: true, rest: chunk.subarray(content) },
        };
  }
}
