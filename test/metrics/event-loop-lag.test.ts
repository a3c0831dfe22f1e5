import { expect, test } from "vitest";
import { measureEventLoopLag } from "../../src/metrics/event-loop-lag.ts";

test("the lag of the event loop is at least what the thread is kept busy for meanwhile", async () => {
  const lag = measureEventLoopLag();
  const began = performance.now();
  while (performance.now() - began < 30);
  expect(await lag).toBeGreaterThanOrEqual(0.03);
});
