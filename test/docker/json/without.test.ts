import { expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { serializeJson } from "../../../src/docker/json/value.ts";
import { type JsonPath, without } from "../../../src/docker/json/without.ts";

test.each<readonly [string, readonly JsonPath[], string]>([
  ["nothing", [], '{"a":1.0,"b":[{"a":1,"c":2},{"a":3}],"c":{"a":{"a":4}}}'],
  ["a member", [["a"]], '{"b":[{"a":1,"c":2},{"a":3}],"c":{"a":{"a":4}}}'],
  ["a member in a list", [["b", 0, "a"]], '{"a":1.0,"b":[{"c":2},{"a":3}],"c":{"a":{"a":4}}}'],
  [
    "members at several depths",
    [
      ["c", "a", "a"],
      ["b", 1, "a"],
    ],
    '{"a":1.0,"b":[{"a":1,"c":2},{}],"c":{"a":{}}}',
  ],
  ["a member and what stands in it", [["c"], ["c", "a"]], '{"a":1.0,"b":[{"a":1,"c":2},{"a":3}]}'],
  [
    "what is not there",
    [["x"], ["a", "b"], ["b", 7, "a"]],
    '{"a":1.0,"b":[{"a":1,"c":2},{"a":3}],"c":{"a":{"a":4}}}',
  ],
])("leaves out %s, and keeps all else as it was", (_name, paths, expected) => {
  const parsed = parseJson(Buffer.from('{"a":1.0,"b":[{"a":1,"c":2},{"a":3}],"c":{"a":{"a":4}}}'));
  if (!parsed.ok) throw new Error(parsed.error.reason);
  expect(serializeJson(without(parsed.value, paths))).toBe(expected);
});
