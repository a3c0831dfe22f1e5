import { describe, expect, test } from "vitest";
import { applyEdits, type Edit } from "../../../src/docker/json/edit.ts";
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
