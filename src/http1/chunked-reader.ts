import type { Result } from "../kernel/result.ts";
import type { BodyProgress, BodyReader } from "./body-reader.ts";
import { CR, EMPTY, LF } from "./bytes.ts";
import { type Fault, type Faulty, faulty } from "./fault.ts";
import { parseFields } from "./fields.ts";
import { HEX_VALUE } from "./grammar.ts";
import { HeadReader } from "./head-reader.ts";
import { CHUNK_EXTENSION_LIMIT, CHUNK_SIZE_DIGITS, TRAILER_LIMIT } from "./limits.ts";

const SEMICOLON = 0x3b;

/** A chunk extension as Node reads it (RFC 9112 §7.1.1): `;name`, `;name=word` or `;name="quoted"`, no white space. */
const EXTENSION =
  /^(?:;[!#$%&'*+.^_`|~\w-]+(?:=(?:[!#$%&'*+.^_`|~\w-]+|"(?:[\t !#-[\]-~]|\\[\t -~])*"))?)+$/u;

/** Fields of framing and routing may not be trailers (RFC 9110 §6.5.1); Node gives them a meaning even there. */
const NO_TRAILERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "host",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

type State =
  | "size"
  | "extension"
  | "size-lf"
  | "data"
  | "data-cr"
  | "data-lf"
  | "trailer-start"
  | "last-lf"
  | "trailer"
  | "done";

/** The line behind the last chunk where no trailer stands between them. */
const NO_TRAILER: Buffer = Buffer.from("\r\n", "latin1");

/** Nothing of what is read goes on for now. */
const NOWHERE = -1;

/**
 * Reads the chunked coding strictly (RFC 9112 §7.1): CRLF line ends only, no white space around the size. Extensions
 * and trailers are checked and dropped, so nothing hidden in them travels: the content is given without framing, or in
 * its chunks as they came, which a stream of megabytes need not be cut into and put together from again.
 */
export class ChunkedReader implements BodyReader {
  readonly #keepsChunks: boolean;
  #state: State = "size";
  #size = 0;
  #sizeDigits = 0;
  #extension = "";
  #extensionsLength = 0;
  #trailer: HeadReader | undefined;

  /** `keepsChunks` leaves the content in its chunks. */
  constructor(keepsChunks = false) {
    this.#keepsChunks = keepsChunks;
  }

  read(chunk: Buffer): Result<BodyProgress, Fault> {
    const data: Buffer[] = [];
    let content = 0;
    // Where the chunks that go on as they came begin.
    let start = this.#keepsChunks && this.#goesOn() ? 0 : NOWHERE;
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === "trailer") {
        return this.#readTrailer(chunk.subarray(at), data, content);
      }
      if (this.#state === "data") {
        const end = Math.min(chunk.length, at + this.#size);
        if (!this.#keepsChunks) {
          data.push(chunk.subarray(at, end));
        }
        content += end - at;
        this.#size -= end - at;
        at = end;
        this.#state = this.#size === 0 ? "data-cr" : "data";
        continue;
      }
      const next = this.#next(this.#state, chunk[at] ?? 0);
      if (typeof next !== "string") {
        return next;
      }
      const wentOn = this.#goesOn();
      this.#state = next;
      if (this.#keepsChunks && wentOn !== this.#goesOn()) {
        if (wentOn && at > start) {
          data.push(chunk.subarray(start, at));
        }
        start = wentOn ? NOWHERE : at;
      }
      // The first byte of a trailer belongs to the trailer's own reader.
      at += next === "trailer" ? 0 : 1;
      if (next === "done") {
        break;
      }
    }
    if (start !== NOWHERE && at > start) {
      data.push(chunk.subarray(start, at));
    }
    const done = this.#state === "done";
    return { ok: true, value: { data, content, done, rest: done ? chunk.subarray(at) : EMPTY } };
  }

  /** Whether what is read now goes on where the chunks are kept. */
  #goesOn(): boolean {
    return this.#state !== "extension" && this.#state !== "trailer";
  }

  /** The state after one byte outside of data and trailers. */
  #next(state: Exclude<State, "data" | "trailer">, byte: number): State | Faulty {
    switch (state) {
      case "size":
        return this.#nextInSize(byte);
      case "extension":
        return this.#nextInExtension(byte);
      case "size-lf":
        return expected(byte, LF, this.#size === 0 ? "trailer-start" : "data");
      case "data-cr":
        return expected(byte, CR, "data-lf");
      case "data-lf":
        this.#sizeDigits = 0;
        return expected(byte, LF, "size");
      case "trailer-start":
        return byte === CR ? "last-lf" : "trailer";
      case "last-lf":
        return expected(byte, LF, "done");
      case "done":
        return faulty("bad_chunk", "bytes follow the end of a chunked body");
    }
  }

  #nextInSize(byte: number): State | Faulty {
    const digit = HEX_VALUE[byte] ?? 0;
    if (digit > 0) {
      this.#size = this.#size * 16 + digit - 1;
      this.#sizeDigits += 1;
      return this.#sizeDigits > CHUNK_SIZE_DIGITS ? faulty("bad_chunk", "a chunk size is too large") : "size";
    }
    if (this.#sizeDigits === 0 || (byte !== CR && byte !== SEMICOLON)) {
      return faulty("bad_chunk", "a chunk size is not a hexadecimal number");
    }
    return byte === CR ? "size-lf" : this.#nextInExtension(byte);
  }

  #nextInExtension(byte: number): State | Faulty {
    if (byte !== CR) {
      this.#extension += String.fromCodePoint(byte);
      this.#extensionsLength += 1;
      return this.#extensionsLength <= CHUNK_EXTENSION_LIMIT
        ? "extension"
        : faulty("bad_chunk", "the chunk extensions are too long");
    }
    if (!EXTENSION.test(this.#extension)) {
      return faulty("bad_chunk", "a chunk extension is malformed");
    }
    this.#extension = "";
    return "size-lf";
  }

  #readTrailer(bytes: Buffer, data: Buffer[], content: number): Result<BodyProgress, Fault> {
    this.#trailer ??= new HeadReader(TRAILER_LIMIT);
    const progress = this.#trailer.read(bytes);
    if (!progress.ok) {
      return faulty("bad_chunk", "the trailer section is malformed or too long");
    }
    if (!progress.complete) {
      return { ok: true, value: { data, content, done: false, rest: EMPTY } };
    }
    const fields = parseFields(progress.text, 0);
    if (!fields.ok || fields.value.some(({ key }) => NO_TRAILERS.has(key))) {
      return faulty(
        "bad_chunk",
        "the trailer section is malformed or holds a field that may not stand there",
      );
    }
    this.#state = "done";
    if (this.#keepsChunks) {
      data.push(NO_TRAILER);
    }
    return { ok: true, value: { data, content, done: true, rest: progress.rest } };
  }
}

function expected(byte: number, wanted: number, next: State): State | Faulty {
  return byte === wanted ? next : faulty("bad_chunk", "a chunk does not end in CRLF");
}
