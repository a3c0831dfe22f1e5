import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeadReader } from "../../src/http1/head-reader.ts";
import { HEAD_LIMIT } from "../../src/http1/limits.ts";
import { cut, places } from "../fuzz/request-arbitrary.ts";

const LIMIT = 64;

function bytesOf(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

describe("the head reader", () => {
  test("never holds as much as its limit, whatever comes in whatever chunks", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\r\n", ":", "\n"), maxLength: 200 });
    fc.assert(
      fc.property(text, places, (input, ends) => {
        const reader = new HeadReader(LIMIT);
        for (const chunk of cut(bytesOf(input), ends)) {
          const progress = reader.read(chunk);
          expect(reader.held).toBeLessThan(LIMIT);
          if (!progress.ok || progress.complete) {
            expect(reader.held).toBe(0);
            return;
          }
        }
      }),
    );
  });

  test("gives the same text, rest and fault for any chunks", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "\r\n", "\r", "\n", "\r\n\r\n", " "),
      maxLength: 80,
    });
    fc.assert(
      fc.property(text, places, (input, ends) => {
        expect(readAll(cut(bytesOf(input), ends))).toEqual(readAll([bytesOf(input)]));
      }),
      { numRuns: 1000 },
    );
  });

  test("does not overwrite the rest of one head with the next head", () => {
    const reader = new HeadReader(LIMIT);
    reader.read(bytesOf("GET"));
    const first = reader.read(bytesOf(" /\r\n\r\nrest"));
    reader.read(bytesOf("POST"));
    reader.read(bytesOf(" /\r\nX: y"));
    expect(first).toEqual({ ok: true, complete: true, text: "GET /\r\n", rest: bytesOf("rest") });
  });

  test("does not change when the caller uses a chunk's memory again", () => {
    const reader = new HeadReader(LIMIT);
    const chunk = bytesOf("GET /a");
    reader.read(chunk);
    chunk.fill("x");
    expect(reader.read(bytesOf("\r\n\r\n"))).toMatchObject({ text: "GET /a\r\n" });
  });

  test("reads the next head after a complete one and after a fault", () => {
    const reader = new HeadReader(LIMIT);
    expect(reader.read(bytesOf("A\r\n\r\n"))).toMatchObject({ complete: true, text: "A\r\n" });
    expect(reader.read(bytesOf("A\n"))).toMatchObject({ ok: false });
    expect(reader.read(bytesOf("B\r\nC\r\n\r\n"))).toMatchObject({ complete: true, text: "B\r\nC\r\n" });
  });

  test("is in no hurry with empty chunks", () => {
    const reader = new HeadReader(LIMIT);
    expect(reader.read(bytesOf(""))).toEqual({ ok: true, complete: false });
    reader.read(bytesOf("A"));
    expect(reader.read(bytesOf(""))).toEqual({ ok: true, complete: false });
    expect(reader.read(bytesOf("\r\n\r\n"))).toMatchObject({ text: "A\r\n" });
  });

  test("takes the largest head byte by byte in linear time", () => {
    const head = bytesOf(`${"a".repeat(HEAD_LIMIT - 4)}\r\n\r\n`);
    const started = performance.now();
    expect(readAll(Array.from(head, (_, at) => head.subarray(at, at + 1)))).toMatchObject({ complete: true });
    // Quadratic copying would move 34 GB.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

function readAll(chunks: readonly Buffer[]): unknown {
  const reader = new HeadReader(HEAD_LIMIT);
  for (const [index, chunk] of chunks.entries()) {
    const progress = reader.read(chunk);
    if (!progress.ok) {
      return progress;
    }
    if (progress.complete) {
      return { ...progress, rest: Buffer.concat([progress.rest, ...chunks.slice(index + 1)]) };
    }
  }
  return { held: reader.held };
}
