import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { deepestBody } from "../../../src/docker/limits.ts";

const RUNS = { numRuns: 3000 };

function parse(text: string | Buffer): JsonValue | undefined {
  const parsed = parseJson(typeof text === "string" ? Buffer.from(text, "utf8") : text);
  return parsed.ok ? parsed.value : undefined;
}

/** The value as `JSON.parse` would have it. */
function plain(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (isJsonArray(value)) return value.map((entry) => plain(entry));
  if (!isJsonObject(value)) return value;
  const members: Record<string, unknown> = {};
  for (const [key, member] of value) {
    // An assignment would set the prototype for `__proto__`.
    Object.defineProperty(members, key, { value: plain(member), enumerable: true, configurable: true });
  }
  return members;
}

/** What the parser promises not to take, though it is JSON. */
const hasNul = (value: unknown): boolean => JSON.stringify(value).includes(String.raw`\u0000`);

const anything = fc.jsonValue({ maxDepth: 6 }).filter((value) => !hasNul(value));
const keys = fc.constantFrom("a", "b", "A", "HostConfig", "__proto__", "constructor", "length", "", "1", "é");
/** Objects whose keys trip those who hold members in objects. */
const hostile = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string({ unit: "grapheme", maxLength: 3 })),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(keys, tie("value")), { selector: ([key]) => key, maxLength: 4 })
      .map((members) => {
        const made = {};
        for (const [key, value] of members) Object.defineProperty(made, key, { value, enumerable: true });
        return made;
      }),
  ),
})).value;

const numberText = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(fc.constant("0"), fc.bigInt({ min: 1n, max: 10n ** 30n }).map(String)),
    fc.oneof(
      fc.constant(""),
      fc.nat().map((digits) => `.${digits}`),
      fc.constant(".00"),
    ),
    fc.constantFrom("", "e0", "E+400", "e-400", "e007"),
  )
  .map((parts) => parts.join(""));

/** Texts that are nearly JSON: pieces of it in any order. */
const soup = fc
  .array(
    fc.constantFrom(
      ...['"', "\\", "{", "}", "[", "]", ":", ",", "1", "-", ".", "e", "0", "null", "true", " ", "\n", "a"],
      ...['"a"', '"b":', "\\u00", "\\ud83d", "\\ude00", "\u0000", "\ufeff", "é", "[1,2]", '{"a":1}', "//"],
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));

describe("parseJson, whatever it is given,", () => {
  test("never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          soup.map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(() => parseJson(Buffer.from(bytes))).not.toThrow();
        },
      ),
      RUNS,
    );
  });

  test("takes nothing that JSON.parse does not, and reads it the same", () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          soup,
          anything.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const value = parse(text);
          if (value === undefined) return;
          taken += 1;
          expect(plain(value)).toEqual(JSON.parse(text));
        },
      ),
      RUNS,
    );
    expect(taken).toBeGreaterThan(RUNS.numRuns / 4);
  });

  test("takes nothing that JSON.parse refuses, and refuses nothing else but what it names", () => {
    const named = new Set([
      "a key stands twice in one object",
      "a string has half of a character",
      "a string has a NUL character",
      `it is nested deeper than ${deepestBody} levels`,
    ]);
    fc.assert(
      fc.property(soup, (text) => {
        const parsed = parseJson(Buffer.from(text, "utf8"));
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(parsed.ok || !isJson || named.has(parsed.error.reason)).toBe(true);
        expect(parsed.ok && !isJson).toBe(false);
      }),
      { numRuns: 10_000 },
    );
  });

  test("is cut at any byte and neither throws nor takes a part for the whole", () => {
    fc.assert(
      fc.property(fc.oneof(anything, hostile), (value) => {
        const bytes = Buffer.from(JSON.stringify({ value }), "utf8");
        for (let length = 0; length < bytes.length; length += 1) {
          expect(parse(bytes.subarray(0, length))).toBeUndefined();
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("serializeJson", () => {
  test("writes again what was read, for any value", () => {
    fc.assert(
      fc.property(fc.oneof(anything, hostile), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value);
        const read = parse(JSON.stringify(value, undefined, space));
        expect(read).toBeDefined();
        const again = serializeJson(read ?? null);
        expect(JSON.parse(again)).toEqual(JSON.parse(text));
        expect(serializeJson(parse(again) ?? null)).toBe(again);
      }),
      RUNS,
    );
  });

  test("keeps the members' order and every key, whatever it is called", () => {
    fc.assert(
      fc.property(fc.uniqueArray(keys, { minLength: 1 }), (names) => {
        const text = `{${names.map((name, index) => `${JSON.stringify(name)}:${index}`).join(",")}}`;
        expect(serializeJson(parse(text) ?? null)).toBe(text);
      }),
    );
  });

  test("keeps the text of every number", () => {
    fc.assert(
      fc.property(fc.array(numberText), (numbers) => {
        const text = `[${numbers.join(",")}]`;
        expect(serializeJson(parse(text) ?? null)).toBe(text);
      }),
      RUNS,
    );
  });

  test("refuses any object in which a member is repeated, at any level and in any spelling", () => {
    const escaped = (key: string): string =>
      `"${[...Array.from({ length: key.length }).keys()]
        .map((at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, "0")}`)
        .join("")}"`;
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.string({ unit: "grapheme", maxLength: 4 }).filter((key) => !key.includes("\u0000")),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
        fc.array(fc.constantFrom("list", "object"), { maxLength: 6 }),
        fc.nat(),
        fc.boolean(),
        anything,
        (names, levels, which, isEscaped, value) => {
          const members = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
          const name = names[which % names.length] ?? "";
          const repeated = `${isEscaped ? escaped(name) : JSON.stringify(name)}:null`;
          const wrapped = (inner: string): string =>
            levels.reduce((text, level) => (level === "list" ? `[1,${text}]` : `{"a":${text}}`), inner);
          expect(parse(wrapped(`{${members.join(",")}}`))).toBeDefined();
          const parsed = parseJson(Buffer.from(wrapped(`{${[...members, repeated].join(",")}}`), "utf8"));
          expect(parsed).toEqual({ ok: false, error: { reason: "a key stands twice in one object" } });
        },
      ),
      RUNS,
    );
  });
});

describe("JsonNumber", () => {
  test.each([
    ["0", true],
    ["-0", true],
    ["0.000", true],
    ["0e400", true],
    ["-0E-5", true],
    ["1", false],
    ["-1", false],
    ["0.1", false],
    ["1e-300", false],
    ["9223372036854775807", false],
  ])("knows whether %s is 0", (text, isZero) => {
    expect(new JsonNumber(text).isZero).toBe(isZero);
  });
});
