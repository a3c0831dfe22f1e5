import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson, writeJson } from "../../../src/docker/json/write.ts";

/** Any text that a program can hold, half characters among it. */
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc
    .array(fc.constantFrom("a", '"', "\\", "\n", "\u007f", "\u2028", "é", "\ud83d", "\ude00"))
    .map((all) => all.join("")),
);

const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      texts,
      fc.boolean(),
      fc.constant(null),
      fc.integer().map((one) => new JsonNumber(String(one))),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(texts, tie("value")), { maxLength: 4 }).map((members) => new Map(members)),
  ),
}));

/** The same as the platform writes it, member by member. */
function expected(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text;
  if (isJsonArray(value)) return `[${value.map((entry) => expected(entry)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = [...value].map(([key, member]) => `${JSON.stringify(key)}:${expected(member)}`);
  return `{${members.join(",")}}`;
}

describe("writeJson", () => {
  test("writes any text as the platform does", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(serializeJson(value)).toBe(expected(value));
      }),
      { numRuns: 3000 },
    );
  });

  test.each(["a", "é", "\n", "\u20ac", "\u{1f600}"])("writes as much of it as there is: %j", (letter) => {
    for (const length of [8_190, 16_380, 16_381, 16_382, 16_383, 16_384, 16_385, 40_000, 400_000]) {
      const text = letter.repeat(length / letter.length);
      for (const value of [text, [text, null, text], new Map([["a", new Map([[text, [text, true]]])]])]) {
        expect(serializeJson(value) === expected(value)).toBe(true);
      }
    }
  });

  test("gives bytes that stay as they are when more is written", () => {
    const long = "b".repeat(50_000);
    const first = [writeJson("first"), writeJson([long]), writeJson(new Map([["a", "first"]]))];
    const asTexts = first.map((bytes) => bytes.toString());
    for (const value of ["other", [long.toUpperCase()], "other".repeat(10)]) writeJson(value);
    expect(first.map((bytes) => bytes.toString())).toEqual(asTexts);
    expect(asTexts[0]).toBe('"first"');
    expect(asTexts[1]?.length).toBe(long.length + 4);
  });
});
