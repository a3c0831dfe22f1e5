import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkedReader } from "../../src/http1/chunked-reader.ts";
import { CHUNKED_BODY } from "../../src/http1/framing.ts";
import { CHUNK_EXTENSION_LIMIT, TRAILER_LIMIT } from "../../src/http1/limits.ts";
import { LAST_CHUNK, serializeChunk } from "../../src/http1/serialize.ts";
import { ALL_BYTES, cut, places, textOf } from "../fuzz/request-arbitrary.ts";
import { readBody } from "../wire/reading.ts";

const content = textOf(ALL_BYTES, { maxLength: 60 }).map((text) => Buffer.from(text, "latin1"));

describe("the chunked reader", () => {
  test("gives back what serializeChunk framed, in whatever chunks it arrives", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(content, { maxLength: 3 }), { maxLength: 5 }),
        content,
        places,
        (parts, after, ends) => {
          const wire = Buffer.concat([...parts.flatMap(serializeChunk), LAST_CHUNK, after]);
          expect(readBody(cut(wire, ends), CHUNKED_BODY)).toEqual({
            kind: "complete",
            body: Buffer.concat(parts.flat()),
            leftover: after,
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("never throws and reads any bytes the same way in any chunks", () => {
    const wire = fc.oneof(
      textOf('0123aAfF;="x \t\r\n', { maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom("0\r\n", "\r\n", "2\r\n", "ab", "a: b", ";a=b\r\n", "1"),
        maxLength: 20,
      }),
      textOf(ALL_BYTES, { maxLength: 40 }),
    );
    fc.assert(
      fc.property(wire, places, (text, ends) => {
        const bytes = Buffer.from(text, "latin1");
        expect(readBody(cut(bytes, ends), CHUNKED_BODY)).toEqual(readBody([bytes], CHUNKED_BODY));
      }),
      { numRuns: 2000 },
    );
  });

  test("keeps the chunks as they came, without extensions and trailers, wherever they are cut", () => {
    const size = fc.constantFrom("5", "005", "A", "a", "1");
    const extension = fc.constantFrom("", "", ";a", ';a=b;c="d\\"e"');
    const trailer = fc.constantFrom("", "", "X-T: 1\r\n", "X-T: 1\r\nX-U:\r\n");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(size, extension)),
        extension,
        trailer,
        places,
        (chunks, last, tail, ends) => {
          const wireOf = (withRest: boolean): string => {
            const lines = chunks.map(([digits, more]) => {
              const line = `${digits}${withRest ? more : ""}\r\n`;
              return `${line}${"x".repeat(Number.parseInt(digits, 16))}\r\n`;
            });
            return `${lines.join("")}0${withRest ? last : ""}\r\n${withRest ? tail : ""}\r\n`;
          };
          const reader = new ChunkedReader(true);
          let [kept, bytes, rest] = ["", 0, ""];
          let isDone = false;
          for (const piece of cut(Buffer.from(`${wireOf(true)}next`, "latin1"), ends)) {
            if (isDone) {
              rest += piece.toString("latin1");
              continue;
            }
            const progress = reader.read(piece);
            if (!progress.ok) throw new Error(progress.error.reason);
            kept += Buffer.concat(progress.value.data).toString("latin1");
            bytes += progress.value.content;
            isDone = progress.value.done;
            rest += progress.value.rest.toString("latin1");
          }
          const whole = chunks.reduce((sum, [digits]) => sum + Number.parseInt(digits, 16), 0);
          expect({ kept, bytes, rest }).toEqual({ kept: wireOf(false), bytes: whole, rest: "next" });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("keeps nothing of a malformed chunk", () => {
    const reader = new ChunkedReader(true);
    expect(reader.read(Buffer.from("5\r\nhello\r\n0;a b\r\n\r\n", "latin1")).ok).toBe(false);
  });

  test.each([
    ["a size", "", "0", 14],
    ["an extension", "1;", "a", CHUNK_EXTENSION_LIMIT + 1],
    ["a trailer", "0\r\n", "a", TRAILER_LIMIT + 1],
    ["many trailers", "0\r\n", "a:\r\n", TRAILER_LIMIT + 1],
  ])("gives up on %s that never ends", (_, start, repeated, most) => {
    const reader = new ChunkedReader();
    expect(reader.read(Buffer.from(start, "latin1"))).toMatchObject({ ok: true });
    let taken = 0;
    while (reader.read(Buffer.from(repeated, "latin1")).ok) {
      taken += repeated.length;
      expect(taken).toBeLessThan(most);
    }
  });

  test("passes on content as it comes instead of collecting a chunk", () => {
    const reader = new ChunkedReader();
    reader.read(Buffer.from("fffffffffffff\r\n", "latin1"));
    const progress = reader.read(Buffer.from("hello", "latin1"));
    expect(progress).toMatchObject({ ok: true, value: { data: [Buffer.from("hello")], done: false } });
  });
});
