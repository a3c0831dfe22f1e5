import { expect, test } from "vitest";
import { mostPowerCharacters } from "../../../src/docker/limits.ts";
import { Asking } from "../../../src/docker/powers/asking.ts";
import { listOf, mapOf, meaning, struct } from "../../../src/docker/powers/meaning.ts";
import { query } from "../../../src/docker/powers/operation-powers.ts";

test("nothing more is judged once it is known that the request is refused", () => {
  let judged = 0;
  const refused = meaning([], (_value, asking) => {
    judged += 1;
    asking.refuse("is wrong");
  });
  const keyed = mapOf([], (_key, value, asking) => refused.judge(value, asking));
  const table = struct({ A: listOf(refused), B: keyed, C: refused });
  const asking = new Asking();
  const body = new Map([
    ["A", ["x", "y"]],
    ["B", ["x"]],
    ["C", ["x"]],
  ]);
  table.judge(body, asking);
  expect([judged, asking.fault]).toEqual([1, "A[0] is wrong"]);
  keyed.judge(new Map([["k", "v"]]), asking);
  query({ keys: { k: refused } }).judge(new Map([["k", "v"]]), asking, []);
  expect(judged).toBe(1);
});

test("all powers of a request have a bound together", () => {
  const asking = new Asking();
  const value = "x".repeat(mostPowerCharacters / 4);
  for (let count = 0; count < 4; count += 1) asking.ask("command", value);
  expect(asking.fault).toBeUndefined();
  asking.ask("command", "x");
  expect(asking.fault).toBe(`it asks for powers of more than ${mostPowerCharacters} characters together`);
  expect(asking.asked.powers).toHaveLength(4);
});

test("a field below a key of megabytes is named by the beginning of the key", () => {
  const asking = new Asking();
  asking.within("k".repeat(3_000_000), () =>
    asking.within("New", () => asking.ask("field", asking.fieldPath, true)),
  );
  expect(asking.asked.powers.map(({ value }) => value)).toEqual(["k".repeat(120)]);
});
