import { JsonNumber } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { event, eventKinds } from "./event.ts";
import { labels } from "./labels.ts";
import { ofAll } from "./object-parts.ts";
import { always, each, is, list, shape, shapeOfMany } from "./shape.ts";
import { cluster } from "./swarm-answers.ts";
import { sequenceAnswer, valueAnswer } from "./tables.ts";

/** How many objects of all there are. */
const count: AnswerPart = ofAll(is("usage"), new JsonNumber("0"));

/** Which swarm the engine is in, and with whom. */
const swarmInfo: AnswerPart = shapeOfMany({
  ...each(always, "NodeID", "LocalNodeState", "ControlAvailable"),
  ...each(is("host"), "Nodes", "Managers"),
  Error: is("host", "addresses"),
  NodeAddr: is("host", "addresses"),
  RemoteManagers: is("host", "addresses"),
  Cluster: cluster,
});

/**
 * What an engine says of itself and its host. What programs decide by stays: the release, which every answer's Server field has
 * as well, and what the engine can do.
 */
const info: AnswerPart = shapeOfMany({
  ...each(
    always,
    "ServerVersion",
    "OSType",
    "Architecture",
    "ExperimentalBuild",
    "MemoryLimit",
    "SwapLimit",
    "KernelMemory",
    "KernelMemoryTCP",
    "CpuCfsPeriod",
    "CpuCfsQuota",
    "CPUShares",
    "CPUSet",
    "PidsLimit",
    "OomKillDisable",
    "SystemTime",
    "CgroupDriver",
    "CgroupVersion",
  ),
  ...each(
    count,
    "Containers",
    "ContainersRunning",
    "ContainersPaused",
    "ContainersStopped",
    "Images",
    "NFd",
    "NGoroutines",
    "NEventsListener",
  ),
  ...each(
    is("host"),
    "ID",
    "Driver",
    "DriverStatus",
    "SystemStatus",
    "ExecutionDriver",
    "DockerRootDir",
    "Plugins",
    "IPv4Forwarding",
    "BridgeNfIptables",
    "BridgeNfIp6tables",
    "Debug",
    "LoggingDriver",
    "KernelVersion",
    "OperatingSystem",
    "OSVersion",
    "NCPU",
    "MemTotal",
    "GenericResources",
    "Runtimes",
    "DefaultRuntime",
    "LiveRestoreEnabled",
    "Isolation",
    "InitBinary",
    "ContainerdCommit",
    "RuncCommit",
    "InitCommit",
    "ProductLicense",
    "ClusterStore",
    "ClusterAdvertise",
    "FirewallBackend",
    "DiscoveredDevices",
    "NRI",
    "CDISpecDirs",
    "Containerd",
    "Warnings",
    // Podman's engine has these beside Docker's.
    "BuildahVersion",
    "CPURealtimePeriod",
    "CPURealtimeRuntime",
    "CgroupsVersion",
    "Rootless",
    "SwapFree",
    "SwapTotal",
    "Uptime",
  ),
  Name: is("host", "names"),
  SecurityOptions: is("host", "security"),
  ...each(
    is("host", "addresses"),
    "IndexServerAddress",
    "RegistryConfig",
    "HttpProxy",
    "HttpsProxy",
    "NoProxy",
    "DefaultAddressPools",
  ),
  Labels: labels,
  Swarm: swarmInfo,
});

/** Which versions of the API the engine speaks, by which programs choose theirs; and what it is built of. */
export const version: AnswerPart = shape({
  ...each(always, "Version", "ApiVersion", "MinAPIVersion", "Os", "Arch", "Experimental"),
  ...each(is("host"), "GitCommit", "GoVersion", "KernelVersion", "BuildTime"),
  Platform: shape({ Name: is("host") }),
  Components: list(shape({ Name: always, ...each(is("host"), "Version", "Details") })),
});

/** What the engine answers about itself, and what it tells of all that happens. */
export const systemAnswers: Partial<Record<OperationName, AnswerTable>> = {
  SystemInfo: valueAnswer(info),
  SystemVersion: valueAnswer(version),
  // A token of the registry for whoever gave it a password.
  SystemAuth: valueAnswer(shape(each(always, "Status", "IdentityToken"))),
  SystemEvents: sequenceAnswer(event, ...eventKinds),
};
