import { EMPTY } from "./bytes.ts";

// As much of HTTP/2 as it takes to say, in its words, that it is not spoken here. Nothing of a request is read but that
// there is one.

/** The first line of a client that speaks HTTP/2 without asking (RFC 9113 §3.4): no HTTP/1 client can mean it. */
export const HTTP2_PREFACE_LINE = "PRI * HTTP/2.0";

/** What of the preface stands behind its first line and the empty one. */
const PREFACE_REST: number = "SM\r\n\r\n".length;

const FRAME_HEAD = 9;
const DATA = 0x00;
const HEADERS = 0x01;
const SETTINGS = 0x04;
const GOAWAY = 0x07;
const END_STREAM = 0x01;
const END_HEADERS = 0x04;
const STREAM_BITS = 0x7fff_ffff;

/** The frame that a server begins with. */
export const HTTP2_SETTINGS: Buffer = frame(SETTINGS, 0, 0, EMPTY);

/** Passes over what a client says behind the preface's first line, up to the number of the first request's stream. */
export class Http2StreamFinder {
  #passed: number = PREFACE_REST;
  #head: Buffer = EMPTY;

  /** Returns the number as soon as it is known. */
  read(chunk: Buffer): number | undefined {
    let rest = chunk;
    while (rest.length > 0) {
      const over = Math.min(this.#passed, rest.length);
      this.#passed -= over;
      rest = rest.subarray(over);
      const taken = rest.subarray(0, FRAME_HEAD - this.#head.length);
      this.#head = Buffer.concat([this.#head, taken]);
      rest = rest.subarray(taken.length);
      if (this.#head.length === FRAME_HEAD) {
        const { type, length, stream } = frameOf(this.#head);
        if (type === HEADERS) return stream;
        this.#passed = length;
        this.#head = EMPTY;
      }
    }
    return undefined;
  }
}

function frameOf(head: Buffer): { readonly type: number; readonly length: number; readonly stream: number } {
  return {
    length: head.readUIntBE(0, 3),
    type: head.readUInt8(3),
    stream: head.readUInt32BE(5) & STREAM_BITS,
  };
}

/** What an answer in HTTP/2 says. Names and values have less than 127 characters, all of ASCII. */
export interface Http2Answer {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** For a person who looks at the frames. */
  readonly debug: string;
}

/** Writes the answer to a stream, and that the connection takes no other (RFC 9113 §6.8, §8.1). */
export function serializeHttp2Refusal(stream: number, { status, fields, body, debug }: Http2Answer): Buffer {
  const header = Buffer.concat([
    statusField(status),
    ...fields.map(([name, value]) => Buffer.concat([LITERAL, text(name), text(value)])),
  ]);
  const reason = Buffer.alloc(8);
  reason.writeUInt32BE(stream, 0);
  return Buffer.concat([
    frame(HEADERS, END_HEADERS, stream, header),
    frame(DATA, END_STREAM, stream, Buffer.from(body, "utf8")),
    frame(GOAWAY, 0, 0, Buffer.concat([reason, Buffer.from(debug, "utf8")])),
  ]);
}

/** A field that is not indexed, with a name of its own (RFC 7541 §6.2.2). */
const LITERAL: Buffer = Buffer.from([0x00]);
/** The same, with the name `:status` of the static table. */
const LITERAL_STATUS: Buffer = Buffer.from([0x08]);

function statusField(status: number): Buffer {
  return Buffer.concat([LITERAL_STATUS, text(String(status))]);
}

/** A short text that is not compressed (RFC 7541 §5.2). */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, "latin1")]);
}

/** RFC 9113 §4.1. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
