import type { OperationName } from "../operations.ts";
import { libpodObjects, type LibpodName } from "./libpod-objects.ts";
import type { ObjectUse } from "./object-use.ts";
import { closed, create, list, namedImage, nothing, one, prune } from "./uses.ts";

/** Ends of a sentence about what a client with a scope may not do. */
const OF_ENGINE = "it shows or slows the engine itself, and with it what all clients do there";
const OF_BUILDS = "builds of all clients share it";
const OF_SWARM = "it changes the swarm, and with it what all clients have there";
const OF_ARCHIVE = "an archive says itself which images it brings and whose names it gives them";
const INSTALLS_PLUGIN = "a plugin serves all clients of the engine, and can't be marked as one client's";

/** What each of Docker's own operations has to do with objects. */
const dockerObjects: Readonly<Record<Exclude<OperationName, LibpodName>, ObjectUse>> = {
  SystemPingHead: nothing,
  SystemPing: nothing,
  SystemAuth: nothing,
  SystemInfo: nothing,
  SystemVersion: nothing,
  RouteOptions: nothing,
  SystemEvents: { use: "events" },
  SystemDataUsage: { use: "usage" },

  ContainerCreate: create("container"),
  ContainerList: list("container"),
  ContainerPrune: prune("container"),
  ContainerDelete: one("container"),
  // The name that one container has for another, which an engine takes for that other where it is not told "link=1".
  ContainerLinkDelete: closed("a legacy link belongs to two containers"),
  ContainerInspect: one("container", 1),
  ContainerKill: one("container", 1),
  ContainerLogs: one("container", 1),
  ContainerPause: one("container", 1),
  ContainerRename: one("container", 1),
  ContainerRestart: one("container", 1),
  ContainerStart: one("container", 1),
  ContainerStats: one("container", 1),
  ContainerStop: one("container", 1),
  ContainerTop: one("container", 1),
  ContainerUnpause: one("container", 1),
  ContainerUpdate: one("container", 1),
  ContainerWait: one("container", 1),

  ContainerArchiveInfo: one("container", 1),
  ContainerArchive: one("container", 1),
  PutContainerArchive: one("container", 1),
  ContainerChanges: one("container", 1),
  CheckpointList: one("container", 1),
  CheckpointCreate: one("container", 1),
  CheckpointDelete: one("container", 2),
  ContainerCopy: one("container", 1),
  ContainerExport: one("container", 1),

  ContainerAttach: one("container", 1),
  ContainerAttachWebsocket: one("container", 2),
  ContainerExec: one("container", 1),
  ContainerResize: one("container", 1),
  ExecInspect: one("exec", 1),
  ExecResize: one("exec", 1),
  ExecStart: one("exec", 1),

  DistributionInspect: nothing,
  ImageSearch: nothing,
  ImageCreate: create("image"),
  ImageCommit: create("image"),
  ImageBuild: create("image"),
  ImageLoad: closed(OF_ARCHIVE),
  ImageList: list("image"),
  ImagePrune: prune("image"),
  ImageGetAll: closed("it gives several images at once"),
  ImageDelete: namedImage(),
  ImageAttestations: one("image", 1),
  ImageGet: namedImage(1, { untagged: "every tag" }),
  ImageHistory: one("image", 1),
  ImageInspect: one("image", 1),
  ImagePush: namedImage(1, { untagged: "every tag", tagKey: "tag" }),
  ImageTag: namedImage(1),

  BuildCancel: closed(OF_BUILDS),
  BuildPrune: closed(OF_BUILDS),
  Grpc: closed(OF_BUILDS),
  Session: closed(OF_BUILDS),

  NetworkList: list("network"),
  NetworkCreate: create("network"),
  NetworkPrune: prune("network"),
  NetworkInspect: one("network"),
  NetworkDelete: one("network"),
  NetworkConnect: one("network", 1),
  NetworkDisconnect: one("network", 1),

  VolumeList: list("volume"),
  VolumeCreate: create("volume"),
  VolumePrune: prune("volume"),
  VolumeInspect: one("volume"),
  VolumeUpdate: one("volume"),
  VolumeDelete: one("volume"),

  SwarmInspect: nothing,
  SwarmUnlockkey: closed("it opens the swarm, and with it what all clients have there"),
  SwarmInit: closed(OF_SWARM),
  SwarmJoin: closed(OF_SWARM),
  SwarmLeave: closed(OF_SWARM),
  SwarmUnlock: closed(OF_SWARM),
  SwarmUpdate: closed(OF_SWARM),
  NodeList: list("node"),
  NodeInspect: one("node"),
  NodeDelete: one("node"),
  NodeUpdate: one("node", 1),

  ServiceList: list("service"),
  ServiceCreate: create("service"),
  ServiceInspect: one("service"),
  ServiceDelete: one("service"),
  ServiceLogs: one("service", 1),
  ServiceUpdate: one("service", 1),
  TaskList: list("task"),
  TaskInspect: one("task"),
  TaskLogs: one("task", 1),

  SecretList: list("secret"),
  SecretCreate: create("secret"),
  SecretInspect: one("secret"),
  SecretDelete: one("secret"),
  SecretUpdate: one("secret", 1),
  ConfigList: list("config"),
  ConfigCreate: create("config"),
  ConfigInspect: one("config"),
  ConfigDelete: one("config"),
  ConfigUpdate: one("config", 1),

  PluginList: list("plugin"),
  PluginInspect: one("plugin", 1),
  // Below API 1.25, where no other path tells of one plugin.
  PluginInspectLegacy: closed("an engine that knows this path can't be asked which plugin it means"),
  PluginDelete: one("plugin"),
  PluginDisable: one("plugin", 1),
  PluginEnable: one("plugin", 1),
  PluginPush: one("plugin", 1),
  PluginSet: one("plugin", 1),
  PluginCreate: closed(INSTALLS_PLUGIN),
  PluginPull: closed(INSTALLS_PLUGIN),
  PluginUpgrade: closed(INSTALLS_PLUGIN),
  GetPluginPrivileges: nothing,

  DebugProfileList: closed(OF_ENGINE),
  DebugCommandLine: closed(OF_ENGINE),
  DebugProfileCpu: closed(OF_ENGINE),
  DebugSymbol: closed(OF_ENGINE),
  DebugTrace: closed(OF_ENGINE),
  DebugProfile: closed(OF_ENGINE),
  DebugVariables: closed(OF_ENGINE),
};

/** What every operation has to do with objects. A new one does not compile until it stands here. */
export const operationObjects: Readonly<Record<OperationName, ObjectUse>> = {
  ...dockerObjects,
  ...libpodObjects,
};
