import { HeadReader } from "../http1/head-reader.ts";
import { HEAD_LIMIT } from "../http1/limits.ts";
import { parseResponseHead, type ResponseHead } from "../http1/response-head.ts";
import { strangerByHead, strangerByStart } from "./stranger.ts";

const SWITCHING_PROTOCOLS = 101;
const OK = 200;
const FIRST_FINAL_STATUS = 200;

/** The head of the final answer. */
export interface Answer {
  readonly kind: "answer";
  readonly head: ResponseHead;
  /** The bytes of the head, with the empty line that ends it. */
  readonly headBytes: Buffer;
  /** The bytes behind the head: right behind it in memory as well. */
  readonly rest: Buffer;
}

/** What is known of the engine's answer after one more chunk. */
export type AnswerProgress =
  | { readonly kind: "partial" }
  | Answer
  /** The engine changes the protocol, or turns the connection raw: what follows is no HTTP/1.1. */
  | { readonly kind: "upgrade"; readonly head: ResponseHead; readonly rest: Buffer }
  | { readonly kind: "fault"; readonly reason: string };

/** As many as tell what speaks; also of answers that come byte by byte. */
const FIRST_BYTES = 16;

const PARTIAL: AnswerProgress = { kind: "partial" };

/**
 * Reads the head of one answer. Interim answers but 101 are dropped: they are for the sender of an expectation, and the
 * gate sends none (RFC 9110 §15.2).
 */
export class AnswerReader {
  readonly #toHead: boolean;
  readonly #turnsRaw: boolean;
  readonly #reader: HeadReader = new HeadReader(HEAD_LIMIT);
  /** The first bytes, until they are enough to know whether they are HTTP/1.1; undefined from then on. */
  #start: string | undefined = "";

  /** `toHead` tells that the request was a HEAD, `turnsRaw` that the connection may turn raw behind a 200. */
  constructor(toHead: boolean, turnsRaw = false) {
    this.#toHead = toHead;
    this.#turnsRaw = turnsRaw;
  }

  read(chunk: Buffer): AnswerProgress {
    const stranger = this.#start === undefined ? undefined : this.#meet(this.#start, chunk);
    if (stranger !== undefined) {
      return { kind: "fault", reason: stranger };
    }
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
        const complaint = strangerByHead(head.value, progress.rest);
        if (complaint !== undefined) {
          return { kind: "fault", reason: complaint };
        }
        const { text, rest } = progress;
        const isRaw = head.value.status === SWITCHING_PROTOCOLS || (this.#turnsRaw && isHijacked(head.value));
        return isRaw
          ? { kind: "upgrade", head: head.value, rest }
          : { kind: "answer", head: head.value, headBytes: bytesBefore(rest, text.length + LINE_END), rest };
      }
      bytes = progress.rest;
    }
    return PARTIAL;
  }

  /** Tells what answers, where that is no HTTP/1.1. */
  #meet(before: string, chunk: Buffer): string | undefined {
    const start = before + chunk.toString("latin1", 0, FIRST_BYTES);
    this.#start = start.length < FIRST_BYTES ? start : undefined;
    return strangerByStart(start);
  }
}

/** The empty line that ends a head. */
const LINE_END = 2;

/** So many bytes as stand in memory before others. */
function bytesBefore({ buffer, byteOffset }: Buffer, length: number): Buffer {
  return Buffer.from(buffer, byteOffset - length, length);
}

/** The types of the streams for which dockerd takes a connection over without a change of protocol. */
const RAW_STREAM = /^application\/vnd\.docker\.(?:raw|multiplexed)-stream$/u;

function isHijacked({ status, framing, fields }: ResponseHead): boolean {
  const type = fields.find(({ key }) => key === "content-type")?.value ?? "";
  return status === OK && framing.kind === "close" && RAW_STREAM.test(type);
}
