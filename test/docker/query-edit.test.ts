import { expect, test } from "vitest";
import type { Edit } from "../../src/docker/json/edit.ts";
import { editQuery } from "../../src/docker/query-edit.ts";

test.each<readonly [string, string | undefined, readonly Edit[], string | undefined]>([
  ["a value", "container=web&repo=a", [{ at: ["?container"], text: "id" }], "container=id&repo=a"],
  [
    "an entry of JSON",
    `cachefrom=${encodeURIComponent('["a","b"]')}&t=1&t=2`,
    [{ at: ["?cachefrom", 0], text: undefined }],
    `cachefrom=${encodeURIComponent('["b"]')}&t=1&t=2`,
  ],
  ["nothing of a body", "a=b", [{ at: ["HostConfig", "PidMode"], text: "x" }], "a=b"],
  ["no key that is not there", "a=b", [{ at: ["?c"], text: "x" }], "a=b"],
  ["nothing where there is none", undefined, [{ at: ["?c"], text: "x" }], undefined],
])("what was found for %s of a query goes on in its place", (_name, query, edits, expected) => {
  expect(editQuery(query, edits)).toBe(expected);
});
