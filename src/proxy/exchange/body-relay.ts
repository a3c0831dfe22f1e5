import type { Socket } from "node:net";
import type { BodyReader } from "../../http1/body-reader.ts";
import type { BodyBound } from "../../http1/bounded-reader.ts";
import { EMPTY } from "../../http1/bytes.ts";
import type { Fault } from "../../http1/fault.ts";
import type { Framing } from "../../http1/framing.ts";
import { openBodyReader } from "../../http1/open-body-reader.ts";
import { LAST_CHUNK, serializeChunk } from "../../http1/serialize.ts";
import type { Result } from "../../kernel/result.ts";
import { writeTogether } from "./write.ts";

/** How far a body is after one more chunk. */
export interface RelayProgress {
  readonly done: boolean;
  /** What follows a complete body. */
  readonly rest: Buffer;
}

/** Passes one body on, from the framing it came in to the framing it goes out with. Holds nothing. */
export class BodyRelay {
  readonly #reader: BodyReader | undefined;
  readonly #framesAnew: boolean;
  readonly #sink: Socket | undefined;
  #done: boolean;
  #bytes = 0;

  /**
   * Without a sink the body is read to its end and dropped. With `keepsChunks` a chunked body stays in its chunks. Of what passes
   * the bound of a body that tells no length nothing goes on.
   */
  constructor(from: Framing, to: Framing, sink: Socket | undefined, keepsChunks = false, bound?: BodyBound) {
    this.#reader = from.kind === "none" ? undefined : openBodyReader(from, keepsChunks, bound);
    this.#framesAnew = to.kind === "chunked" && !keepsChunks;
    this.#sink = sink;
    this.#done = from.kind === "none";
  }

  /** Whether the body is complete. */
  get done(): boolean {
    return this.#done;
  }

  /** Bytes of content so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Passes on what `chunk` holds of the body, behind `head` where that has not gone out yet. */
  relay(chunk: Buffer, head: string | Buffer = ""): Result<RelayProgress, Fault> {
    if (this.#reader === undefined || this.#done) {
      this.#write(head, []);
      return { ok: true, value: { done: true, rest: chunk } };
    }
    if (chunk.length === 0) {
      this.#write(head, []);
      return { ok: true, value: { done: false, rest: EMPTY } };
    }
    const progress = this.#reader.read(chunk);
    if (!progress.ok) {
      return progress;
    }
    const { data, content, done, rest } = progress.value;
    this.#done = done;
    this.#bytes += content;
    this.#write(head, this.#framesAnew ? frame(data, done) : data);
    return { ok: true, value: { done, rest } };
  }

  #write(head: string | Buffer, data: readonly Buffer[]): void {
    if (this.#sink !== undefined) {
      writeTogether(this.#sink, head, data);
    }
  }
}

function frame(data: readonly Buffer[], done: boolean): readonly Buffer[] {
  const framed = serializeChunk(data);
  return done ? [...framed, LAST_CHUNK] : framed;
}
