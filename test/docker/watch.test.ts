import { expect, test } from "vitest";
import { catalogue, type Operation, type OperationName } from "../../src/docker/operations.ts";
import { isStream, isWatching } from "../../src/docker/watch.ts";

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

test.each([
  { operation: "ContainerAttach", query: undefined, is: true },
  { operation: "ExecStart", query: undefined, is: true },
  { operation: "ContainerAttachWebsocket", query: undefined, is: true },
  { operation: "Session", query: undefined, is: true },
  { operation: "SystemEvents", query: "until=1700000000", is: true },
  { operation: "ContainerLogs", query: "follow=0", is: true },
  { operation: "ContainerExport", query: undefined, is: true },
  { operation: "ImageBuild", query: undefined, is: true },
  { operation: "PutContainerArchive", query: undefined, is: true },
  { operation: "ContainerStats", query: undefined, is: true },
  { operation: "ContainerStats", query: "stream=1", is: true },
  { operation: "ContainerStats", query: "stream=false", is: false },
  { operation: "ContainerStats", query: "one-shot=1&stream=0", is: false },
  { operation: "ContainerTopLibpod", query: undefined, is: false },
  { operation: "ContainerTopLibpod", query: "stream=1", is: true },
  { operation: "ContainerTop", query: undefined, is: false },
  { operation: "ContainerWait", query: undefined, is: false },
  { operation: "ContainerStop", query: undefined, is: false },
  { operation: "ContainerList", query: "stream=1", is: false },
] as const)("$operation with $query is a stream: $is", ({ operation, query, is }) => {
  expect(isStream(operationOf(operation), query)).toBe(is);
});

test.each([
  { how: "twice, of which engines take one or the other", query: "stream=0&stream=1" },
  { how: "in other letters, which Podman reads as well", query: "stream=0&Stream=1" },
  { how: "in other letters, which dockerd does not read", query: "STREAM=0" },
  { how: "empty, which Podman takes for nothing said", query: "stream=" },
])("to say $how does not hide a stream", ({ query }) => {
  expect(isStream(operationOf("ContainerStats"), query)).toBe(true);
});

function operationOf(name: OperationName): Operation {
  const operation = catalogue.find((known) => known.name === name);
  if (operation === undefined) throw new Error(`there is no ${name}`);
  return operation;
}
