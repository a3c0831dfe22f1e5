import { describe, expect, test } from "vitest";
import { explainClauses, missingClauses } from "../../src/policy/requirement.ts";

describe("a requirement", () => {
  test.each([
    [[["A"]], "A=1"],
    [[["A"], ["B"]], "A=1 and B=1"],
    [[["A", "B", "C"]], "one of A=1, B=1, C=1"],
    [[["POST"], ["A", "B"]], "POST=1 and one of A=1, B=1"],
    [[], ""],
  ])("of %j is said as %j", (clauses, words) => {
    expect(explainClauses(clauses)).toBe(words);
  });

  test.each([
    [[["A"], ["B", "C"]], [], [["A"], ["B", "C"]]],
    [[["A"], ["B", "C"]], ["A"], [["B", "C"]]],
    [[["A"], ["B", "C"]], ["C"], [["A"]]],
    [[["A"], ["B", "C"]], ["A", "C"], []],
    [[], [], []],
    [[[]], ["A"], [[]]],
  ])("of %j with %j on still misses %j", (clauses, on, missing) => {
    expect(missingClauses(clauses, (name) => on.some((other) => other === name))).toEqual(missing);
  });
});
