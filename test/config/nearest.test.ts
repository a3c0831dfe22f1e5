import { describe, expect, test } from "vitest";
import { isOneLetterOff, nearestName } from "../../src/config/nearest.ts";

const commands = ["run", "try", "explain", "check", "health"];

describe("the nearest name", () => {
  test.each([
    ["chekc", "check"],
    ["explian", "explain"],
    ["healht", "health"],
    ["helth", "health"],
    ["rn", "run"],
    ["explainxyz", "explain"],
    ["explainwxyz", undefined],
    ["kubernetes", undefined],
    ["completely-else", undefined],
  ])("to %s is %s", (name, nearest) => {
    expect(nearestName(name, commands)).toBe(nearest);
  });

  test("among none is none", () => {
    expect(nearestName("run", [])).toBeUndefined();
  });
});

describe("two names", () => {
  test.each([
    ["CONTAINER", "CONTAINERS", true],
    ["CONTAINERZ", "CONTAINERS", true],
    ["CONTAINERSS", "CONTAINERS", true],
    ["CONTAINERS", "CONTAINERS", false],
    ["CONTIANERS", "CONTAINERS", false],
    ["", "A", true],
  ])("%j and %j are one letter apart: %j", (name, other, answer) => {
    expect(isOneLetterOff(name, other)).toBe(answer);
  });
});
