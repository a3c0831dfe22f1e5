import fc from "fast-check";
import { expect, test } from "vitest";
import { GatheredBytes } from "../../src/kernel/gathered-bytes.ts";
import { memoryInUse } from "../support/memory.ts";

const MOST = 1024 * 1024;

test("gathered bytes are those of all parts, in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (parts) => {
      const gathered = new GatheredBytes(MOST);
      for (const part of parts) gathered.add(Buffer.from(part));
      expect(gathered.length).toBe(parts.reduce((sum, { length }) => sum + length, 0));
      expect(gathered.whole.equals(Buffer.concat(parts))).toBe(true);
    }),
  );
});

test("gathered bytes stay what they were when their source is written again", () => {
  const gathered = new GatheredBytes(MOST);
  const source = Buffer.from("abc");
  gathered.add(source);
  source.fill("x");
  gathered.add(source);
  expect(gathered.whole.toString()).toBe("abcxxx");
});

test("a body that comes in parts of one byte is held in little more than its length", () => {
  const count = 64 * 1024;
  const [bodies, source] = [20, Buffer.alloc(count, "x")];
  const before = bytesInUse();
  const held = Array.from({ length: bodies }, () => {
    const gathered = new GatheredBytes(MOST);
    for (let at = 0; at < count; at += 1) gathered.add(source.subarray(at, at + 1));
    return gathered;
  });
  expect(bytesInUse() - before).toBeLessThan(bodies * count * 4);
  expect(held.every(({ length }) => length === count)).toBe(true);
});

test("gathered bytes tell before how much memory they take, and take no more than they may", () => {
  const gathered = new GatheredBytes(100);
  gathered.add(Buffer.alloc(40));
  expect(gathered.sizeWith(0)).toBe(40);
  expect(gathered.sizeWith(1)).toBe(80);
  gathered.add(Buffer.alloc(30));
  expect([gathered.sizeWith(10), gathered.sizeWith(11)]).toEqual([80, 100]);
  gathered.add(Buffer.alloc(30));
  expect(gathered.whole.buffer.byteLength === 100 || gathered.sizeWith(0) === 100).toBe(true);
});

/** Bytes of objects and buffers that something still holds. */
function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = memoryInUse();
  return heapUsed + arrayBuffers;
}
