import type { OperationName } from "../../../src/docker/operations.ts";

/** Operations whose requests ask for no power, each kind with the reason. A new operation asks for one, or stands here. */
export const UNASKED: readonly { readonly reason: string; readonly operations: readonly OperationName[] }[] =
  [
    {
      reason: "tells of the engine, of its work and of its processor, and of no object of a noun",
      operations: [
        ...(["SystemPingHead", "SystemPing", "SystemPingLibpod", "RouteOptions"] as const),
        ...(["SystemVersion", "SystemVersionLibpod", "SystemInfo", "SystemInfoLibpod"] as const),
        ...(["SystemEvents", "SystemEventsLibpod"] as const),
        ...(["DebugCommandLine", "DebugProfile", "DebugProfileCpu", "DebugProfileList"] as const),
        ...(["DebugSymbol", "DebugTrace", "DebugVariables"] as const),
      ],
    },
    {
      reason: "lists or describes objects: what they are called, how they were made, how large they are",
      operations: [
        ...(["SystemDataUsage", "SystemDataUsageLibpod"] as const),
        ...(["ImageList", "ImageInspect", "ImageHistory", "ImageAttestations"] as const),
        ...(["ImageListLibpod", "ImageInspectLibpod", "ImageHistoryLibpod", "ImageTreeLibpod"] as const),
        ...(["ImageExistsLibpod", "ImageResolveLibpod", "ManifestExistsLibpod"] as const),
        ...(["NetworkList", "NetworkInspect", "NetworkListLibpod", "NetworkInspectLibpod"] as const),
        ...(["NetworkExistsLibpod", "VolumeExistsLibpod", "SecretExistsLibpod"] as const),
        ...(["VolumeList", "VolumeInspect", "VolumeListLibpod", "VolumeInspectLibpod"] as const),
        ...(["NodeList", "NodeInspect", "ServiceList", "ServiceInspect"] as const),
        ...(["TaskList", "TaskInspect", "PluginList", "PluginInspect", "PluginInspectLegacy"] as const),
      ],
    },
    {
      reason: "lists or describes secrets without what they hold",
      operations: ["SecretList", "SecretListLibpod"],
    },
    {
      reason: "shows one container or all: which containers is no power",
      operations: [
        ...(["ContainerList", "ContainerInspect", "ContainerStats", "ContainerWait"] as const),
        ...(["ContainerListLibpod", "ContainerInspectLibpod", "ContainerExistsLibpod"] as const),
        ...(["ContainerStatsLibpod", "ContainersStatsAllLibpod", "ContainerWaitLibpod"] as const),
        ...(["ContainerShowMountedLibpod", "GenerateKubeLibpod", "GenerateSystemdLibpod"] as const),
        ...(["ContainerLogs", "ContainerLogsLibpod", "ServiceLogs", "TaskLogs"] as const),
        ...(["ExecInspect", "ExecInspectLibpod"] as const),
        ...(["PodListLibpod", "PodInspectLibpod", "PodExistsLibpod", "PodStatsAllLibpod"] as const),
      ],
    },
    {
      reason: "starts, stops or deletes what somebody was allowed to make: which of them is no power",
      operations: [
        ...(["ContainerDelete", "ContainerPrune", "ContainerKill", "ContainerPause"] as const),
        ...(["ContainerRestart", "ContainerStop", "ContainerUnpause"] as const),
        ...(["ContainerDeleteLibpod", "ContainerPruneLibpod", "ContainerInitLibpod"] as const),
        ...(["ContainerKillLibpod", "ContainerPauseLibpod", "ContainerRestartLibpod"] as const),
        ...(["ContainerStartLibpod", "ContainerStopLibpod", "ContainerUnpauseLibpod"] as const),
        ...(["PodDeleteLibpod", "PodPruneLibpod", "PodKillLibpod", "PodPauseLibpod"] as const),
        ...(["PodRestartLibpod", "PodStartLibpod", "PodStopLibpod", "PodUnpauseLibpod"] as const),
        ...(["ServiceDelete", "ExecRemoveLibpod"] as const),
      ],
    },
    {
      reason: "talks to a process that somebody was allowed to start: which of them is no power",
      operations: [
        ...(["ContainerAttach", "ContainerAttachWebsocket", "ContainerResize", "ExecStart"] as const),
        ...(["ExecResize", "ContainerResizeLibpod", "ExecResizeLibpod"] as const),
      ],
    },
    {
      reason: "ends a build or forgets what it kept: no image is lost by it",
      operations: ["BuildCancel", "BuildPrune"],
    },
  ];

/** Operations at the path of an object of a noun that do not ask for that noun, each kind with the reason. */
export const OTHERWISE: readonly {
  readonly reason: string;
  readonly operations: readonly OperationName[];
}[] = [
  {
    reason: "asks for podman with its own name: its requests are not looked into",
    operations: [
      ...(["ImageScpLibpod", "ImagePushLibpod", "ImageTagLibpod"] as const),
      ...(["ManifestCreateLibpod", "ManifestModifyLibpod", "ManifestAddLibpod"] as const),
      ...(["ManifestInspectLibpod", "ManifestPushV3Libpod", "ManifestPushLibpod"] as const),
      ...(["NetworkConnectLibpod", "NetworkUpdateLibpod", "SecretInspectLibpod"] as const),
      ...(["VolumeExportLibpod", "VolumeImportLibpod"] as const),
    ],
  },
  {
    reason: "describes a secret without what it holds, but for a query that Podman alone reads",
    operations: ["SecretInspect"],
  },
  {
    reason: "changes only labels, which are asked for themselves",
    operations: ["SecretUpdate", "ConfigUpdate"],
  },
];
