import { HeadReader } from "../http1/head-reader.ts";
import { HEAD_LIMIT } from "../http1/limits.ts";
import { parseResponseHead, type ResponseHead } from "../http1/response-head.ts";

const SWITCHING_PROTOCOLS = 101;
const FIRST_FINAL_STATUS = 200;

/** What is known of the engine's answer after one more chunk. */
export type AnswerProgress =
  | { readonly kind: "partial" }
  /** The head of the final answer, and the bytes behind it. */
  | { readonly kind: "answer"; readonly head: ResponseHead; readonly rest: Buffer }
  /** The engine changes the protocol: what follows is no HTTP/1.1. */
  | { readonly kind: "upgrade"; readonly head: ResponseHead; readonly rest: Buffer }
  | { readonly kind: "fault"; readonly reason: string };

const PARTIAL: AnswerProgress = { kind: "partial" };

/**
 * Reads the head of one answer. Interim answers but 101 are dropped: they are for the sender of an expectation, and the
 * gate sends none (RFC 9110 §15.2).
 */
export class AnswerReader {
  readonly #toHead: boolean;
  readonly #reader: HeadReader = new HeadReader(HEAD_LIMIT);

  /** `toHead` tells that the request was a HEAD. */
  constructor(toHead: boolean) {
    this.#toHead = toHead;
  }

  read(chunk: Buffer): AnswerProgress {
    let bytes = chunk;
    while (bytes.length > 0) {
      const progress = this.#reader.read(bytes);
      if (!progress.ok) {
        return { kind: "fault", reason: progress.error.reason };
      }
      if (!progress.complete) {
        return PARTIAL;
      }
      const head = parseResponseHead(progress.text, this.#toHead);
      if (!head.ok) {
        return { kind: "fault", reason: head.error.reason };
      }
      if (head.value.status >= FIRST_FINAL_STATUS || head.value.status === SWITCHING_PROTOCOLS) {
        const kind = head.value.status === SWITCHING_PROTOCOLS ? "upgrade" : "answer";
        return { kind, head: head.value, rest: progress.rest };
      }
      bytes = progress.rest;
    }
    return PARTIAL;
  }
}
