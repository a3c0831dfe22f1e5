import { expect, test } from "vitest";
import { expose, type Expositions } from "../../src/metrics/exposition.ts";
import type { MetricSources } from "../../src/metrics/sources.ts";
import { Tally } from "../../src/metrics/tally.ts";

const SOURCES: MetricSources = {
  version: "1",
  isDraining: false,
  engine: { used: 0, idle: 0, opened: 0, isReachable: false },
  seats: { limit: 1, taken: 0 },
  underWay: new Map(),
  policy: undefined,
  droppedLines: new Map(),
  tally: new Tally(),
  eventLoopLag: 0,
};

test("metrics are written once a form for all who wait for an engine that hangs, and anew for who asks later", async () => {
  const underWay: Expositions = new Map();
  const waiting: (() => void)[] = [];
  let looks = 0;
  const look = async (): Promise<MetricSources> => {
    looks += 1;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return SOURCES;
  };
  const ask = (accept: string): ReturnType<typeof expose> => expose(look, accept, underWay);
  const asked = Array.from({ length: 100 }, () => [
    ask("text/plain"),
    ask("application/openmetrics-text"),
  ]).flat();
  expect(looks).toBe(2);
  for (const resolve of waiting.splice(0)) resolve();
  expect(new Set((await Promise.all(asked)).map(({ contentType }) => contentType)).size).toBe(2);
  const later = ask("text/plain");
  expect(looks).toBe(3);
  for (const resolve of waiting.splice(0)) resolve();
  expect(await later).not.toBe(await asked[0]);
});

test("who asks after a failure is not answered by it", async () => {
  const underWay: Expositions = new Map();
  const failing = expose(() => Promise.reject(new Error("no")), undefined, underWay);
  await expect(failing).rejects.toThrow("no");
  expect((await expose(() => Promise.resolve(SOURCES), undefined, underWay)).text).toContain("quaygate_");
});
