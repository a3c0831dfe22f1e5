import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clausesOf,
  explainWays,
  missingWays,
  openWay,
  type Requirement,
} from "../../src/policy/requirement.ts";

describe("a requirement", () => {
  test.each<[Requirement, string]>([
    [[], ""],
    [[["A"]], "A=1"],
    [[["A", "B"]], "A=1 and B=1"],
    [[["A"], ["B"]], "one of A=1, B=1"],
    [[["A"], ["B"], ["C"]], "one of A=1, B=1, C=1"],
    [
      [
        ["POST", "A"],
        ["POST", "B"],
      ],
      "POST=1 and one of A=1, B=1",
    ],
    [[["A"], ["POST", "B"]], "A=1, or POST=1 and B=1"],
    [[["A"], ["B"], ["POST", "C"]], "A=1, or B=1, or POST=1 and C=1"],
    [
      [
        ["A", "B"],
        ["C", "D"],
      ],
      "A=1 and B=1, or C=1 and D=1",
    ],
    [
      [
        ["A", "B"],
        ["A", "C", "D"],
      ],
      "A=1 and either B=1, or C=1 and D=1",
    ],
    [[["POST"], ["POST", "A"]], "POST=1"],
  ])("of %j is said as %j", (ways, words) => {
    expect(explainWays(ways)).toBe(words);
  });

  test.each<[Requirement, readonly string[], Requirement]>([
    [[["A", "B"]], [], [["A", "B"]]],
    [[["A", "B"]], ["A"], [["B"]]],
    [[["A"], ["POST", "B"]], ["POST"], [["A"], ["B"]]],
    [
      [
        ["POST", "A"],
        ["POST", "B"],
      ],
      ["B"],
      [["POST"]],
    ],
    [[["A"], ["POST", "B"]], ["B"], [["A"], ["POST"]]],
    [[], ["A"], []],
  ])("of %j with %j on still misses %j", (ways, on, missing) => {
    expect(missingWays(ways, (name) => on.includes(name))).toEqual(missing);
  });

  test.each<[Requirement, readonly string[], readonly string[] | undefined]>([
    [[["A"], ["B"]], ["B"], ["B"]],
    [[["A"], ["B"]], ["B", "A"], ["A"]],
    [
      [["A"], ["POST", "B"]],
      ["POST", "B"],
      ["POST", "B"],
    ],
    [[["A"], ["POST", "B"]], ["B"], undefined],
    [[], ["A"], undefined],
  ])("of %j with %j on is met by %j", (ways, on, way) => {
    expect(openWay(ways, (name) => on.includes(name))).toEqual(way);
  });

  test.each<[Requirement, readonly string[]]>([
    [[["A"]], ["A=1"]],
    [[["A", "B"]], ["A=1", "B=1"]],
    [[["A"], ["B"]], ["A=1|B=1"]],
    [
      [
        ["POST", "A"],
        ["POST", "B"],
      ],
      ["POST=1", "A=1|B=1"],
    ],
    [
      [["A"], ["POST", "B"]],
      ["A=1|POST=1", "A=1|B=1"],
    ],
    [
      [["A"], ["B"], ["POST", "C"]],
      ["A=1|B=1|POST=1", "A=1|B=1|C=1"],
    ],
  ])("of %j is remembered as the settings %j", (ways, clauses) => {
    expect(clausesOf(ways)).toEqual(clauses);
  });
});

describe("any requirement", () => {
  const name = fc.constantFrom<string>("A", "B", "C", "D", "POST");
  const anyWays = fc.array(fc.uniqueArray(name, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 4,
  });

  test("is met by the same switches as the settings that are remembered of it", () => {
    fc.assert(
      fc.property(anyWays, fc.uniqueArray(name), (ways, on) => {
        const met = clausesOf(ways).every((clause) =>
          clause.split("|").some((setting) => on.includes(setting.replace("=1", ""))),
        );
        expect(openWay(ways, (wanted) => on.includes(wanted)) !== undefined).toBe(met);
      }),
      { numRuns: 1000 },
    );
  });

  test("is met by what is on together with any way that it still misses, and misses nothing that is on", () => {
    fc.assert(
      fc.property(anyWays, fc.uniqueArray(name), (ways, on) => {
        const missing = missingWays(ways, (wanted) => on.includes(wanted));
        expect(missing.flat().filter((wanted) => on.includes(wanted))).toEqual([]);
        for (const way of missing) {
          expect(openWay(ways, (wanted) => [...on, ...way].includes(wanted))).toBeDefined();
        }
      }),
      { numRuns: 1000 },
    );
  });
});
