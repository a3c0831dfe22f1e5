import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseQuery, serializeQuery } from "../../src/docker/query.ts";

const noList = (): boolean => false;
const isTag = (key: string): boolean => key === "t";

/** The pairs of a query in their order, or why it is refused. */
function read(text: string, isList: (key: string) => boolean = noList): unknown {
  const parsed = parseQuery(text, isList);
  return parsed.ok ? [...parsed.value] : parsed.error;
}

/** How a query goes on, where it does. */
function again(text: string, isList: (key: string) => boolean = noList): string | undefined {
  const parsed = parseQuery(text, isList);
  return parsed.ok ? serializeQuery(parsed.value) : `refused: ${parsed.error}`;
}

const bad = "the query has a bad escape or is not UTF-8";
const twice = "a key stands twice in the query";

describe("parseQuery", () => {
  test.each<[string, string, [string, string][]]>([
    ["nothing", "", []],
    ["a pair", "name=web", [["name", "web"]]],
    [
      "pairs in their order",
      "b=1&a=2",
      [
        ["b", "1"],
        ["a", "2"],
      ],
    ],
    [
      "empty pieces",
      "&&a=1&&b=2&",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ["a key without a value", "force", [["force", ""]]],
    ["an empty value", "force=", [["force", ""]]],
    ["an empty key", "=x", [["", "x"]]],
    ["the first equals sign only", "filters=a=b", [["filters", "a=b"]]],
    ["an escaped equals sign as a part of the key", "a%3Db=c", [["a=b", "c"]]],
    ["an escaped ampersand as a part of the value", "a=b%26c=d", [["a", "b&c=d"]]],
    ["a plus sign as a space", "a+b=c+d", [["a b", "c d"]]],
    ["an escaped plus sign as one", "a=1%2B1", [["a", "1+1"]]],
    ["an escape once only", "a=%2525", [["a", "%25"]]],
    ["escapes in either case", "a=%c3%A9", [["a", "é"]]],
    ["a semicolon as no separator", "a=1;name=evil", [["a", "1;name=evil"]]],
    [
      "keys in the case they have",
      "name=a&Name=b",
      [
        ["name", "a"],
        ["Name", "b"],
      ],
    ],
    [
      "keys of every object",
      "__proto__=1&constructor=2",
      [
        ["__proto__", "1"],
        ["constructor", "2"],
      ],
    ],
    ["an escaped NUL and line end", "a=%00%0A", [["a", "\u0000\n"]]],
  ])("reads %s", (_name, text, pairs) => {
    expect(read(text)).toEqual(pairs);
  });

  test.each([
    ["a cut escape", "a=%", bad],
    ["an escape of one digit", "a=%4", bad],
    ["an escape without digits", "a=%zz", bad],
    ["a bad escape in a key", "%=1", bad],
    ["a bad escape in a key without a value", "%f", bad],
    ["a byte that is not UTF-8", "a=%ff", bad],
    ["an overlong slash", "a=%c0%af", bad],
    ["an escaped half of a character", "a=%ed%a0%80", bad],
    ["a raw half of a character", "a=\ud800", bad],
    ["a key that stands twice", "name=good&name=evil", twice],
    ["a key that stands twice with one value", "name=a&name=a", twice],
    ["a key that stands twice in two spellings", "name=good&n%61me=evil", twice],
    ["a key that stands twice, once without a value", "name=good&name", twice],
    ["an empty key that stands twice", "=a&=b", twice],
    ["__proto__ that stands twice", "__proto__=a&__proto__=b", twice],
  ])("refuses %s", (_name, text, error) => {
    expect(read(text)).toBe(error);
  });

  test("keeps all values of a list, and makes a list of one", () => {
    expect(read("t=a&x=1&t=b&%74=c", isTag)).toEqual([
      ["t", ["a", "b", "c"]],
      ["x", "1"],
    ]);
    expect(read("t=a", isTag)).toEqual([["t", ["a"]]]);
    expect(read("t=a&x=1&x=2", isTag)).toBe(twice);
  });

  test("reads a list of very many values without copying it each time", () => {
    const many = "t=a&".repeat(200_000);
    expect(read(many, isTag)).toHaveLength(1);
  });
});

describe("serializeQuery", () => {
  test("leaves no character unescaped that the platform escapes", () => {
    for (let code = 0; code < 0x180; code += 1) {
      const text = `a${String.fromCharCode(code)}`;
      expect(serializeQuery(new Map([[text, text]]))).toBe(
        `${encodeURIComponent(text)}=${encodeURIComponent(text)}`,
      );
    }
  });

  test.each([
    ["nothing where there is nothing", "&&", undefined],
    ["a key without a value with its equals sign", "force", "force="],
    ["spaces as escapes", "a+b=c%20d", "a%20b=c%20d"],
    ["a semicolon as an escape, for engines that part pairs at it", "a=1;name=evil", "a=1%3Bname%3Devil"],
    ["what has a meaning in a target as escapes", "a=%26%3D%23%3F%2B%2F%0D%0A", "a=%26%3D%23%3F%2B%2F%0D%0A"],
  ])("writes %s", (_name, text, written) => {
    expect(again(text)).toBe(written);
  });

  test("writes a list as it was repeated", () => {
    expect(again("t=a&x=1&t=b", isTag)).toBe("t=a&t=b&x=1");
  });

  const word = fc.string({ unit: "grapheme", maxLength: 6 });
  const pairs = fc.uniqueArray(fc.tuple(word, word), { selector: ([key]) => key });

  test("writes what is read as the same again, in ASCII and in one way only", () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const written = serializeQuery(new Map(given)) ?? "";
        expect(written).toMatch(/^[\u0021-\u007e]*$/u);
        expect(written).not.toMatch(/[;+#"<>\\^`{|}\s]/u);
        expect(read(written)).toEqual(given);
        expect(again(written) ?? "").toBe(written);
      }),
      { numRuns: 2000 },
    );
  });

  test("writes what every other reader takes for the same pairs", () => {
    const pieces = fc.constantFrom(
      "a",
      "b",
      "=",
      "&",
      "%26",
      "%3D",
      "+",
      "%2B",
      "%25",
      "%C3%A9",
      "é",
      ";",
      "%",
    );
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join("")),
        (text) => {
          const parsed = parseQuery(text, noList);
          if (!parsed.ok) return;
          taken += 1;
          expect([...parsed.value]).toEqual([...new URLSearchParams(text)]);
          expect([...new URLSearchParams(serializeQuery(parsed.value))]).toEqual([...parsed.value]);
        },
      ),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(1000);
  });

  test("never throws for any text", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.string({ maxLength: 20 })),
        (text) => {
          expect(() => again(text)).not.toThrow();
          expect(() => again(text, () => true)).not.toThrow();
        },
      ),
      { numRuns: 1000 },
    );
  });
});
