import { describe, expect, test } from "vitest";
import { applyEdits, type Edit, withMembers } from "../../../src/docker/json/edit.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";

function edited(text: string, edits: readonly Edit[]): string {
  const parsed = parseJson(Buffer.from(text, "utf8"));
  if (!parsed.ok) throw new Error(text);
  const before = serializeJson(parsed.value);
  const after = serializeJson(applyEdits(parsed.value, edits));
  expect(serializeJson(parsed.value)).toBe(before);
  return after;
}

describe("an edit", () => {
  test.each<readonly [string, string, readonly Edit[], string]>([
    [
      "of a member, which keeps its place",
      '{"a":"x","b":1.0}',
      [{ at: ["a"], text: "y" }],
      '{"a":"y","b":1.0}',
    ],
    ["of an entry", '{"a":["x","y"]}', [{ at: ["a", 1], text: "z" }], '{"a":["x","z"]}'],
    ["deep below", '[[{"a":{"b":"x"}}]]', [{ at: [0, 0, "a", "b"], text: "y" }], '[[{"a":{"b":"y"}}]]'],
    ["that leaves a member out", '{"a":"x","b":"y"}', [{ at: ["a"], text: undefined }], '{"b":"y"}'],
    [
      "that leaves entries out beside another",
      '["x",["y"],"z"]',
      [
        { at: [0], text: undefined },
        { at: [2], text: "w" },
      ],
      '[["y"],"w"]',
    ],
    ["of the whole", '"x"', [{ at: [], text: "y" }], '"y"'],
    [
      "beside others",
      '{"a":"x","b":["x","x"]}',
      [
        { at: ["a"], text: "1" },
        { at: ["b", 0], text: "2" },
        { at: ["b", 1], text: "3" },
      ],
      '{"a":"1","b":["2","3"]}',
    ],
    [
      "of a key that is special elsewhere",
      '{"__proto__":"x"}',
      [{ at: ["__proto__"], text: "y" }],
      '{"__proto__":"y"}',
    ],
    ["with quotes in it", '{"a":"x"}', [{ at: ["a"], text: '"},{"' }], String.raw`{"a":"\"},{\""}`],
  ])("%s puts its text there and leaves all else", (_name, text, edits, after) => {
    expect(edited(text, edits)).toBe(after);
  });

  test.each<readonly [string, string, Edit]>([
    ["no such key", '{"a":1}', { at: ["b"], text: "x" }],
    ["no such entry", '["a"]', { at: [1], text: "x" }],
    ["a key of a list", '["a"]', { at: ["0"], text: "x" }],
    ["an index of an object", '{"0":1}', { at: [0], text: "x" }],
    ["something below a text", '{"a":"b"}', { at: ["a", "b"], text: "x" }],
  ])("of what is not there changes nothing: %s", (_name, text, edit) => {
    expect(edited(text, [edit])).toBe(text);
  });
});

describe("members that are put into an object", () => {
  const added = new Map([["a", "1"]]);

  test.each<readonly [string, string, readonly string[], string]>([
    ["beside others", '{"L":{"b":"2"}}', ["L"], '{"L":{"b":"2","a":"1"}}'],
    ["in the place of their own", '{"L":{"a":"2"}}', ["L"], '{"L":{"a":"1"}}'],
    ["that is not there", "{}", ["L"], '{"L":{"a":"1"}}'],
    ["that is null", '{"L":null}', ["L"], '{"L":{"a":"1"}}'],
    ["deep below", '{"T":{"C":{}}}', ["T", "C", "L"], '{"T":{"C":{"L":{"a":"1"}}}}'],
    ["below nothing are left out", '{"T":{}}', ["T", "C", "L"], '{"T":{}}'],
    ["below what is no object are left out", '{"T":[]}', ["T", "L"], '{"T":[]}'],
    ["of which there is no other", "null", [], '{"a":"1"}'],
  ])("%s", (_name, text, at, expected) => {
    const parsed = parseJson(Buffer.from(text, "utf8"));
    expect(parsed.ok && serializeJson(withMembers(parsed.value, at, added))).toBe(expected);
  });
});
