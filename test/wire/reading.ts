import { openBodyReader } from "../../src/http1/open-body-reader.ts";
import type { Fault } from "../../src/http1/fault.ts";
import type { Framing } from "../../src/http1/framing.ts";
import { HeadReader } from "../../src/http1/head-reader.ts";
import { HEAD_LIMIT } from "../../src/http1/limits.ts";
import { parseRequestHead, type RequestHead } from "../../src/http1/request-head.ts";
import type { Result } from "../../src/kernel/result.ts";

/** What the readers made of some chunks. */
export type Reading<Head> =
  | { readonly kind: "fault"; readonly fault: Fault }
  | { readonly kind: "incomplete"; readonly part: "head" | "body" }
  | { readonly kind: "complete"; readonly head: Head; readonly body: Buffer; readonly leftover: Buffer };

/** What the body readers made of some chunks. */
export type BodyReading =
  | { readonly kind: "fault"; readonly fault: Fault }
  | { readonly kind: "incomplete"; readonly part: "body" }
  | { readonly kind: "complete"; readonly body: Buffer; readonly leftover: Buffer };

/** Reads one message from chunks as a connection does: a head, then its body; what follows is left over. */
export function readMessage<Head extends { readonly framing: Framing }>(
  chunks: readonly Buffer[],
  parseHead: (text: string) => Result<Head, Fault>,
): Reading<Head> {
  const reader = new HeadReader(HEAD_LIMIT);
  for (const [index, chunk] of chunks.entries()) {
    const progress = reader.read(chunk);
    if (!progress.ok) {
      return { kind: "fault", fault: progress.error };
    }
    if (progress.complete) {
      const head = parseHead(progress.text);
      if (!head.ok) {
        return { kind: "fault", fault: head.error };
      }
      const body = readBody([progress.rest, ...chunks.slice(index + 1)], head.value.framing);
      return body.kind === "complete" ? { ...body, head: head.value } : body;
    }
  }
  return { kind: "incomplete", part: "head" };
}

/** Reads one body from chunks; the end of the chunks is the end of the connection. */
export function readBody(chunks: readonly Buffer[], framing: Framing): BodyReading {
  if (framing.kind === "none") {
    return { kind: "complete", body: Buffer.alloc(0), leftover: Buffer.concat(chunks) };
  }
  const reader = openBodyReader(framing);
  const data: Buffer[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const progress = reader.read(chunk);
    if (!progress.ok) {
      return { kind: "fault", fault: progress.error };
    }
    data.push(...progress.value.data);
    if (progress.value.done) {
      const leftover = Buffer.concat([progress.value.rest, ...chunks.slice(index + 1)]);
      return { kind: "complete", body: Buffer.concat(data), leftover };
    }
    if (progress.value.rest.length > 0) {
      throw new Error("a body that is not complete has left bytes over");
    }
  }
  return framing.kind === "close"
    ? { kind: "complete", body: Buffer.concat(data), leftover: Buffer.alloc(0) }
    : { kind: "incomplete", part: "body" };
}

/** A request that was read whole. */
export interface ReadRequest {
  readonly head: RequestHead;
  readonly body: Buffer;
}

/** All the requests of one connection, until it ends, breaks the contract, or may not carry another one. */
export function readRequests(chunks: readonly Buffer[]): {
  readonly requests: readonly ReadRequest[];
  /** Why no more was read. */
  readonly end: "clean" | "fault" | "incomplete" | "not persistent";
} {
  const requests: ReadRequest[] = [];
  let rest = chunks;
  while (rest.some((chunk) => chunk.length > 0)) {
    const reading = readMessage(rest, parseRequestHead);
    if (reading.kind !== "complete") {
      return { requests, end: reading.kind };
    }
    requests.push({ head: reading.head, body: reading.body });
    if (!reading.head.persistent) {
      return { requests, end: "not persistent" };
    }
    rest = [reading.leftover];
  }
  return { requests, end: "clean" };
}

const SHORT = 2048;

/** Two chunks for every place to cut; for long input every place near its ends and some between. */
export function splitsOf(bytes: Buffer): readonly (readonly [Buffer, Buffer])[] {
  const isShort = bytes.length <= SHORT;
  const stride = Math.ceil(bytes.length / 64);
  const splits: (readonly [Buffer, Buffer])[] = [];
  for (let at = 0; at <= bytes.length; at += 1) {
    if (isShort || at < 256 || at > bytes.length - 256 || at % stride === 0) {
      splits.push([bytes.subarray(0, at), bytes.subarray(at)]);
    }
  }
  return splits;
}

/** One chunk for each byte. */
export function singleBytes(bytes: Buffer): readonly Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}
