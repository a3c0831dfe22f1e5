import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GatheredLines } from "../../src/audit/gathered-lines.ts";

const LATE = 100;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function gather(): { readonly lines: GatheredLines; readonly pieces: string[] } {
  const pieces: string[] = [];
  return { lines: new GatheredLines((piece) => pieces.push(piece)), pieces };
}

test("a line appears a tenth of a second later at most, with those that came meanwhile", () => {
  const { lines, pieces } = gather();
  lines.add("one\n");
  vi.advanceTimersByTime(LATE - 1);
  lines.add("two\n");
  expect(pieces).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(pieces).toEqual(["one\ntwo\n"]);
  lines.add("three\n");
  vi.advanceTimersByTime(LATE);
  expect(pieces).toEqual(["one\ntwo\n", "three\n"]);
});

test("many lines do not wait for it", () => {
  const { lines, pieces } = gather();
  const line = `${"x".repeat(1023)}\n`;
  for (let count = 0; count < 100; count += 1) lines.add(line);
  expect(pieces).toEqual([line.repeat(32), line.repeat(32), line.repeat(32)]);
  lines.end();
  expect(pieces.join("")).toBe(line.repeat(100));
});

test("nothing wakes a process that has no line to write", () => {
  const { lines, pieces } = gather();
  expect(vi.getTimerCount()).toBe(0);
  lines.add("one\n");
  vi.advanceTimersByTime(LATE);
  lines.end();
  expect(pieces).toEqual(["one\n"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("from its end on no line waits: nobody is there when the timer would fire", () => {
  const { lines, pieces } = gather();
  lines.add("one\n");
  lines.end();
  lines.add("two\n");
  expect(pieces).toEqual(["one\n", "two\n"]);
});
