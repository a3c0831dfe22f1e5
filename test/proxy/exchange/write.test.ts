import { Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { writeTogether } from "../../../src/proxy/exchange/write.ts";

const LARGE = 16 * 1024 + 1;

/** What is written to a socket, each piece as it was given. */
function written(head: string | Buffer, data: readonly Buffer[]): readonly unknown[] {
  const socket = new Socket();
  const write = vi.spyOn(socket, "write").mockReturnValue(true);
  writeTogether(socket, head, data);
  return write.mock.calls.map(([piece]) => piece);
}

test("large data are not copied behind their head", () => {
  const [first, second] = [Buffer.alloc(LARGE), Buffer.alloc(1)];
  const pieces = written("head", [first, second]);
  expect(pieces).toHaveLength(3);
  expect(pieces[0]).toBe("head");
  expect(pieces[1]).toBe(first);
  expect(pieces[2]).toBe(second);
});

test("small data leave with their head as one piece", () => {
  expect(written("head", [Buffer.from("a"), Buffer.from("b")])).toEqual([Buffer.from("headab")]);
});

test("a head of bytes leaves with the data behind it as they lie in memory", () => {
  const whole = Buffer.concat([Buffer.from("head"), Buffer.alloc(LARGE)]);
  const pieces = written(whole.subarray(0, 4), [whole.subarray(4)]);
  expect(pieces).toEqual([whole]);
  const [piece] = pieces;
  expect(Buffer.isBuffer(piece) && piece.buffer === whole.buffer).toBe(true);
});

test("a head of bytes is put before data that stand elsewhere", () => {
  const [head, data] = [Buffer.from("head"), Buffer.from("data")];
  const [gap, far] = [Buffer.from("head, data"), Buffer.alloc(LARGE)];
  expect(written(head, [])).toEqual([head]);
  expect(written(head, [data])).toEqual([Buffer.from("headdata")]);
  expect(written(gap.subarray(0, 4), [gap.subarray(6)])).toEqual([Buffer.from("headdata")]);
  expect(written(head, [far])).toEqual([head, far]);
});
