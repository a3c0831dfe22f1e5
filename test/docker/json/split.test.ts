import { describe, expect, test } from "vitest";
import { ElementSplitter, type Layout } from "../../../src/docker/json/split.ts";

/** What a text gives that comes in these parts: its elements, or why it can't be cut. */
function split(
  layout: Layout,
  parts: readonly (string | Buffer)[],
  most = 1_000,
): readonly string[] | string {
  const splitter = new ElementSplitter(layout, { most, hold: () => true });
  const elements: string[] = [];
  for (const part of [...parts, undefined]) {
    const cut = part === undefined ? splitter.end() : splitter.read(Buffer.from(part));
    if (!cut.ok) return cut.error.kind === "full" ? "full" : cut.error.reason;
    elements.push(...cut.value.map((element) => element?.toString() ?? "(too long)"));
  }
  return elements;
}

/** The same text in two parts, cut at every byte, in single bytes, and whole. */
function* waysToSend(text: string): Generator<readonly Buffer[]> {
  const bytes = Buffer.from(text);
  yield [bytes];
  yield Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
  for (let at = 1; at < bytes.length; at += 1) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

const TEXTS: readonly (readonly [
  what: string,
  layout: Layout,
  text: string,
  gives: readonly string[] | string,
])[] = [
  ["an empty list", "list", "[]", []],
  ["an empty list in white space", "list", " \r\n\t[ \n] \n", []],
  ["a list of one", "list", "[{}]\n", ["{}"]],
  [
    "a list of many",
    "list",
    '[{"a":[1,{"b":2}]},{"c":"]}"},[[]]]',
    ['{"a":[1,{"b":2}]}', '{"c":"]}"}', "[[]]"],
  ],
  [
    "entries of every kind",
    "list",
    '[1 ,"a,b" , null,true,-1.5e3]',
    ["1", '"a,b"', "null", "true", "-1.5e3"],
  ],
  [
    "quotes and backslashes in strings",
    "list",
    String.raw`[{"a":"\"]\\"},"\\\"",{"\\":"{"}]`,
    [String.raw`{"a":"\"]\\"}`, String.raw`"\\\""`, String.raw`{"\\":"{"}`],
  ],
  ["characters of several bytes", "list", '["é","\u{1f600}"]', ['"é"', '"\u{1f600}"']],
  ["an object for a list", "list", "{}", "it is no list"],
  ["null for a list, as engines write an empty one", "list", " null\n", []],
  ["half of null for a list", "list", "nul", "it breaks off"],
  ["null with a gap for a list", "list", "nu ll", "it is no list"],
  ["a list behind null", "list", "null[]", "something follows its end"],
  ["a word for a list", "list", "hello", "it is no list"],
  ["nothing for a list", "list", "", "it breaks off"],
  ["a list that breaks off before its end", "list", "[{}", "it breaks off"],
  ["a list that breaks off behind a comma", "list", "[{},", "it breaks off"],
  ["a list that breaks off in an entry", "list", '[{"a":"', "it breaks off"],
  ["a list that breaks off in a number", "list", "[12", "it breaks off"],
  ["a comma too many", "list", "[{},]", "a value is missing"],
  ["a comma before all", "list", "[,{}]", "a value is missing"],
  ["two commas", "list", "[1,,2]", "a value is missing"],
  ["no comma", "list", "[{}{}]", "two entries have no comma between them"],
  ["a list behind a list", "list", "[][]", "something follows its end"],
  ["a word behind a list", "list", "[]x", "something follows its end"],
  ["events line by line", "sequence", '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ["events without anything between", "sequence", '{"a":1}{"b":2}[]""', ['{"a":1}', '{"b":2}', "[]", '""']],
  ["no event", "sequence", "\n", []],
  ["a number that only the end makes whole", "sequence", "1 23", ["1", "23"]],
  ["an event that breaks off", "sequence", '{"a":1}{"b"', "it breaks off"],
  ["a comma between events", "sequence", "{},{}", "a value is missing"],
  ["an end of nothing", "sequence", "]", "a value is missing"],
  ["one value", "value", ' {"a":[{}]}\n', ['{"a":[{}]}']],
  ["a list as one value", "value", "[1,2]", ["[1,2]"]],
  ["a number as one value", "value", "12", ["12"]],
  ["two values for one", "value", "{}{}", "something follows its end"],
  ["no value", "value", " ", "it breaks off"],
  ["a value that breaks off", "value", '{"a":', "it breaks off"],
];

describe("a text is cut the same, wherever its bytes are parted:", () => {
  test.each(TEXTS)("%s", (_, layout, text, gives) => {
    for (const parts of waysToSend(text)) expect(split(layout, parts)).toEqual(gives);
  });
});

describe("an element that is too long", () => {
  const long = `"${"x".repeat(40)}"`;

  test("is left out, and what stands beside it is not", () => {
    for (const parts of waysToSend(`[1,${long},{"a":${long}},2]`)) {
      expect(split("list", parts, 20)).toEqual(["1", "(too long)", "(too long)", "2"]);
    }
  });

  test("may be as long as the bound", () => {
    for (const parts of waysToSend(long)) {
      expect(split("value", parts, 42)).toEqual([long]);
      expect(split("value", parts, 41)).toEqual(["(too long)"]);
    }
  });

  test("takes no memory beyond the bound, however long it is", () => {
    const held: number[] = [];
    const splitter = new ElementSplitter("list", { most: 100_000, hold: (bytes) => held.push(bytes) > 0 });
    splitter.read(Buffer.from('["'));
    for (let megabytes = 0; megabytes < 8; megabytes += 1) splitter.read(Buffer.alloc(1024 * 1024, "x"));
    splitter.read(Buffer.from('",7]'));
    expect(Math.max(...held)).toBeLessThanOrEqual(100_000);
    expect(held.at(-1)).toBe(0);
  });
});

describe("memory", () => {
  test("is asked for before it is taken, and given back with the element", () => {
    const held: number[] = [];
    const splitter = new ElementSplitter("list", { most: 1_000, hold: (bytes) => held.push(bytes) > 0 });
    splitter.read(Buffer.from('[{"a":'));
    expect(held).toEqual([5]);
    splitter.read(Buffer.from('"bcdef"'));
    expect(held).toEqual([5, 12]);
    splitter.read(Buffer.from("},{}"));
    expect(held).toEqual([5, 12, 0]);
  });

  test("that is not there ends the text", () => {
    const splitter = new ElementSplitter("list", { most: 1_000, hold: () => false });
    expect(splitter.read(Buffer.from("[{},{"))).toEqual({ ok: false, error: { kind: "full" } });
  });

  test("is not asked for what is whole in one part: that is given where it lies", () => {
    const splitter = new ElementSplitter("list", { most: 1_000, hold: () => false });
    const chunk = Buffer.from("[{},7 ]");
    const cut = splitter.read(chunk);
    expect(cut.ok && cut.value.map((element) => element?.buffer === chunk.buffer)).toEqual([true, true]);
  });
});
