import { ALL } from "../json/outline.ts";
import { isJsonArray, stringOf } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { containerConfig, mountPoints } from "./container-config.ts";
import { containerStats } from "./container-stats.ts";
import { descriptor } from "./descriptor.ts";
import { trouble } from "./free-text.ts";
import { hostConfig, namespace } from "./host-config.ts";
import { labels } from "./labels.ts";
import { endpoints, networkSettings } from "./network-endpoint.ts";
import { entry, nameBeside } from "./object-parts.ts";
import { always, each, is, likewise, list, shape, time, under } from "./shape.ts";
import { listAnswer, sequenceAnswer, valueAnswer } from "./tables.ts";

/** How a container is, and what its last checks said. */
export const health: AnswerPart = shape({
  ...each(is("state"), "Status", "FailingStreak"),
  Log: under(
    "output",
    list(
      shape({
        ...each(time("output"), "Start", "End"),
        ...each(is("output"), "ExitCode", "Output"),
      }),
    ),
  ),
});

const containerState: AnswerPart = shape({
  ...each(
    is("state"),
    "Status",
    "Running",
    "Paused",
    "Restarting",
    "OOMKilled",
    "Dead",
    "Pid",
    "ExitCode",
    "RemovalInProgress",
    "ConmonPid",
    "Checkpointed",
    "Restored",
    "StoppedByUser",
  ),
  Error: trouble,
  ...each(time("state"), "StartedAt", "FinishedAt", "CheckpointedAt", "RestoredAt"),
  ...each(is("host"), "OciVersion", "CgroupPath", "CheckpointLog", "CheckpointPath", "RestoreLog"),
  Health: health,
});

/** Paths on the host, of what the engine keeps of a container; and how it is stored. */
const onTheHost = each(
  is("host"),
  "ResolvConfPath",
  "HostnamePath",
  "HostsPath",
  "LogPath",
  "Driver",
  "ExecDriver",
  "GraphDriver",
  "Storage",
);

/** What Podman says of a container besides. */
const podmanContainer: Readonly<Record<string, AnswerPart>> = {
  ...each(is("image"), "ImageDigest", "ImageName"),
  ...each(is("state"), "Pod", "Dependencies", "IsInfra", "IsService"),
  ...each(
    is("host"),
    "Rootfs",
    "StaticDir",
    "OCIConfigPath",
    "OCIRuntime",
    "ConmonPidFile",
    "PidFile",
    "lockNumber",
  ),
  ExitCommand: is("command", "host"),
  ...each(is("security"), "EffectiveCaps", "BoundingCaps"),
  ...each(is("settings"), "Namespace", "KubeExitCodePropagation", "UseImageHosts", "UseImageHostname"),
};

/** A container, as Docker and Podman tell all of it. */
export const inspectedContainer: AnswerPart = shape({
  ...each(always, "Id", "Platform"),
  Created: time("state"),
  ...each(is("command"), "Path", "Args"),
  State: containerState,
  Image: is("image"),
  ImageManifestDescriptor: descriptor,
  Name: nameBeside("Id"),
  ...each(is("state"), "RestartCount", "ExecIDs"),
  ...each(is("security"), "MountLabel", "ProcessLabel", "AppArmorProfile"),
  ...onTheHost,
  HostConfig: hostConfig,
  ...each(is("usage"), "SizeRw", "SizeRootFs"),
  Mounts: mountPoints,
  ...each(is("mounts"), "Volumes", "VolumesRW"),
  Config: containerConfig,
  NetworkSettings: networkSettings,
  ...podmanContainer,
});

const names = nameBeside("Id");

/** With its own name stand those that others have for it by legacy links, behind their own: `/web/db`. */
const ownNames: AnswerPart = {
  ...likewise(names, (viewer, inner) => (viewer.isScoped && inner.kind === "nothing" ? ALL : inner)),
  review: (value, viewer, around) => {
    const shown = names.review(value, viewer, around) ?? null;
    if (!viewer.isScoped || !isJsonArray(shown)) return shown;
    const own = shown.filter((name) => !stringOf(name).includes("/", 1));
    return own.length === shown.length ? shown : own;
  },
};

/** A container as lists have it. */
export const listedContainer: AnswerPart = entry(
  "container",
  shape({
    Id: always,
    Names: ownNames,
    ...each(is("image"), "Image", "ImageID"),
    ImageManifestDescriptor: descriptor,
    Command: is("command"),
    Created: time("state"),
    ...each(is("state"), "State", "Status"),
    Health: shape(each(is("state"), "Status", "FailingStreak")),
    Ports: is("addresses"),
    ...each(is("usage"), "SizeRw", "SizeRootFs"),
    Labels: labels,
    HostConfig: shape({ NetworkMode: namespace("networks"), Annotations: labels }),
    NetworkSettings: shape({ Networks: endpoints }),
    Mounts: mountPoints,
    // Podman's engine writes these besides, most of them null.
    Name: nameBeside("Id"),
    Config: containerConfig,
    NetworkingConfig: shape({ EndpointsConfig: endpoints }),
    ...each(always, "Platform", "AdjustCPUShares", "DefaultReadOnlyNonRecursive"),
  }),
);

/** What was made, also of one that was only prepared or changed: what the engine has to say about the client's own request. */
export const made: AnswerPart = shape(each(always, "Id", "Warnings"));

/** A process that was begun in a container. */
export const exec: AnswerPart = shape({
  ...each(always, "ID", "ContainerID", "CanRemove", "DetachKeys"),
  ...each(is("state"), "Running", "ExitCode", "Pid"),
  ...each(is("settings"), "OpenStdin", "OpenStderr", "OpenStdout"),
  ProcessConfig: shape({
    tty: is("settings"),
    ...each(is("command"), "entrypoint", "arguments"),
    ...each(is("security"), "privileged", "user"),
    env: is("env"),
    workingDir: is("settings"),
  }),
});

/**
 * What ps says. By the options that a client may give it, any column can have programs with their environment; without a line
 * of titles, the first process is taken for one.
 */
export const processes: AnswerPart = shape(
  each(is("command", "env", "security", "usage"), "Titles", "Processes"),
);

/** A file in a container that is not as in its image; also where something was mounted. */
export const changedFile: AnswerPart = shape({ Path: is("data", "mounts"), Kind: always });

/** What the operations on containers answer, and on processes in them. */
export const containerAnswers: Partial<Record<OperationName, AnswerTable>> = {
  ContainerInspect: valueAnswer(inspectedContainer),
  ContainerList: listAnswer(listedContainer),
  ContainerTop: valueAnswer(processes),
  ContainerChanges: listAnswer(changedFile),
  ContainerStats: sequenceAnswer(containerStats),
  ContainerCreate: valueAnswer(made),
  ContainerUpdate: valueAnswer(made),
  ContainerPrune: valueAnswer(shape({ ContainersDeleted: always, SpaceReclaimed: is("usage") })),
  ContainerExec: valueAnswer(made),
  ExecInspect: valueAnswer(exec),
  CheckpointList: listAnswer(shape({ Name: is("names") })),
};
