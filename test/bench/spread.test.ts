import { describe, expect, test } from "vitest";
import { formatSpread, median } from "../../bench/spread.ts";

describe("median", () => {
  test.each([
    { numbers: [3], middle: 3 },
    { numbers: [10, 9, 2], middle: 9 },
    { numbers: [4, 1, 100, 2], middle: 3 },
  ])("of $numbers is $middle", ({ numbers, middle }) => {
    expect(median(numbers)).toBe(middle);
  });
});

test("the spread is the median with the least and the most", () => {
  expect(formatSpread([1.2, 0.8, 0.91])).toBe("0.91 (0.80-1.20)");
});

test("one number has no spread", () => {
  expect(formatSpread([12.34], 1)).toBe("12.3");
});
