import type { JsonValue } from "../json/value.ts";
import { isEmpty } from "./asking.ts";
import { deviceRequestsField, devicesField } from "./device.ts";
import { capabilitiesField, groupsField } from "./identity.ts";
import { flag, harmless, listOf, mapOf, type Meaning, meaning, struct, text } from "./meaning.ts";
import { bindsField, mountsField, tmpfsField, volumeDriverField } from "./mount.ts";
import { linksField, networkModeField } from "./network-endpoint.ts";
import type { Noun } from "./nouns.ts";
import { portBindingsField } from "./port.ts";
import { encodeValue } from "./power.ts";
import { securityOptionsField } from "./security.ts";

/** A namespace: of the host, of another container, or one of the words that mean "its own". */
function namespaceMode(name: string, own: readonly string[], hostValue = name): Meaning {
  return text(["host", "join", "field"], (mode, asking) => {
    if (mode === "host") asking.ask("host", hostValue, mode);
    else if (mode.startsWith("container:"))
      asking.ask("join", `${name}:${encodeValue(mode.slice(10))}`, mode);
    else if (!own.includes(mode)) asking.ask("field", asking.fieldPath, mode);
  });
}

/** A limit or weight that takes more than is usual when it is set at all. */
function resource(name: string): Meaning {
  return meaning(["resource"], (value, asking) => {
    if (!isEmpty(value)) asking.ask("resource", name, value);
  });
}

function named(noun: Noun): Meaning {
  return text([noun], (value, asking) => asking.ask(noun, encodeValue(value), value));
}

/** An empty list of masked paths unmasks them all: anything but null asks. */
const unmaskField: Meaning = meaning(["unmask"], (value: JsonValue, asking) => {
  if (value !== null) asking.ask("unmask", "", value);
});

/** Where the output goes. Without a type the options are for the engine's own default, whatever that is. */
export const logConfigField: Meaning = struct(
  { Type: harmless, Config: harmless },
  {
    nouns: ["log-driver"],
    judge: (members, asking) => {
      const type = members.get("Type") ?? "";
      if (type !== "" || !isEmpty(members.get("Config") ?? null)) {
        asking.ask("log-driver", type === "" ? "(default)" : encodeValue(String(type)), type);
      }
    },
  },
);

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
  BlkioWeightDevice: resource("BlkioWeightDevice"),
  BlkioDeviceReadBps: resource("BlkioDeviceReadBps"),
  BlkioDeviceWriteBps: resource("BlkioDeviceWriteBps"),
  BlkioDeviceReadIOps: resource("BlkioDeviceReadIOps"),
  BlkioDeviceWriteIOps: resource("BlkioDeviceWriteIOps"),
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
  ContainerIDFile: harmless,
  LogConfig: logConfigField,
  NetworkMode: networkModeField,
  PortBindings: portBindingsField,
  RestartPolicy: restartPolicyField,
  AutoRemove: harmless,
  VolumeDriver: volumeDriverField,
  VolumesFrom: listOf(
    text(["volumes-from"], (from, asking) =>
      asking.ask("volumes-from", encodeValue(from.split(":", 1)[0] ?? ""), from),
    ),
  ),
  Mounts: mountsField,
  ConsoleSize: harmless,
  Annotations: mapOf(["annotation"], (key, value, asking) =>
    asking.ask("annotation", encodeValue(key), value),
  ),
  CapAdd: capabilitiesField,
  CapDrop: harmless,
  // API 1.40 only: the whole set of capabilities.
  Capabilities: capabilitiesField,
  CgroupnsMode: namespaceMode("cgroupns", ["private"]),
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
  Links: linksField,
  OomScoreAdj: resource("OomScoreAdj"),
  PidMode: namespaceMode("pid", ["private"]),
  Privileged: flag("privileged"),
  PublishAllPorts: flag("publish-all"),
  ReadonlyRootfs: harmless,
  SecurityOpt: securityOptionsField,
  StorageOpt: resource("StorageOpt"),
  Tmpfs: tmpfsField,
  UTSMode: namespaceMode("uts", ["private"]),
  UsernsMode: namespaceMode("userns", ["private"]),
  ShmSize: resource("ShmSize"),
  Sysctls: mapOf(["sysctl"], (key, value, asking) => asking.ask("sysctl", encodeValue(key), value)),
  Runtime: named("runtime"),
  Init: harmless,
  Isolation: harmless,
  MaskedPaths: unmaskField,
  ReadonlyPaths: unmaskField,
};

/** `HostConfig`. */
export const hostConfig: Meaning = struct(hostConfigFields);
