import { Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { writeTogether } from "../../src/proxy/write.ts";

const LARGE = 16 * 1024 + 1;

/** What is written to a socket, each piece as it was given. */
function written(head: string, data: readonly Buffer[]): readonly unknown[] {
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
