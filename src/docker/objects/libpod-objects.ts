import type { OperationName } from "../operations.ts";
import type { ObjectUse } from "./object-use.ts";
import { closed, list, namedImage, nothing, one } from "./uses.ts";

/** The names of Podman's own operations. */
export type LibpodName = Extract<OperationName, `${string}Libpod`>;

/** Ends of a sentence about what a client with a scope may not do. */
const UNREAD = "nobody looks into the bodies of Podman's own API, so what it makes can't be marked";
const UNNAMED = "Podman's own API says in an unread body or query which objects it means";
const OF_ALL = "it acts on what all clients have";
const OF_PODS = "a pod is several containers, which may be of several clients";
const OF_MANIFESTS = "a manifest list takes images by names that nobody looks into";

/**
 * What each of Podman's own operations has to do with objects: the same as its Docker twin where its path names one. What
 * takes names elsewhere is closed, for these bodies are not read.
 */
export const libpodObjects: Readonly<Record<LibpodName, ObjectUse>> = {
  SystemPingLibpod: nothing,
  SystemInfoLibpod: nothing,
  SystemVersionLibpod: nothing,
  SystemEventsLibpod: { use: "events" },
  SystemDataUsageLibpod: { use: "usage" },
  SystemCheckLibpod: closed(OF_ALL),
  SystemPruneLibpod: closed(OF_ALL),

  ContainerCreateLibpod: closed(UNREAD),
  ContainerListLibpod: list("container"),
  ContainerPruneLibpod: closed(OF_ALL),
  ContainerShowMountedLibpod: closed("it tells where the files of all containers are"),
  ContainersStatsAllLibpod: closed("it tells what all containers take"),
  ContainerDeleteLibpod: one("container"),
  ContainerExistsLibpod: one("container", 1),
  ContainerInitLibpod: one("container", 1),
  ContainerInspectLibpod: one("container", 1),
  ContainerKillLibpod: one("container", 1),
  ContainerPauseLibpod: one("container", 1),
  ContainerRenameLibpod: one("container", 1),
  ContainerRestartLibpod: one("container", 1),
  ContainerStartLibpod: one("container", 1),
  ContainerStatsLibpod: one("container", 1),
  ContainerStopLibpod: one("container", 1),
  ContainerUnpauseLibpod: one("container", 1),
  ContainerUpdateLibpod: one("container", 1),
  ContainerWaitLibpod: one("container", 1),

  ContainerArchiveLibpod: one("container", 1),
  PutContainerArchiveLibpod: one("container", 1),
  ContainerChangesLibpod: one("container", 1),
  ContainerCheckpointLibpod: one("container", 1),
  ContainerExportLibpod: one("container", 1),
  ContainerHealthcheckLibpod: one("container", 1),
  ContainerLogsLibpod: one("container", 1),
  ContainerMountLibpod: one("container", 1),
  ContainerTopLibpod: one("container", 1),
  ContainerUnmountLibpod: one("container", 1),
  ContainerRestoreLibpod: closed("it can make any container from an archive"),

  ContainerAttachLibpod: one("container", 1),
  ContainerExecLibpod: one("container", 1),
  ContainerResizeLibpod: one("container", 1),
  ExecInspectLibpod: one("exec", 1),
  ExecRemoveLibpod: one("exec", 1),
  ExecResizeLibpod: one("exec", 1),
  ExecStartLibpod: one("exec", 1),

  ImageListLibpod: list("image"),
  ImageSearchLibpod: nothing,
  ImageResolveLibpod: nothing,
  ImageChangesLibpod: one("image", 1),
  ImageDeleteLibpod: namedImage(),
  ImageExistsLibpod: one("image", 1),
  ImageGetLibpod: namedImage(1),
  ImageHistoryLibpod: one("image", 1),
  ImageInspectLibpod: one("image", 1),
  ImagePushLibpod: namedImage(1),
  ImageTreeLibpod: one("image", 1),
  ImageDeleteAllLibpod: closed(UNNAMED),
  ImageExportLibpod: closed(UNNAMED),
  ImageImportLibpod: closed(UNREAD),
  ImageLoadLibpod: closed(UNREAD),
  ImagePruneLibpod: closed(OF_ALL),
  ImagePullLibpod: closed(UNNAMED),
  ImageScpLibpod: closed("it carries images between hosts and users"),
  ImageTagLibpod: closed(UNNAMED),
  ImageUntagLibpod: closed(UNNAMED),

  ManifestAddLibpod: closed(OF_MANIFESTS),
  ManifestCreateLibpod: closed(OF_MANIFESTS),
  ManifestDeleteLibpod: closed(OF_MANIFESTS),
  ManifestExistsLibpod: closed(OF_MANIFESTS),
  ManifestInspectLibpod: closed(OF_MANIFESTS),
  ManifestModifyLibpod: closed(OF_MANIFESTS),
  ManifestPushLibpod: closed(OF_MANIFESTS),
  ManifestPushV3Libpod: closed(OF_MANIFESTS),

  NetworkListLibpod: list("network"),
  NetworkCreateLibpod: closed(UNREAD),
  NetworkPruneLibpod: closed(OF_ALL),
  NetworkConnectLibpod: closed(UNNAMED),
  NetworkDisconnectLibpod: closed(UNNAMED),
  NetworkDeleteLibpod: one("network"),
  NetworkExistsLibpod: one("network", 1),
  // From Podman 5 on.
  NetworkInspectLibpod: closed("it tells of all containers in a network"),
  NetworkUpdateLibpod: one("network", 1),

  VolumeListLibpod: list("volume"),
  VolumeCreateLibpod: closed(UNREAD),
  VolumePruneLibpod: closed(OF_ALL),
  VolumeDeleteLibpod: one("volume"),
  VolumeExistsLibpod: one("volume", 1),
  VolumeExportLibpod: one("volume", 1),
  VolumeImportLibpod: one("volume", 1),
  VolumeInspectLibpod: one("volume", 1),

  SecretListLibpod: list("secret"),
  SecretCreateLibpod: closed(UNREAD),
  SecretDeleteLibpod: one("secret"),
  SecretExistsLibpod: one("secret", 1),
  SecretInspectLibpod: one("secret", 1),

  GenerateKubeLibpod: closed(OF_PODS),
  GenerateSystemdLibpod: closed(OF_PODS),
  PlayKubeLibpod: closed(OF_PODS),
  PlayKubeDownLibpod: closed(OF_PODS),
  PodCreateLibpod: closed(OF_PODS),
  PodDeleteLibpod: closed(OF_PODS),
  PodExistsLibpod: closed(OF_PODS),
  PodInspectLibpod: closed(OF_PODS),
  PodKillLibpod: closed(OF_PODS),
  PodListLibpod: closed(OF_PODS),
  PodPauseLibpod: closed(OF_PODS),
  PodPruneLibpod: closed(OF_PODS),
  PodRestartLibpod: closed(OF_PODS),
  PodStartLibpod: closed(OF_PODS),
  PodStatsAllLibpod: closed(OF_PODS),
  PodStopLibpod: closed(OF_PODS),
  PodTopLibpod: closed(OF_PODS),
  PodUnpauseLibpod: closed(OF_PODS),
};
