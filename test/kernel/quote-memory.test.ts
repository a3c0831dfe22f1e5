import { expect, test } from "vitest";
import { quote } from "../../src/kernel/quote.ts";
import { memoryInUse } from "../support/memory.ts";

// In a file of its own: what other tests let go of would be counted here.
test("texts that never come again are not kept for ever, nor the heads that they are a part of", () => {
  const before = memoryInUse().heapUsed;
  const padding = "x".repeat(15_000);
  for (let count = 0; count < 20_400; count += 1) {
    const head = Buffer.from(`${padding}${count}-abcdefghijklmnop`, "latin1").toString("latin1");
    quote(head.slice(padding.length));
  }
  expect(memoryInUse().heapUsed - before).toBeLessThan(1024 * 1024);
});
