import { expect, test } from "vitest";
import { parseRequestHead } from "../../src/http1/request-head.ts";
import { memoryInUse } from "../support/memory.ts";

// In a file of its own: what other tests let go of would be counted here.
test("a path that is kept keeps nothing else of a large head", () => {
  const before = memoryInUse().heapUsed;
  const paths = Array.from({ length: 100 }, (_, index) => {
    const text = Buffer.from(
      `GET /containers/${"a".repeat(20)}${index}/json HTTP/1.1\r\nHost: x\r\nX-Pad: ${"a".repeat(200_000)}\r\n`,
      "latin1",
    ).toString("latin1");
    const head = parseRequestHead(text);
    return head.ok ? head.value.path : "";
  });
  expect(memoryInUse().heapUsed - before).toBeLessThan(2_000_000);
  expect(paths.every((path) => path.endsWith("/json"))).toBe(true);
});
