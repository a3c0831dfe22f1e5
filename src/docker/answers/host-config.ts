import { ALL, NOTHING } from "../json/outline.ts";
import { stringOf } from "../json/value.ts";
import type { AnswerPart } from "./answer-table.ts";
import { askedMounts } from "./container-config.ts";
import type { Content } from "./content.ts";
import { hiddenForm } from "./hidden-form.ts";
import { labels } from "./labels.ts";
import { each, is, shape } from "./shape.ts";

/** How a logging driver is set. Its options have addresses of servers, and names of labels and variables. */
export const logging: AnswerPart = shape({
  ...each(is("settings"), "Type", "Name", "Size"),
  // Podman's: a template for the lines of a log, and where its file is.
  Tag: is("settings"),
  Path: is("host"),
  ...each(is("settings", "addresses"), "Config", "Options"),
});

const OF_CONTAINER = "container:";

/** Whose namespace it is; another container's by the word that was asked with, be it an id or a name. */
export function namespace(content: Content): AnswerPart {
  return {
    contents: [content, "names"],
    outline: (viewer) => (viewer.hides(content) || viewer.hides("names") ? ALL : NOTHING),
    review: (value, viewer) => {
      const isNamed = stringOf(value).startsWith(OF_CONTAINER) && !isWholeId(stringOf(value));
      return viewer.hides(content) || (isNamed && viewer.hides("names")) ? hiddenForm(value) : value;
    },
  };
}

function isWholeId(mode: string): boolean {
  return /^[0-9a-f]{64}$/u.test(mode.slice(OF_CONTAINER.length));
}

/** What a container was given of the host, as Docker and Podman have it. */
export const hostConfig: AnswerPart = shape({
  ...each(
    is("resources"),
    "CpuShares",
    "Memory",
    "NanoCpus",
    "BlkioWeight",
    "BlkioWeightDevice",
    "BlkioDeviceReadBps",
    "BlkioDeviceWriteBps",
    "BlkioDeviceReadIOps",
    "BlkioDeviceWriteIOps",
    "CpuPeriod",
    "CpuQuota",
    "CpuRealtimePeriod",
    "CpuRealtimeRuntime",
    "CpusetCpus",
    "CpusetMems",
    "KernelMemory",
    "KernelMemoryTCP",
    "MemoryReservation",
    "MemorySwap",
    "MemorySwappiness",
    "OomKillDisable",
    "OomScoreAdj",
    "PidsLimit",
    "ShmSize",
    "Ulimits",
    "CpuCount",
    "CpuPercent",
    "IOMaximumIOps",
    "IOMaximumBandwidth",
    "StorageOpt",
    "DiskQuota",
    "CgroupConf",
    "IntelRdtClosID",
  ),
  ...each(
    is("security"),
    "Devices",
    "DeviceCgroupRules",
    "DeviceRequests",
    "CapAdd",
    "CapDrop",
    "Capabilities",
    "CgroupnsMode",
    "CgroupParent",
    "Cgroup",
    "GroupAdd",
    "UTSMode",
    "UsernsMode",
    "Privileged",
    "ReadonlyRootfs",
    "SecurityOpt",
    "Sysctls",
    "Isolation",
    "MaskedPaths",
    "ReadonlyPaths",
    "CgroupManager",
    "CgroupMode",
    "Cgroups",
    "IDMappings",
  ),
  ...each(namespace("security"), "IpcMode", "PidMode"),
  ...each(is("mounts"), "Binds", "VolumeDriver", "Tmpfs"),
  // Of which containers.
  VolumesFrom: is("mounts", "names"),
  Mounts: askedMounts,
  ...each(is("addresses"), "PortBindings", "PublishAllPorts", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts"),
  NetworkMode: namespace("networks"),
  Links: is("names"),
  LogConfig: logging,
  ...each(is("host"), "ContainerIDFile", "HostsFile"),
  ...each(is("settings"), "RestartPolicy", "AutoRemove", "AutoRemoveImage", "ConsoleSize", "Init", "Runtime"),
  Annotations: labels,
});
