import type { Result } from "../kernel/result.ts";
import type { Fault } from "./fault.ts";

/** What one chunk from the wire gave of a body. */
export interface BodyProgress {
  /** The content in it: without any framing, or with its chunks where those are kept. */
  readonly data: readonly Buffer[];
  /** How many bytes of content that is. */
  readonly content: number;
  /** Whether the body is complete. */
  readonly done: boolean;
  /** What follows a complete body; empty while it is not complete. */
  readonly rest: Buffer;
}

/** Takes the framing off a body, chunk by chunk. After `done` or a fault it is not read again. */
export interface BodyReader {
  read(chunk: Buffer): Result<BodyProgress, Fault>;
}
