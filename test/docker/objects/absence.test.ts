import { expect, test } from "vitest";
import { saysNone } from "../../../src/docker/objects/absence.ts";

test.each([
  [404, "web", true],
  [400, "web", true],
  [500, "ab", true],
  [500, "sha256:ab", true],
  [500, "web-1", false],
  [500, "a".repeat(64), false],
  [503, "ab", false],
  [200, "ab", false],
])("a status of %d about %s means that there is no one such object: %s", (status, word, none) => {
  expect(saysNone(status, word)).toBe(none);
});
