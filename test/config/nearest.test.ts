import { describe, expect, test } from "vitest";
import { nearestName, slipsBetween } from "../../src/config/nearest.ts";

const commands = ["run", "try", "explain", "check", "health"];

describe("the nearest name", () => {
  test.each([
    ["chekc", "check"],
    ["explian", "explain"],
    ["healht", "health"],
    ["helth", "health"],
    ["rn", "run"],
    ["explainxyz", "explain"],
    ["ps", undefined],
    ["t", undefined],
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

describe("between two names", () => {
  test.each([
    ["CONTAINERS", "CONTAINERS", 0],
    ["CONTAINER", "CONTAINERS", 1],
    ["CONTAINERZ", "CONTAINERS", 1],
    ["CONTAINERSS", "CONTAINERS", 1],
    ["CONTIANERS", "CONTAINERS", 1],
    ["PIGN", "PING", 1],
    ["EVNETS", "EVENTS", 1],
    ["CONTIANER", "CONTAINERS", 2],
    ["CNOTAINRES", "CONTAINERS", 2],
    ["CONTAINERS", "CONTAINERS_ALL", 4],
    ["AND", "DNA", 2],
    ["", "", 0],
    ["", "A", 1],
    ["PORT", "POST", 1],
    ["PUT", "POST", 2],
  ])("%j and %j lie %j slips", (name, other, slips) => {
    expect(slipsBetween(name, other)).toBe(slips);
    expect(slipsBetween(other, name)).toBe(slips);
    expect(slipsBetween(name.toLowerCase(), other) >= slips).toBe(true);
  });

  test.each([
    ["CONTAINERS", "KUBERNETES"],
    ["ABCDEFGH", "IJKLMNOP"],
    ["BADCFEHG", "ABCDEFGH"],
  ])("%j and %j lie more than three", (name, other) => {
    expect(slipsBetween(name, other)).toBeGreaterThan(3);
  });
});
