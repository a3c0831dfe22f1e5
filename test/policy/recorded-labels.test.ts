import fc from "fast-check";
import { expect, test } from "vitest";
import { mayLackLabels, recordedLabels } from "../../src/policy/recorded-labels.ts";

const PROJECT = "com.docker.compose.project";
const STACK = "com.docker.stack.namespace";

test("a record has the labels by their keys, those of a project and a stack first", () => {
  const labels = new Map([
    ["zebra", "1"],
    [STACK, "web"],
    ["apple", ""],
    [PROJECT, "shop"],
  ]);
  expect(Object.entries(recordedLabels(labels))).toEqual([
    [PROJECT, "shop"],
    [STACK, "web"],
    ["apple", ""],
    ["zebra", "1"],
  ]);
});

test("what there is no room for is left out and never cut, and the project stays", () => {
  const many = Array.from({ length: 100 }, (_, at) => [`a${at}`, "x"] as const);
  const kept = recordedLabels(new Map([...many, ["long", "x".repeat(1000)], [PROJECT, "shop"]]));
  expect(kept[PROJECT]).toBe("shop");
  expect(Object.keys(kept)).toHaveLength(16);
  expect(kept["long"]).toBeUndefined();
});

test("a key that JavaScript has a meaning for is a label like any other", () => {
  expect(JSON.stringify(recordedLabels(new Map([["__proto__", "x"]])))).toBe('{"__proto__":"x"}');
});

test("whatever the labels are, what is kept is bounded and as it was, and tells where some may be left out", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 150 }), fc.string({ maxLength: 150 })), { maxLength: 40 }),
      (entries) => {
        const labels = new Map(entries);
        const kept = Object.entries(recordedLabels(labels));
        expect(kept.every(([key, value]) => labels.get(key) === value)).toBe(true);
        expect(kept.length).toBeLessThanOrEqual(16);
        expect(kept.reduce((sum, [key, value]) => sum + key.length + value.length, 0)).toBeLessThanOrEqual(
          1024,
        );
        const isLacking = entries.some(
          ([key, value]) =>
            labels.get(key) === value &&
            key.length + value.length <= 200 &&
            !kept.some(([known]) => known === key),
        );
        if (isLacking) expect(mayLackLabels(new Map(kept))).toBe(true);
      },
    ),
  );
});
