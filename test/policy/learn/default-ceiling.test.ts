import { describe, expect, test } from "vitest";
import { catalogue, libpodOperations, operations } from "../../../src/docker/operations.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { defaultCeiling } from "../../../src/policy/learn/default-ceiling.ts";

const names = defaultCeiling().map(({ name }) => name);

/** Every operation of both APIs is in it or not; a new one changes this list, and a person looks at it. */
const OF_DOCKER: readonly string[] = [
  "SystemPingHead",
  "SystemPing",
  "SystemEvents",
  "SystemInfo",
  "SystemDataUsage",
  "SystemVersion",
  "ContainerList",
  "ContainerInspect",
  "ContainerStats",
  "ContainerTop",
  "ContainerWait",
  "ImageList",
  "ImageAttestations",
  "ImageHistory",
  "ImageInspect",
  "NetworkList",
  "NetworkInspect",
  "VolumeList",
  "VolumeInspect",
  "NodeList",
  "NodeInspect",
  "ServiceList",
  "ServiceInspect",
  "TaskList",
  "TaskInspect",
  "PluginList",
  "PluginInspectLegacy",
  "PluginInspect",
];
const OF_PODMAN: readonly string[] = [
  "SystemPingLibpod",
  "SystemEventsLibpod",
  "SystemInfoLibpod",
  "SystemDataUsageLibpod",
  "SystemVersionLibpod",
  "ContainerListLibpod",
  "ContainerShowMountedLibpod",
  "ContainersStatsAllLibpod",
  "ContainerExistsLibpod",
  "ContainerInspectLibpod",
  "ContainerStatsLibpod",
  "ContainerWaitLibpod",
  "ImageListLibpod",
  "ImageExistsLibpod",
  "ImageHistoryLibpod",
  "ImageInspectLibpod",
  "ImageResolveLibpod",
  "ImageTreeLibpod",
  "ManifestExistsLibpod",
  "PodExistsLibpod",
  "NetworkListLibpod",
  "NetworkExistsLibpod",
  "NetworkInspectLibpod",
  "VolumeListLibpod",
  "VolumeExistsLibpod",
  "VolumeInspectLibpod",
];

describe("what a client that learns may do where nobody says more", () => {
  test("is this of Docker's API, and nothing else", () => {
    expect(operations.flatMap(({ name }) => (names.includes(name) ? [name] : []))).toEqual(OF_DOCKER);
  });

  test("is this of Podman's own API, and nothing else", () => {
    expect(libpodOperations.flatMap(({ name }) => (names.includes(name) ? [name] : []))).toEqual(OF_PODMAN);
  });

  test("changes nothing, and gives no connection away", () => {
    expect(defaultCeiling().filter(({ effect, hijack }) => effect !== "read" || hijack !== "none")).toEqual(
      [],
    );
  });

  test.each([
    ["runs a command, or tells of one that runs", /Exec/u],
    ["reads or writes an archive, or what is in an image", /Archive|Export|Copy|ImageGet|Save|Load|Changes/u],
    ["reads what programs print", /Logs|Attach/u],
    ["is about secrets, configs, or the keys of a swarm", /Secret|Config|Swarm/u],
    ["is BuildKit's", /Session|Grpc|Build/u],
    ["profiles the engine", /Debug/u],
    ["has the engine ask a registry", /Search|Distribution|Auth|Privileges|ManifestInspect/u],
  ])("never %s", (_, pattern) => {
    expect(catalogue.filter(({ name }) => pattern.test(name)).length).toBeGreaterThan(0);
    expect(names.filter((name) => pattern.test(name))).toEqual([]);
  });

  test("asks for no power by being what it is, so for none that reaches the host", () => {
    expect(names.flatMap((name) => operationPowers.get(name)?.itself ?? [])).toEqual([]);
  });
});
