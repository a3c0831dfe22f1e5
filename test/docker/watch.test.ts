import { expect, test } from "vitest";
import { catalogue } from "../../src/docker/operations.ts";
import { isWatching } from "../../src/docker/watch.ts";

test.each([
  { operation: "SystemEvents", query: undefined, watches: true },
  { operation: "SystemEvents", query: "since=1&filters=%7B%7D", watches: true },
  { operation: "SystemEvents", query: "until=", watches: true },
  { operation: "SystemEvents", query: "until=1700000000", watches: false },
  { operation: "SystemEvents", query: "stream=0", watches: true },
  { operation: "SystemEventsLibpod", query: "stream=false", watches: false },
  { operation: "ContainerLogs", query: "stdout=1", watches: false },
  { operation: "ContainerLogs", query: "follow=0&stdout=1", watches: false },
  { operation: "ContainerLogs", query: "follow=False", watches: false },
  { operation: "ContainerLogs", query: "follow=true&follow=0", watches: true },
  { operation: "ContainerLogs", query: "follow=1", watches: true },
  { operation: "ContainerLogs", query: "follow=1&until=1700000000", watches: false },
  { operation: "ServiceLogs", query: "follow=1", watches: true },
  { operation: "TaskLogs", query: "follow=1", watches: true },
  { operation: "ContainerStats", query: undefined, watches: true },
  { operation: "ContainerStats", query: "stream=1", watches: true },
  { operation: "ContainerStats", query: "stream=", watches: false },
  { operation: "ContainerStats", query: "stream=0&one-shot=1", watches: false },
  { operation: "PodStatsAllLibpod", query: undefined, watches: false },
  { operation: "PodStatsAllLibpod", query: "stream=true", watches: true },
  { operation: "ContainerWait", query: "follow=1", watches: false },
  { operation: "ContainerAttach", query: "stream=1&stdout=1", watches: false },
  { operation: "ContainerExport", query: undefined, watches: false },
  { operation: "ImageBuild", query: "stream=1", watches: false },
] as const)("$operation with $query only watches: $watches", ({ operation, query, watches }) => {
  expect(isWatching(operation, query)).toBe(watches);
});

test("what only watches is read by GET, and streams", () => {
  const watching = catalogue.filter(({ name }) => isWatching(name, "follow=1&stream=1"));
  expect(watching).toHaveLength(12);
  expect(
    watching.every(({ methods, stream, hijack }) => {
      return methods.join(",") === "GET" && stream === "stream" && hijack === "none";
    }),
  ).toBe(true);
});
