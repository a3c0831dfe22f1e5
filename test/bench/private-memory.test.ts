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

test("private memory is the written pages that nobody shares, and not those of the program's file", () => {
  expect(parsePrivateMemory(rollup)).toBe(112);
});

test("a rollup without them is refused, and not taken for no memory", () => {
  expect(() => parsePrivateMemory(rollup.replace("Private_Dirty", "Shared"))).toThrow("no Private_Dirty");
});

test("this very process has some", () => {
  expect(privateMemory(process.pid)).toBeGreaterThan(1_000);
});
