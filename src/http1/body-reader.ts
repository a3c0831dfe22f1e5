import type { Result } from "../kernel/result.ts";
import { EMPTY } from "./bytes.ts";
import { ChunkedReader } from "./chunked-reader.ts";
import type { Fault } from "./fault.ts";
import type { Framing } from "./framing.ts";

/** What one chunk from the wire gave of a body. */
export interface BodyProgress {
  /** The content in it, without any framing. */
  readonly data: readonly Buffer[];
  /** Whether the body is complete. */
  readonly done: boolean;
  /** What follows a complete body; empty while it is not complete. */
  readonly rest: Buffer;
}

/** Takes the framing off a body, chunk by chunk. After `done` or a fault it is not read again. */
export interface BodyReader {
  read(chunk: Buffer): Result<BodyProgress, Fault>;
}

/** Makes the reader for a framing that has a body. */
export function openBodyReader(framing: Exclude<Framing, { readonly kind: "none" }>): BodyReader {
  switch (framing.kind) {
    case "length":
      return new LengthReader(framing.length);
    case "chunked":
      return new ChunkedReader();
    case "close":
      return UNTIL_CLOSE;
  }
}

/** A body that is done when the connection ends: all bytes are content. */
const UNTIL_CLOSE: BodyReader = {
  read: (chunk) => ({ ok: true, value: { data: [chunk], done: false, rest: EMPTY } }),
};

class LengthReader implements BodyReader {
  #remaining: number;

  constructor(length: number) {
    this.#remaining = length;
  }

  read(chunk: Buffer): Result<BodyProgress, Fault> {
    if (chunk.length < this.#remaining) {
      this.#remaining -= chunk.length;
      return { ok: true, value: { data: [chunk], done: false, rest: EMPTY } };
    }
    const end = this.#remaining;
    this.#remaining = 0;
    return end === chunk.length
      ? { ok: true, value: { data: [chunk], done: true, rest: EMPTY } }
      : { ok: true, value: { data: [chunk.subarray(0, end)], done: true, rest: chunk.subarray(end) } };
  }
}
