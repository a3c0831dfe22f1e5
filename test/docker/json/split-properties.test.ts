import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { ElementSplitter, type Layout } from "../../../src/docker/json/split.ts";

const RUNS = { numRuns: 2_000 };

/** Parts of a text, cut at any bytes. */
function partsOf(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((one, other) => one - other);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

function split(layout: Layout, parts: readonly Buffer[]): readonly string[] | undefined {
  const splitter = new ElementSplitter(layout, { most: 10_000, hold: () => true });
  const elements: string[] = [];
  for (const part of [...parts, undefined]) {
    const cut = part === undefined ? splitter.end() : splitter.read(part);
    if (!cut.ok) return undefined;
    elements.push(...cut.value.map((element) => element?.toString() ?? ""));
  }
  return elements;
}

const cutting = fc.array(fc.nat(), { maxLength: 6 });
const soup = fc
  .array(
    fc.constantFrom(
      ...['"', "\\", "{", "}", "[", "]", ":", ",", "1", "-", "null", "true", " ", "\n", "a", "\u0000", "é"],
      ...['"a"', '"b":', "[1,2]", '{"a":1}', '{"a":"]"}', String.raw`"\""`],
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));

test("the elements of a list are those that the whole list has, wherever it is parted and however it is spaced", () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.constantFrom(undefined, 1, "\t"),
      cutting,
      (entries, space, cuts) => {
        const bytes = Buffer.from(JSON.stringify(entries, undefined, space));
        const elements = split("list", partsOf(bytes, cuts));
        expect(elements?.map((element): unknown => JSON.parse(element))).toEqual(
          JSON.parse(JSON.stringify(entries)),
        );
      },
    ),
    RUNS,
  );
});

test("values one behind the other are those that were written, with or without a line end between them", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(object), fc.constantFrom("", "\n", " \r\n"), cutting, (values, between, cuts) => {
      const texts = values.map((value) => JSON.stringify(value));
      expect(split("sequence", partsOf(Buffer.from(texts.join(between)), cuts))).toEqual(texts);
    }),
    RUNS,
  );
});

test("whatever comes is cut without an error thrown, and the same wherever it is parted", () => {
  fc.assert(
    fc.property(fc.constantFrom<Layout>("list", "sequence", "value"), soup, cutting, (layout, text, cuts) => {
      const bytes = Buffer.from(text);
      expect(split(layout, partsOf(bytes, cuts))).toEqual(split(layout, [bytes]));
    }),
    RUNS,
  );
});

test("a list whose elements can all be read is one that can be read as a whole, and the other way round", () => {
  const lists = fc.oneof(
    soup,
    soup.map((text) => `[${text}]`),
  );
  let whole = 0;
  fc.assert(
    fc.property(lists, (text) => {
      const bytes = Buffer.from(text);
      const elements = split("list", [bytes]);
      const areRead = elements?.every((element) => parseJson(Buffer.from(element)).ok) === true;
      const parsed = parseJson(bytes);
      // Null is an empty one.
      const isRead = parsed.ok && (parsed.value === null || Array.isArray(parsed.value));
      whole += isRead ? 1 : 0;
      expect(areRead).toBe(isRead);
    }),
    { numRuns: 10_000 },
  );
  expect(whole).toBeGreaterThan(100);
});
