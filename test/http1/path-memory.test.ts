import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { parseRequestHead } from "../../src/http1/request-head.ts";

// In a file of its own: what other tests let go of would be counted here.
test("a path that is kept keeps nothing else of a large head", () => {
  const before = heapInUse();
  const paths = Array.from({ length: 100 }, (_, index) => {
    const text = Buffer.from(
      `GET /containers/${"a".repeat(20)}${index}/json HTTP/1.1\r\nHost: x\r\nX-Pad: ${"a".repeat(200_000)}\r\n`,
      "latin1",
    ).toString("latin1");
    const head = parseRequestHead(text);
    return head.ok ? head.value.path : "";
  });
  expect(heapInUse() - before).toBeLessThan(2_000_000);
  expect(paths.every((path) => path.endsWith("/json"))).toBe(true);
});

/** Bytes of strings and objects that something still holds. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc();");
  return process.memoryUsage().heapUsed;
}
