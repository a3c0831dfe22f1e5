import { describe, expect, test } from "vitest";
import type { Log } from "../../src/audit/log.ts";
import { withSummedPolls } from "../../src/audit/polls.ts";
import type { Operation } from "../../src/docker/operations.ts";
import { catalogue } from "../../src/docker/operations.ts";
import { described, pings } from "../../src/policy/words/described.ts";
import { ALLOWED } from "./records.ts";

const ATTEMPTS = 3;

/** Tells whether the log sums it up, by one of its methods, where it was allowed and answered well again and again. */
function isSummed({ name, methods, stream }: Operation): boolean {
  return methods.some((method) => {
    let written = 0;
    const plain: Log = {
      record: () => (written += 1),
      note: () => undefined,
      reopen: () => true,
      droppedLines: new Map(),
      close: () => Promise.resolve(),
    };
    const log = withSummedPolls(plain, "sum", { described, pings });
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      log.record({ ...ALLOWED, operation: name, method, stream });
    }
    return written < ATTEMPTS;
  });
}

const onlyReads = ({ methods }: Operation): boolean =>
  methods.some((method) => /^(?:GET|HEAD)$/u.test(method));
const namesOf = (operations: readonly Operation[]): readonly string[] => operations.map(({ name }) => name);

describe("of all operations, both APIs' together,", () => {
  test("these may be summed up, and no others", () => {
    expect(namesOf(catalogue.filter(isSummed))).toEqual([
      "SystemPingHead",
      "SystemPing",
      "SystemInfo",
      "SystemVersion",
      "ContainerList",
      "ContainerInspect",
      "ContainerTop",
      "ContainerChanges",
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
      "SystemPingLibpod",
      "SystemInfoLibpod",
      "SystemVersionLibpod",
      "ContainerListLibpod",
      "ContainerShowMountedLibpod",
      "ContainerExistsLibpod",
      "ContainerInspectLibpod",
      "ContainerChangesLibpod",
      "ImageListLibpod",
      "ImageChangesLibpod",
      "ImageExistsLibpod",
      "ImageHistoryLibpod",
      "ImageInspectLibpod",
      "ImageResolveLibpod",
      "ImageTreeLibpod",
      "ManifestExistsLibpod",
      "GenerateKubeLibpod",
      "GenerateSystemdLibpod",
      "PodListLibpod",
      "PodExistsLibpod",
      "PodInspectLibpod",
      "NetworkListLibpod",
      "NetworkExistsLibpod",
      "NetworkInspectLibpod",
      "VolumeListLibpod",
      "VolumeExistsLibpod",
      "VolumeInspectLibpod",
    ]);
  });

  test("these have a line each time, although they are short and only read", () => {
    const each = catalogue.filter(
      (operation) => onlyReads(operation) && operation.stream === "none" && !isSummed(operation),
    );
    expect(namesOf(each)).toEqual([
      "ContainerArchiveInfo",
      "CheckpointList",
      "ExecInspect",
      "DistributionInspect",
      "ImageSearch",
      "SwarmInspect",
      "SwarmUnlockkey",
      "ConfigList",
      "ConfigInspect",
      "SecretList",
      "SecretInspect",
      "GetPluginPrivileges",
      "DebugProfileList",
      "DebugCommandLine",
      "DebugSymbol",
      "DebugProfile",
      "DebugVariables",
      "ExecInspectLibpod",
      "ImageSearchLibpod",
      "ManifestInspectLibpod",
      "SecretListLibpod",
      "SecretExistsLibpod",
      "SecretInspectLibpod",
    ]);
  });

  test("none may be summed up that does more than to read", () => {
    expect(namesOf(catalogue.filter(({ name, effect }) => described.has(name) && effect !== "read"))).toEqual(
      [],
    );
  });
});
