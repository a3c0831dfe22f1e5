import { describe, expect, test } from "vitest";
import { catalogue, libpodOperations } from "../../../src/docker/operations.ts";
import { libpodPowers } from "../../../src/docker/powers/libpod.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { askedByRequest } from "./asked.ts";

/** Every operation of Podman's own, by whether it asks for itself. A new one has to be put into one of the lists. */
const ASKING = `
  ContainerArchiveLibpod ContainerAttachLibpod ContainerCheckpointLibpod ContainerCreateLibpod ContainerExecLibpod
  ContainerExportLibpod ContainerHealthcheckLibpod ContainerMountLibpod ContainerRestoreLibpod ContainerTopLibpod
  ContainerUnmountLibpod ContainerUpdateLibpod ExecStartLibpod ImageImportLibpod ImageLoadLibpod ImagePullLibpod
  ImagePushLibpod ImageScpLibpod ImageSearchLibpod ImageTagLibpod ManifestAddLibpod ManifestCreateLibpod
  ManifestInspectLibpod ManifestModifyLibpod ManifestPushLibpod ManifestPushV3Libpod NetworkConnectLibpod
  NetworkCreateLibpod NetworkUpdateLibpod PlayKubeDownLibpod PlayKubeLibpod PodCreateLibpod PodTopLibpod
  PutContainerArchiveLibpod SecretCreateLibpod SecretInspectLibpod SystemCheckLibpod VolumeCreateLibpod
  VolumeExportLibpod VolumeImportLibpod
`;
/** Those that ask for what Docker's twin asks for. */
const TWINS = ["ContainerRenameLibpod"] as const;
const OPEN = `
  ContainerChangesLibpod ContainerDeleteLibpod ContainerExistsLibpod ContainerInitLibpod ContainerInspectLibpod
  ContainerKillLibpod ContainerListLibpod ContainerLogsLibpod ContainerPauseLibpod ContainerPruneLibpod
  ContainerResizeLibpod ContainerRestartLibpod ContainerShowMountedLibpod ContainerStartLibpod
  ContainerStatsLibpod ContainerStopLibpod ContainerUnpauseLibpod ContainerWaitLibpod ContainersStatsAllLibpod
  ExecInspectLibpod ExecRemoveLibpod ExecResizeLibpod GenerateKubeLibpod GenerateSystemdLibpod ImageChangesLibpod
  ImageDeleteAllLibpod ImageDeleteLibpod ImageExistsLibpod ImageExportLibpod ImageGetLibpod ImageHistoryLibpod
  ImageInspectLibpod ImageListLibpod ImagePruneLibpod ImageResolveLibpod ImageTreeLibpod ImageUntagLibpod
  ManifestDeleteLibpod ManifestExistsLibpod NetworkDeleteLibpod NetworkDisconnectLibpod NetworkExistsLibpod
  NetworkInspectLibpod NetworkListLibpod NetworkPruneLibpod PodDeleteLibpod PodExistsLibpod PodInspectLibpod
  PodKillLibpod PodListLibpod PodPauseLibpod PodPruneLibpod PodRestartLibpod PodStartLibpod PodStatsAllLibpod
  PodStopLibpod PodUnpauseLibpod SecretDeleteLibpod SecretExistsLibpod SecretListLibpod SystemDataUsageLibpod
  SystemEventsLibpod SystemInfoLibpod SystemPingLibpod SystemPruneLibpod SystemVersionLibpod VolumeDeleteLibpod
  VolumeExistsLibpod VolumeInspectLibpod VolumeListLibpod VolumePruneLibpod
`;

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/u);
}

describe("Podman's own operations", () => {
  test("are each decided here", () => {
    const names = libpodOperations.map(({ name }) => name);
    expect(names.toSorted()).toEqual([...words(ASKING), ...TWINS, ...words(OPEN)].toSorted());
  });

  test("ask for themselves, for what Docker's twin asks for, or for nothing", () => {
    expect(Object.keys(libpodPowers).toSorted()).toEqual([...words(ASKING), ...TWINS].toSorted());
  });

  test("ask for a container's new name as Docker's do", () => {
    const { ContainerRenameLibpod: powers = {} } = libpodPowers;
    expect(askedByRequest(powers, { query: "name=web" }).powers).toEqual(["name:web", "rename:web"]);
    expect(askedByRequest(powers, { query: "Name=web" }).powers).toEqual(["field:?Name"]);
  });

  // A start has no HostConfig and no checkpoint here; what Docker reads no query for, Podman's own clients write one for.
  test("are open only where Docker's twin asks for nothing, but for a known few", () => {
    const guarded = words(OPEN).filter((name) => {
      const twin = catalogue.find((operation) => `${operation.name}Libpod` === name);
      return twin !== undefined && operationPowers.has(twin.name);
    });
    expect(guarded).toEqual(["ContainerStartLibpod", "NetworkDeleteLibpod"]);
  });

  test.each(libpodOperations.filter(({ name }) => words(ASKING).includes(name)))(
    "$name asks for itself alone, and its body is not looked into",
    ({ name }) => {
      const powers = libpodPowers[name] ?? {};
      expect(askedByRequest(powers, { body: { privileged: true } }).powers).toEqual([`podman:${name}`]);
      expect(Object.keys(powers)).toEqual(["itself"]);
    },
  );

  test("ask for themselves when they run something or take something in, but for a known few", () => {
    const openWrites = libpodOperations.filter(
      ({ name, effect }) => effect !== "read" && libpodPowers[name] === undefined,
    );
    const verb =
      /(?:Start|Stop|Kill|Restart|Pause|Unpause|Init|Resize|Delete|DeleteAll|Remove|Prune|Untag|Disconnect)Libpod$/u;
    expect(openWrites.length).toBeGreaterThan(20);
    expect(openWrites.filter(({ name }) => !verb.test(name))).toEqual([]);
  });
});
