import { expect, test } from "vitest";
import { parsePrivateMemory, privateMemory } from "../../bench/private-memory.ts";

const rollup = [
  "55949c371000-7ffe1af6d000 ---p 00000000 00:00 0                          [rollup]",
  "Rss:                1664 kB",
  "Shared_Clean:       1508 kB",
  "Private_Clean:        44 kB",
  "Private_Dirty:       112 kB",
  "Private_Hugetlb:       0 kB",
  "",
].join("\n");

test("private memory is the clean and the dirty pages that nobody shares", () => {
  expect(parsePrivateMemory(rollup)).toBe(156);
});

test("a rollup without one of the two is refused, and not taken for less memory", () => {
  expect(() => parsePrivateMemory(rollup.replace("Private_Clean", "Shared"))).toThrow("no Private_Clean");
});

test("this very process has some", () => {
  expect(privateMemory(process.pid)).toBeGreaterThan(1_000);
});
