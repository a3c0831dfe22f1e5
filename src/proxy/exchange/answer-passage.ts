import type { GateError } from "../../gate-error.ts";
import type { ResponseHead } from "../../http1/response-head.ts";

/** What one chunk from the engine did. */
export type AnswerOutcome =
  | { readonly kind: "partial" }
  | { readonly kind: "done" }
  | { readonly kind: "upgrade"; readonly head: ResponseHead; readonly rest: Buffer }
  | { readonly kind: "fault"; readonly error: GateError };

/** The way of one answer from the engine to the client. */
export interface AnswerPassage {
  /** Whether the engine has sent anything. */
  readonly heard: boolean;
  /** Bytes of content so far, as the client gets them. */
  readonly bytes: number;
  /** Whether the answer is complete when the engine closes, and not before. */
  readonly endsByClose: boolean;
  /** Whether the engine's connection is fit for another exchange after a complete answer. */
  readonly reusable: boolean;
  /**
   * What nothing more is to be read for: the engine's answer to a question, a client that has not read all of it, or others,
   * who have their turn.
   */
  readonly waits: "nothing" | "engine" | "client" | "others";
  /** Takes the next bytes from the engine. Not while it waits. */
  read(chunk: Buffer): AnswerOutcome;
  /** The engine has closed, and that is the end of the answer. */
  end(): AnswerOutcome;
  /** The client has read all that was sent. Only what counts that needs to know. */
  clientOnDrain?(): void;
  /** Nobody wants the answer any more. */
  abandon(): void;
}

/** More of the answer is to come. */
export const PARTIAL: AnswerOutcome = { kind: "partial" };

/** The client has the whole answer. */
export const DONE: AnswerOutcome = { kind: "done" };
