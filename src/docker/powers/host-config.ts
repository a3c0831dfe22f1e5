import { isJsonArray, type JsonValue } from "../json/value.ts";
import { cgroupNamespaceField } from "./cgroup-namespace.ts";
import { judgeJoining, legacyLinkField, volumesFromField } from "./container-name.ts";
import { deviceLimits, deviceRequestsField, devicesField } from "./device.ts";
import { capabilitiesField, groupsField } from "./identity.ts";
import { logField } from "./log.ts";
import {
  flag,
  harmless,
  leftOut,
  listOf,
  mapOf,
  type Meaning,
  meaning,
  readingsOf,
  named,
  struct,
  text,
} from "./meaning.ts";
import { bindsField, mountsField, tmpfsField, volumeDriverField } from "./mount.ts";
import { networkModeField } from "./network-endpoint.ts";
import type { Noun } from "./nouns.ts";
import { portBindingsField, publishAllField } from "./port.ts";
import { encodeValue } from "./power.ts";
import { resource } from "./resource.ts";
import { securityOptionsField } from "./security.ts";

/** A namespace: of the host, of another container, or one of the words that mean "its own". */
function namespaceMode(name: string, own: readonly string[], hostValue = name): Meaning {
  return text(["host", "join", "field"], (mode, asking) => {
    if (mode === "host") asking.ask("host", hostValue, mode);
    else if (!judgeJoining(name, mode, asking) && !own.includes(mode)) {
      asking.ask("field", asking.fieldPath, mode);
    }
  });
}

/** An object of which the keys count. */
function byKey(noun: Noun): Meaning {
  return mapOf([noun], (key, value, asking) => {
    for (const reading of readingsOf(key)) asking.ask(noun, encodeValue(reading), value);
  });
}

/**
 * An empty list unmasks all of them, and a shorter one some. One that hides what every engine hides by itself asks for
 * nothing: tools that make a container anew send back what they read of the old one.
 */
function unmaskField(hiddenByEveryEngine: readonly string[]): Meaning {
  return meaning(["unmask"], (value: JsonValue, asking) => {
    const hides = isJsonArray(value) && hiddenByEveryEngine.every((path) => value.includes(path));
    if (value !== null && !hides) asking.ask("unmask", "", value);
  });
}

/** What engines of API 1.41 mask; later ones mask more, none of which reaches the host. */
const MASKED_PATHS = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
];
const READ_ONLY_PATHS = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** When the engine starts a container again. */
export const restartPolicyField: Meaning = struct({
  Name: text(["restart"], (name, asking) => {
    if (name !== "no") asking.ask("restart", encodeValue(name), name);
  }),
  MaximumRetryCount: harmless,
});

/** `Resources` of the Engine API: what is limited, and devices. Limits take nothing away from others. */
export const resourceFields: Readonly<Record<string, Meaning>> = {
  CpuShares: harmless,
  Memory: harmless,
  NanoCpus: harmless,
  CgroupParent: named("cgroup-parent"),
  BlkioWeight: harmless,
  BlkioWeightDevice: deviceLimits("BlkioWeightDevice"),
  BlkioDeviceReadBps: deviceLimits("BlkioDeviceReadBps"),
  BlkioDeviceWriteBps: deviceLimits("BlkioDeviceWriteBps"),
  BlkioDeviceReadIOps: deviceLimits("BlkioDeviceReadIOps"),
  BlkioDeviceWriteIOps: deviceLimits("BlkioDeviceWriteIOps"),
  CpuPeriod: harmless,
  CpuQuota: harmless,
  CpuRealtimePeriod: resource("CpuRealtimePeriod"),
  CpuRealtimeRuntime: resource("CpuRealtimeRuntime"),
  CpusetCpus: harmless,
  CpusetMems: harmless,
  Devices: devicesField,
  DeviceCgroupRules: listOf(named("device-rule")),
  DeviceRequests: deviceRequestsField,
  KernelMemory: harmless,
  KernelMemoryTCP: harmless,
  MemoryReservation: harmless,
  MemorySwap: harmless,
  MemorySwappiness: harmless,
  OomKillDisable: resource("OomKillDisable"),
  PidsLimit: harmless,
  Ulimits: resource("Ulimits"),
  CpuCount: harmless,
  CpuPercent: harmless,
  IOMaximumIOps: harmless,
  IOMaximumBandwidth: harmless,
};

/** `HostConfig`: what a container is to the host. Engines before 27 read these fields beside it too. */
export const hostConfigFields: Readonly<Record<string, Meaning>> = {
  ...resourceFields,
  Binds: bindsField,
  // A note to other clients. Podman from 4.4 on deletes that file of the host along with the container.
  ContainerIDFile: leftOut,
  LogConfig: logField("Type", "Config"),
  NetworkMode: networkModeField,
  PortBindings: portBindingsField,
  RestartPolicy: restartPolicyField,
  AutoRemove: harmless,
  VolumeDriver: volumeDriverField,
  VolumesFrom: listOf(volumesFromField),
  Mounts: mountsField,
  ConsoleSize: harmless,
  Annotations: byKey("annotation"),
  CapAdd: capabilitiesField,
  CapDrop: harmless,
  // API 1.40 only: the whole set of capabilities.
  Capabilities: capabilitiesField,
  CgroupnsMode: cgroupNamespaceField,
  Dns: listOf(named("dns")),
  DnsOptions: harmless,
  DnsSearch: harmless,
  ExtraHosts: listOf(
    text(["extra-host"], (entry, asking) =>
      asking.ask("extra-host", encodeValue(entry.replace(/[:=]/u, "=")), entry),
    ),
  ),
  GroupAdd: groupsField,
  IpcMode: namespaceMode("ipc", ["private", "shareable", "none"]),
  Cgroup: namespaceMode("cgroup", []),
  Links: listOf(legacyLinkField),
  OomScoreAdj: resource("OomScoreAdj"),
  PidMode: namespaceMode("pid", ["private"]),
  Privileged: flag("privileged"),
  PublishAllPorts: publishAllField,
  ReadonlyRootfs: harmless,
  SecurityOpt: securityOptionsField,
  StorageOpt: resource("StorageOpt"),
  Tmpfs: tmpfsField,
  UTSMode: namespaceMode("uts", ["private"]),
  UsernsMode: namespaceMode("userns", ["private"]),
  ShmSize: resource("ShmSize"),
  Sysctls: byKey("sysctl"),
  Runtime: named("runtime"),
  Init: harmless,
  Isolation: harmless,
  MaskedPaths: unmaskField(MASKED_PATHS),
  ReadonlyPaths: unmaskField(READ_ONLY_PATHS),
};

/** `HostConfig`. */
export const hostConfig: Meaning = struct(hostConfigFields);
