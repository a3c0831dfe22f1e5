import { catalogue, type OperationName } from "../operations.ts";
import type { Content } from "./content.ts";

/** An answer that goes on as it comes, whatever a client may not read. */
export interface UnreadAnswer {
  /** What it shows all the same, as the rest of a sentence: `what programs print`. Undefined where it tells nothing. */
  readonly shows: string | undefined;
  /** Of which kinds that can be. */
  readonly contents: readonly Content[];
}

/** It says whether something went well, or nothing. */
const nothing: UnreadAnswer = { shows: undefined, contents: [] };

const prints: UnreadAnswer = {
  shows:
    "what programs print, which can be all that they know: their environment, their files, their addresses",
  contents: ["env", "command", "mounts", "addresses", "names", "networks", "security", "usage", "data"],
};

const files: UnreadAnswer = {
  shows: "files of containers, those with secrets, configs, host names and name servers among them",
  contents: ["data", "mounts", "addresses", "names"],
};

const images: UnreadAnswer = {
  shows: "whole images, with all that is set in them",
  contents: ["env", "command", "labels", "mounts", "addresses", "security", "settings", "image", "names"],
};

const builds: UnreadAnswer = {
  shows: "the steps of builds and what they print",
  contents: ["env", "command", "labels", "mounts", "addresses", "image", "names"],
};

const progress: UnreadAnswer = {
  shows: "names and digests of the images or plugins that the client asks for",
  contents: ["image", "names", "usage"],
};

const profiles: UnreadAnswer = {
  shows: "the engine's command line, call stacks and memory",
  contents: ["host"],
};

/** What the operation is for. Docker's clients wait for its head before they start the container, and it goes on at once. */
const exitCode: UnreadAnswer = { shows: "how a container ended", contents: ["state"] };

const mountedAt: UnreadAnswer = {
  shows: "where on the host the files of a container are",
  contents: ["host", "mounts"],
};

/**
 * The answers that are no JSON, or none that could be read value by value: bytes, progress, empty ones. A view changes
 * nothing in them: whoever shall not see what is in them must not have the operation.
 */
const unread: Readonly<Partial<Record<OperationName, UnreadAnswer>>> = {
  ContainerLogs: prints,
  ContainerAttach: prints,
  ContainerAttachWebsocket: prints,
  ExecStart: prints,
  ServiceLogs: prints,
  TaskLogs: prints,
  ContainerLogsLibpod: prints,
  ContainerAttachLibpod: prints,
  ExecStartLibpod: prints,

  ContainerArchive: files,
  ContainerArchiveInfo: files,
  ContainerCopy: files,
  ContainerExport: files,
  ContainerArchiveLibpod: files,
  ContainerExportLibpod: files,
  ContainerCheckpointLibpod: files,
  VolumeExportLibpod: files,

  ImageGet: images,
  ImageGetAll: images,
  ImageGetLibpod: images,
  ImageExportLibpod: images,

  ImageBuild: builds,
  Grpc: builds,
  Session: builds,

  ImageCreate: progress,
  ImageLoad: progress,
  ImagePush: progress,
  PluginPull: progress,
  PluginPush: progress,
  PluginUpgrade: progress,
  ImagePullLibpod: progress,
  ImagePushLibpod: progress,

  DebugProfileList: profiles,
  DebugCommandLine: profiles,
  DebugProfileCpu: profiles,
  DebugSymbol: profiles,
  DebugTrace: profiles,
  DebugProfile: profiles,
  DebugVariables: profiles,

  ContainerWait: exitCode,
  ContainerWaitLibpod: exitCode,
  ContainerMountLibpod: mountedAt,

  SystemPing: nothing,
  SystemPingHead: nothing,
  SystemPingLibpod: nothing,
  RouteOptions: nothing,
  BuildCancel: nothing,
  CheckpointCreate: nothing,
  CheckpointDelete: nothing,
  PutContainerArchive: nothing,
  ContainerDelete: nothing,
  ContainerKill: nothing,
  ContainerLinkDelete: nothing,
  ContainerPause: nothing,
  ContainerRename: nothing,
  ContainerResize: nothing,
  ContainerRestart: nothing,
  ContainerStart: nothing,
  ContainerStop: nothing,
  ContainerUnpause: nothing,
  ExecResize: nothing,
  ImageTag: nothing,
  NetworkConnect: nothing,
  NetworkDelete: nothing,
  NetworkDisconnect: nothing,
  VolumeDelete: nothing,
  VolumeUpdate: nothing,
  PluginCreate: nothing,
  PluginDisable: nothing,
  PluginEnable: nothing,
  PluginSet: nothing,
  ConfigDelete: nothing,
  ConfigUpdate: nothing,
  SecretDelete: nothing,
  SecretUpdate: nothing,
  ServiceDelete: nothing,
  NodeDelete: nothing,
  NodeUpdate: nothing,
  SwarmJoin: nothing,
  SwarmLeave: nothing,
  SwarmUnlock: nothing,
  SwarmUpdate: nothing,
  PutContainerArchiveLibpod: nothing,
  ContainerExistsLibpod: nothing,
  ContainerInitLibpod: nothing,
  ContainerKillLibpod: nothing,
  ContainerPauseLibpod: nothing,
  ContainerRenameLibpod: nothing,
  ContainerResizeLibpod: nothing,
  ContainerRestartLibpod: nothing,
  ContainerStartLibpod: nothing,
  ContainerStopLibpod: nothing,
  ContainerUnmountLibpod: nothing,
  ContainerUnpauseLibpod: nothing,
  ContainerUpdateLibpod: nothing,
  ExecRemoveLibpod: nothing,
  ExecResizeLibpod: nothing,
  ImageExistsLibpod: nothing,
  ImageTagLibpod: nothing,
  ImageUntagLibpod: nothing,
  ManifestExistsLibpod: nothing,
  NetworkConnectLibpod: nothing,
  NetworkDisconnectLibpod: nothing,
  NetworkExistsLibpod: nothing,
  NetworkUpdateLibpod: nothing,
  PodExistsLibpod: nothing,
  SecretDeleteLibpod: nothing,
  SecretExistsLibpod: nothing,
  VolumeDeleteLibpod: nothing,
  VolumeExistsLibpod: nothing,
  VolumeImportLibpod: nothing,
};

/** The answers that no view changes, with what they show of what it hides. */
export const unreadAnswers: ReadonlyMap<OperationName, UnreadAnswer> = new Map(
  catalogue.flatMap(({ name }) => {
    const answer = unread[name];
    return answer === undefined ? [] : [[name, answer] as const];
  }),
);

/** The kinds of what a client may not read that the operation's answers show all the same. */
export function shownNevertheless(
  operation: OperationName,
  hides: (content: Content) => boolean,
): readonly Content[] {
  return (unreadAnswers.get(operation)?.contents ?? []).filter((content) => hides(content));
}
