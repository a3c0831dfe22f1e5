import { describe, expect, test } from "vitest";
import { formatAim, isAccident, isMet, memoryAims, requestAims, transferAim } from "../../bench/aims.ts";

const most = requestAims.ping[16];

describe("an upper bound", () => {
  test.each([
    { measured: [0.75], met: true, accident: false },
    { measured: [0.76], met: false, accident: false },
    { measured: [1.34], met: false, accident: false },
    { measured: [1.36], met: false, accident: true },
    // The median counts, whatever one round said.
    { measured: [0.7, 0.71, 7], met: true, accident: false },
    { measured: [0.1, 2, 2.1], met: false, accident: true },
  ])("of 0.75 with $measured: met $met, an accident $accident", ({ measured, met, accident }) => {
    expect(isMet(most, measured)).toBe(met);
    expect(isAccident(most, measured)).toBe(accident);
  });

  test("is met by what shrank", () => {
    expect(isMet(memoryAims.growth, [-3])).toBe(true);
  });
});

describe("a lower bound", () => {
  test.each([
    { measured: [0.9], met: true, accident: false },
    { measured: [0.89], met: false, accident: false },
    { measured: [0.51], met: false, accident: false },
    { measured: [0.49], met: false, accident: true },
  ])("of 0.9 with $measured: met $met, an accident $accident", ({ measured, met, accident }) => {
    expect(isMet(transferAim, measured)).toBe(met);
    expect(isAccident(transferAim, measured)).toBe(accident);
  });
});

test("an aim that nothing was measured for is neither met nor missed", () => {
  expect(() => isMet(most, [])).toThrow("nothing was measured");
});

test("an aim says its bound and its unit", () => {
  expect([most, transferAim, memoryAims.idle].map(formatAim)).toEqual([
    "at most 0.75",
    "at least 0.9",
    "at most 13 MiB",
  ]);
});
