import { describe, expect, test } from "vitest";
import { endpointFacts } from "./facts/facts.ts";

describe("the facts", () => {
  test("give each endpoint a parameter of as many segments as its template has room for", () => {
    const faults = endpointFacts.filter(
      ({ template, parameter }) => template.includes("{") !== (parameter !== "none"),
    );
    expect(faults).toEqual([]);
    expect(new Set(endpointFacts.map(({ parameter }) => parameter))).toEqual(
      new Set(["none", "one", "many"]),
    );
  });
});
