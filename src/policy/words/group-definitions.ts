import type { OperationName } from "../../docker/operations.ts";

/** A group as far as it is about Docker's API. */
export interface GroupDefinition {
  /** What a client may do that has the word: a plain phrase, lower case, no full stop. */
  readonly does: string;
  readonly operations: readonly OperationName[];
}

/**
 * The whole vocabulary, in the order of the page about it. What ends in `:read` reads descriptions. Contents are no part of
 * it: files, logs, output and commands have words of their own.
 */
const definitions = {
  ping: {
    does: "ask whether an engine is there and which API version it speaks, as most programs do first",
    operations: ["SystemPing", "SystemPingHead"],
  },
  "system:read": {
    does: "read what the engine and its host are, and how much is stored there",
    operations: ["SystemVersion", "SystemInfo", "SystemDataUsage"],
  },
  events: { does: "follow all that happens on the engine", operations: ["SystemEvents"] },
  "containers:read": {
    does: "list containers and read what they are, what they use, and when they end",
    operations: [
      "ContainerList",
      "ContainerInspect",
      "ContainerTop",
      "ContainerStats",
      "ContainerChanges",
      "ContainerWait",
    ],
  },
  "containers:lifecycle": {
    does: "start, stop, restart, signal, freeze and thaw any container, and wait for its end",
    operations: [
      "ContainerStart",
      "ContainerStop",
      "ContainerRestart",
      "ContainerKill",
      "ContainerPause",
      "ContainerUnpause",
      "ContainerWait",
    ],
  },
  "containers:create": {
    does: "create containers, as far as the client's powers go",
    operations: ["ContainerCreate"],
  },
  "containers:change": {
    does: "rename any container, and change its limits and its restart policy",
    operations: ["ContainerRename", "ContainerUpdate"],
  },
  "containers:remove": {
    does: "delete any container, and all that are stopped at once",
    operations: ["ContainerDelete", "ContainerLinkDelete", "ContainerPrune"],
  },
  "containers:logs": { does: "read the logs of any container", operations: ["ContainerLogs"] },
  "containers:attach": {
    does: "read what any container's main process prints, and type into it",
    operations: ["ContainerAttach", "ContainerAttachWebsocket", "ContainerResize"],
  },
  "containers:archive": {
    does: "read and write any file in any container",
    operations: ["ContainerArchiveInfo", "ContainerArchive", "PutContainerArchive", "ContainerCopy"],
  },
  "containers:export": { does: "read all files of any container at once", operations: ["ContainerExport"] },
  "containers:checkpoint": {
    does: "save running containers to a folder of the host, and start them from there",
    operations: ["CheckpointList", "CheckpointCreate", "CheckpointDelete"],
  },
  exec: {
    does: "run any command in any running container",
    operations: ["ContainerExec", "ExecStart", "ExecResize", "ExecInspect"],
  },
  "images:read": {
    does: "list images and read what they are and how they were built",
    operations: ["ImageList", "ImageInspect", "ImageHistory", "ImageAttestations"],
  },
  "images:pull": {
    does: "pull and import images, as far as the client's powers go",
    operations: ["ImageCreate"],
  },
  "images:push": { does: "send any image to a registry", operations: ["ImagePush"] },
  "images:tag": {
    does: "give images other names, and with Podman put them into lists of several architectures",
    operations: ["ImageTag"],
  },
  "images:build": {
    does: "build images, make them of containers, and clear what builds left behind",
    operations: ["ImageBuild", "BuildCancel", "BuildPrune", "Grpc", "Session", "ImageCommit"],
  },
  "images:remove": {
    does: "delete any image, and all that are unused at once",
    operations: ["ImageDelete", "ImagePrune"],
  },
  "images:save": { does: "read all files of any image", operations: ["ImageGet", "ImageGetAll"] },
  "images:load": { does: "load images from archives", operations: ["ImageLoad"] },
  registries: {
    does: "have the engine ask registries: search, look an image up there, try a login",
    operations: ["SystemAuth", "DistributionInspect", "ImageSearch"],
  },
  "networks:read": {
    does: "list networks and read what they are and who is on them",
    operations: ["NetworkList", "NetworkInspect"],
  },
  "networks:write": {
    does: "create, change and delete networks, and connect any container to any of them",
    operations: ["NetworkCreate", "NetworkConnect", "NetworkDisconnect", "NetworkDelete", "NetworkPrune"],
  },
  "volumes:read": {
    does: "list volumes and read what they are",
    operations: ["VolumeList", "VolumeInspect"],
  },
  "volumes:write": {
    does: "create, change and delete volumes, with what is in them",
    operations: ["VolumeCreate", "VolumeUpdate", "VolumeDelete", "VolumePrune"],
  },
  "volumes:archive": { does: "with Podman, read and write all files of any volume", operations: [] },
  "services:read": {
    does: "list a swarm's services and read what they are",
    operations: ["ServiceList", "ServiceInspect"],
  },
  "services:write": {
    does: "create, change and delete services, as far as the client's powers go",
    operations: ["ServiceCreate", "ServiceUpdate", "ServiceDelete"],
  },
  "services:logs": { does: "read the logs of any service and task", operations: ["ServiceLogs", "TaskLogs"] },
  "tasks:read": {
    does: "list a swarm's tasks and read what they are",
    operations: ["TaskList", "TaskInspect"],
  },
  "nodes:read": {
    does: "list a swarm's nodes and read what they are",
    operations: ["NodeList", "NodeInspect"],
  },
  "nodes:write": {
    does: "drain, promote and remove any node of a swarm",
    operations: ["NodeUpdate", "NodeDelete"],
  },
  secrets: {
    does: "list, add, change and delete secrets; only newer Podman tells what is in them",
    operations: ["SecretList", "SecretInspect", "SecretCreate", "SecretUpdate", "SecretDelete"],
  },
  configs: {
    does: "list, read, add, change and delete a swarm's configs",
    operations: ["ConfigList", "ConfigInspect", "ConfigCreate", "ConfigUpdate", "ConfigDelete"],
  },
  swarm: {
    does: "make, join, lock, change and leave a swarm, and read its keys, which are root on every node",
    operations: [
      "SwarmInspect",
      "SwarmUnlockkey",
      "SwarmInit",
      "SwarmJoin",
      "SwarmLeave",
      "SwarmUnlock",
      "SwarmUpdate",
    ],
  },
  "plugins:read": {
    does: "list plugins and read what they are",
    operations: ["PluginList", "PluginInspect", "PluginInspectLegacy"],
  },
  "plugins:write": {
    does: "install, change, turn on and off, push and delete plugins, which are root on the host",
    operations: [
      "GetPluginPrivileges",
      "PluginCreate",
      "PluginPull",
      "PluginUpgrade",
      "PluginSet",
      "PluginEnable",
      "PluginDisable",
      "PluginPush",
      "PluginDelete",
    ],
  },
  "pods:read": { does: "with Podman, list pods and read what they are and what they use", operations: [] },
  "pods:write": {
    does: "with Podman, create, start, stop and delete pods with their containers",
    operations: [],
  },
  debug: {
    does: "profile the engine's own process",
    operations: [
      "DebugProfileList",
      "DebugCommandLine",
      "DebugProfileCpu",
      "DebugSymbol",
      "DebugTrace",
      "DebugProfile",
      "DebugVariables",
    ],
  },
} as const;

/** The word for a group. */
export type GroupName = keyof typeof definitions;

/** What each of the words means. */
export const groupDefinitions: Readonly<Record<GroupName, GroupDefinition>> = definitions;
