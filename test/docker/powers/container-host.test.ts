import { describe, expect, test } from "vitest";
import { hostConfig } from "../../../src/docker/powers/host-config.ts";
import { askedBy } from "./asked.ts";
import { createAsks, hostAsks } from "./container-asks.ts";

type Row = readonly [name: string, fields: unknown, asked: readonly string[]];

const REQUIRED_TEXT = "must be a string";

/** What every engine hides and protects by itself, as an inspection of a container shows it. */
const masked = [
  ...["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list"],
  ...["/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"],
];
const readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** What reaches the host, beside mounts. */
const dangers: readonly Row[] = [
  ["Privileged", { Privileged: true }, ["privileged"]],
  ["Privileged as a text, which no engine takes", { Privileged: "false" }, ["privileged"]],
  ["Privileged as a number", { Privileged: 1 }, ["privileged"]],
  ["Privileged as a list", { Privileged: [] }, ["privileged"]],
  ["a capability", { CapAdd: ["SYS_ADMIN"] }, ["cap:SYS_ADMIN"]],
  ["a capability in lower case", { CapAdd: ["sys_admin"] }, ["cap:SYS_ADMIN"]],
  ["a capability with its prefix", { CapAdd: ["CAP_SYS_ADMIN"] }, ["cap:SYS_ADMIN"]],
  ["a capability with its prefix in mixed case", { CapAdd: ["cAp_sYs_AdMiN"] }, ["cap:SYS_ADMIN"]],
  ["a capability with a long s, a capital S in Go", { CapAdd: ["\u017fYS_ADMIN"] }, ["cap:SYS_ADMIN"]],
  ["a capability with a dotless i, a capital I in Go", { CapAdd: ["SYS_ADM\u0131N"] }, ["cap:SYS_ADMIN"]],
  ["a key of a sysctl that is empty", { Sysctls: { "": "1" } }, ["sysctl:(empty)"]],
  ["all capabilities", { CapAdd: ["all"] }, ["cap:ALL"]],
  ["several capabilities", { CapAdd: ["NET_RAW", "bpf"] }, ["cap:NET_RAW", "cap:BPF"]],
  ["a capability as a text, for engines before 29", { CapAdd: "sys_admin" }, ["cap:SYS_ADMIN"]],
  ["the whole set of capabilities of API 1.40", { Capabilities: ["CAP_SYS_ADMIN"] }, ["cap:SYS_ADMIN"]],
  ["a device", { Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/x" }] }, ["device:/dev/sda"]],
  ["a folder of devices", { Devices: [{ PathOnHost: "/dev/" }] }, ["device:/dev"]],
  ["a device in another spelling", { Devices: [{ PathOnHost: "//dev/./sda" }] }, ["device:/dev/sda"]],
  ["a device with a colon", { Devices: [{ PathOnHost: "/dev/sda:ro" }] }, ["device:/dev/sda%3Aro"]],
  ["devices by number", { DeviceCgroupRules: ["a *:* rwm"] }, ["device-rule:a %2A:%2A rwm"]],
  ["graphics cards", { DeviceRequests: [{ Capabilities: [["gpu"]] }] }, ["device-request:gpu"]],
  [
    "alternatives of what a driver can do",
    { DeviceRequests: [{ Count: -1, Capabilities: [["gpu", "nvidia"], ["tpu"]] }] },
    ["device-request:gpu", "device-request:nvidia", "device-request:tpu"],
  ],
  ["any device driver", { DeviceRequests: [{}] }, ["device-request:(any)"]],
  [
    "any device driver, by an empty list",
    { DeviceRequests: [{ Capabilities: [[]] }] },
    ["device-request:(any)"],
  ],
  [
    "a device driver by name",
    { DeviceRequests: [{ Driver: "nvidia", Capabilities: [["gpu"]] }] },
    ["device-request:nvidia"],
  ],
  [
    "CDI devices, whose descriptions may run hooks as root",
    { DeviceRequests: [{ Driver: "cdi", DeviceIDs: ["vendor.com/class=a", "nvidia.com/gpu=0:1"] }] },
    ["device-request:cdi:vendor.com/class=a", "device-request:cdi:nvidia.com/gpu=0:1"],
  ],
  ["CDI without devices", { DeviceRequests: [{ Driver: "cdi" }] }, ["device-request:cdi"]],
  ["the host's processes", { PidMode: "host" }, ["host:pid"]],
  ["another container's processes", { PidMode: "container:db" }, ["look up container:db for join:pid:"]],
  ["processes in another spelling", { PidMode: "HOST" }, ["field:PidMode"]],
  ["processes by a path, for Podman", { PidMode: "ns:/proc/1/ns/pid" }, ["field:PidMode"]],
  ["the host's shared memory", { IpcMode: "host" }, ["host:ipc"]],
  ["another container's shared memory", { IpcMode: "container:db" }, ["look up container:db for join:ipc:"]],
  ["the host's name", { UTSMode: "host" }, ["host:uts"]],
  ["the host's users", { UsernsMode: "host" }, ["host:userns"]],
  ["users by a path, for Podman", { UsernsMode: "ns:/proc/1/ns/user" }, ["field:UsernsMode"]],
  ["the host's control groups", { CgroupnsMode: "host" }, ["look up cgroupns:cgroupns"]],
  [
    "another container's control group",
    { Cgroup: "container:db" },
    ["look up container:db for join:cgroup:"],
  ],
  ["a control group in no known spelling", { Cgroup: "private" }, ["field:Cgroup"]],
  ["a control group's parent", { CgroupParent: "/../../x" }, ["cgroup-parent:/../../x"]],
  ["no seccomp", { SecurityOpt: ["seccomp=unconfined"] }, ["security-opt:seccomp=unconfined"]],
  [
    "no seccomp, in the older form",
    { SecurityOpt: ["seccomp:unconfined"] },
    ["security-opt:seccomp=unconfined"],
  ],
  ["a seccomp profile", { SecurityOpt: ['seccomp={"defaultAction":1}'] }, ["security-opt:seccomp=(inline)"]],
  ["a profile behind spaces", { SecurityOpt: ["seccomp= \n{}"] }, ["security-opt:seccomp=(inline)"]],
  ["no AppArmor", { SecurityOpt: ["apparmor=unconfined"] }, ["security-opt:apparmor=unconfined"]],
  ["no SELinux", { SecurityOpt: ["label=disable"] }, ["security-opt:label=disable"]],
  ["no SELinux, in the older form", { SecurityOpt: ["label:disable"] }, ["security-opt:label=disable"]],
  ["no SELinux, in one word", { SecurityOpt: ["disable"] }, ["security-opt:label=disable"]],
  [
    "an SELinux type, of which the first equals sign counts",
    { SecurityOpt: ["label=type:a=b", "label:type=x"] },
    ["security-opt:label=type:a=b", "security-opt:label:type=x"],
  ],
  ["writable control groups", { SecurityOpt: ["writable-cgroups"] }, ["security-opt:writable-cgroups"]],
  ["new privileges", { SecurityOpt: ["no-new-privileges=false"] }, ["security-opt:no-new-privileges=false"]],
  ["an option in capitals", { SecurityOpt: ["LABEL=disable"] }, ["security-opt:LABEL=disable"]],
  ["an option as a text", { SecurityOpt: "seccomp=unconfined" }, ["security-opt:seccomp=unconfined"]],
  ["no masked paths", { MaskedPaths: [] }, ["unmask"]],
  ["its own masked paths", { MaskedPaths: ["/proc/kcore"] }, ["unmask"]],
  ["masked paths of which one is missing", { MaskedPaths: masked.slice(1) }, ["unmask"]],
  ["masked paths in another spelling", { MaskedPaths: masked.map((path) => `${path}/`) }, ["unmask"]],
  ["read-only paths of which one is missing", { ReadonlyPaths: readOnly.slice(0, -1) }, ["unmask"]],
  ["no read-only paths", { ReadonlyPaths: [] }, ["unmask"]],
  ["masked paths as a word", { MaskedPaths: "" }, ["unmask"]],
  ["a kernel parameter", { Sysctls: { "kernel.core_pattern": "|/x" } }, ["sysctl:kernel.core_pattern"]],
  ["a kernel parameter with an empty value", { Sysctls: { "kernel.x": "" } }, ["sysctl:kernel.x"]],
  ["a runtime", { Runtime: "nvidia" }, ["runtime:nvidia"]],
  [
    "a kernel parameter with an equals sign, which Podman parts",
    { Sysctls: { "kernel.core_pattern=|/x": "" } },
    ["sysctl:kernel.core_pattern=|/x", "sysctl:kernel.core_pattern"],
  ],
  [
    "an annotation with an equals sign, which Podman parts",
    { Annotations: { "a=b": "c" } },
    ["annotation:a=b", "annotation:a"],
  ],
  ["an annotation", { Annotations: { "run.oci.handler": "" } }, ["annotation:run.oci.handler"]],
  ["a log on another machine", { LogConfig: { Type: "syslog", Config: { a: "b" } } }, ["log-driver:syslog"]],
  [
    "options for the engine's own log driver",
    { LogConfig: { Config: { a: "b" } } },
    ["log-driver:(default)"],
  ],
  [
    "a name in the engine's own log, beside how much is kept",
    { LogConfig: { Type: "", Config: { "max-size": "1m", tag: "web" } } },
    ["log-driver:(default)"],
  ],
  [
    "fields in the engine's own log",
    { LogConfig: { Config: { labels: "container_name" } } },
    ["log-driver:(default)"],
  ],
  [
    "options in a form that is not known",
    { LogConfig: { Config: ["max-size=1m"] } },
    ["log-driver:(default)"],
  ],
  [
    "a log in a file of its choice, for Podman",
    { LogConfig: { Type: "json-file", Config: { "max-size": "1m", path: "/etc/cron.d/x" } } },
    ["log-driver:json-file", "field:LogConfig.Config.path"],
  ],
  [
    "a log driver among the options, for Podman",
    { LogConfig: { Type: "none", Config: { Driver: "k8s-file" } } },
    ["log-driver:none", "field:LogConfig.Config.Driver"],
  ],
  ["a program of the host as init, of engines before 17.04", { InitPath: "/bin/sh" }, ["field:InitPath"]],
  ["a field that nobody knows", { NewThing: { a: 1 } }, ["field:NewThing"]],
  ["a field that nobody knows with an empty list", { NewThing: [] }, ["field:NewThing"]],
  ["a field that nobody knows in a known one", { LogConfig: { New: "x" } }, ["field:LogConfig.New"]],
];

/** What takes from others or stays. */
const weights: readonly Row[] = [
  ["no out-of-memory kill", { OomKillDisable: true }, ["resource:OomKillDisable"]],
  ["an out-of-memory score", { OomScoreAdj: -1000 }, ["resource:OomScoreAdj"]],
  ["shared memory", { ShmSize: 1e12 }, ["resource:ShmSize"]],
  ["limits per process", { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 1 }] }, ["resource:Ulimits"]],
  ["storage options", { StorageOpt: { size: "1T" } }, ["resource:StorageOpt"]],
  ["real-time CPU", { CpuRealtimeRuntime: 1 }, ["resource:CpuRealtimeRuntime"]],
  [
    "paths of disks",
    { BlkioDeviceWriteBps: [{ Path: "/dev/sda", Rate: 1 }], BlkioWeightDevice: [{ Path: "/dev/sda" }] },
    ["resource:BlkioDeviceWriteBps", "device-limit:/dev/sda", "resource:BlkioWeightDevice"],
  ],
  ["a restart", { RestartPolicy: { Name: "always", MaximumRetryCount: 0 } }, ["restart:always"]],
  [
    "groups by name and by number",
    { GroupAdd: ["docker", "root", "00", "+7"] },
    ["docker", "0", "7"].map((id) => `group:${id}`),
  ],
  ["the groups of Podman's own user", { GroupAdd: ["keep-groups"] }, ["host:groups"]],
  ["a group as a text", { GroupAdd: "0" }, ["group:0"]],
  [
    "a group that is nearly a very long number",
    { GroupAdd: [`${"0".repeat(200_000)}x`] },
    [`group:${"0".repeat(120)}%...`],
  ],
  [
    "a group with more digits than any number has",
    { GroupAdd: [`0${"9".repeat(100_000)}`] },
    [`group:${"9".repeat(120)}%...`],
  ],
];

/** What the same fields say where they ask for nothing. */
const harmlessFields: readonly Row[] = [
  ["nothing", {}, []],
  [
    "null everywhere",
    { Privileged: null, CapAdd: null, Mounts: null, Sysctls: null, LogConfig: null, MaskedPaths: null },
    [],
  ],
  [
    "zero values",
    { Privileged: false, CgroupParent: "", PidMode: "", OomScoreAdj: 0, ShmSize: 0, Runtime: "" },
    [],
  ],
  [
    "empty lists and objects",
    { CapAdd: [], Devices: [], Sysctls: {}, Annotations: {}, Ulimits: [], SecurityOpt: [] },
    [],
  ],
  [
    "all masked paths and more, as tools send back what they read",
    { MaskedPaths: ["/a", ...masked], ReadonlyPaths: readOnly },
    [],
  ],
  ["dropped capabilities", { CapDrop: ["ALL"] }, []],
  ["namespaces of its own", { PidMode: "private", IpcMode: "shareable", CgroupnsMode: "private" }, []],
  ["limits", { Memory: 1, NanoCpus: 1, CpuShares: 1, PidsLimit: 1, MemorySwap: -1, CpusetCpus: "0" }, []],
  ["no restart", { RestartPolicy: { Name: "no", MaximumRetryCount: 0 } }, []],
  [
    "what clients always send",
    { ContainerIDFile: "", ConsoleSize: [24, 80], Isolation: "", Init: true, AutoRemove: true },
    [],
  ],
  [
    "how much is kept of the engine's own log",
    {
      LogConfig: {
        Type: "",
        Config: {
          "max-size": "1m",
          "max-file": "3",
          compress: "true",
          mode: "non-blocking",
          "max-buffer-size": "4m",
        },
      },
    },
    [],
  ],
  ["no log driver and no options", { LogConfig: { Type: "", Config: {} } }, []],
  ["a field that nobody knows, as zero", { NewThing: 0, New2: "", New3: false, New4: null, New5: -0.0 }, []],
];

describe("HostConfig", () => {
  test.each([...dangers, ...weights])("asks for %s", (_name, fields, asked) => {
    expect(hostAsks(fields)).toEqual(asked);
  });

  test.each(harmlessFields)("asks for nothing with %s", (_name, fields, asked) => {
    expect(hostAsks(fields)).toEqual(asked);
  });

  test.each([...dangers, ...weights])(
    "asks for the same at the top, where engines before 27 read it: %s",
    (_name, fields, asked) => {
      expect(createAsks(fields)).toEqual(asked);
      expect(createAsks({ ...Object(fields), HostConfig: null })).toEqual(asked);
    },
  );

  test.each([...dangers, ...weights])(
    "asks for the same in a container's body: %s",
    (_name, fields, asked) => {
      const inside = asked.map((power) => power.replace(/^field:/u, "field:HostConfig."));
      expect(createAsks({ HostConfig: fields })).toEqual(inside);
    },
  );

  test.each([
    [
      "log options with a local log driver",
      { LogConfig: { Type: "local", Config: { "max-size": "10m", tag: "x" } } },
      "log-driver:local",
    ],
    [
      "no new privileges, in every form",
      { SecurityOpt: ["no-new-privileges"] },
      "security-opt:no-new-privileges",
    ],
    [
      "no new privileges with a value",
      { SecurityOpt: ["no-new-privileges:true"] },
      "security-opt:no-new-privileges=true",
    ],
    ["a network parameter", { Sysctls: { "net.ipv4.ip_forward": "1" } }, "sysctl:net.ipv4.ip_forward"],
  ])("asks for a power that is in the default set for %s", (_name, fields, asked) => {
    expect(hostAsks(fields)).toEqual([asked]);
  });

  test.each([
    ["a mode that is no text", { PidMode: ["host"] }, `PidMode ${REQUIRED_TEXT}`],
    ["a capability that is no text", { CapAdd: [["SYS_ADMIN"]] }, `CapAdd[0] ${REQUIRED_TEXT}`],
    ["capabilities that are no list", { CapAdd: { a: 1 } }, "CapAdd must be a list"],
    ["parameters that are no object", { Sysctls: ["kernel.x=1"] }, "Sysctls must be an object"],
    ["annotations that are a text", { Annotations: "a" }, "Annotations must be an object"],
    ["a log driver in a list", { LogConfig: { Type: ["json-file"] } }, `LogConfig.Type ${REQUIRED_TEXT}`],
    [
      "a device driver in a list",
      { DeviceRequests: [{ Driver: ["cdi"] }] },
      `DeviceRequests[0].Driver ${REQUIRED_TEXT}`,
    ],
    [
      "a device's name in a list",
      { DeviceRequests: [{ DeviceIDs: [["a"]] }] },
      `DeviceRequests[0].DeviceIDs[0] ${REQUIRED_TEXT}`,
    ],
    ...["/dev/sda:/dev/sda:rwm", "dev/sda", "vendor.com/class", "/vendor.com/class=a", "a/b=../c"].map(
      (id): [string, unknown, string] => [
        `a CDI device that Podman takes for a path: ${id}`,
        { DeviceRequests: [{ Driver: "cdi", DeviceIDs: [id] }] },
        "DeviceRequests[0].DeviceIDs[0] must be a CDI device, as in vendor.com/class=name",
      ],
    ),
    [
      "a device's path in a list",
      { Devices: [{ PathOnHost: ["/dev/null"] }] },
      `Devices[0].PathOnHost ${REQUIRED_TEXT}`,
    ],
    ["a log that is a text", { LogConfig: "syslog" }, "LogConfig must be an object"],
    ["a device that is a text", { Devices: ["/dev/sda"] }, "Devices[0] must be an object"],
    ["a device without a path", { Devices: [{}] }, "Devices[0] must have an absolute PathOnHost without .."],
    [
      "a device whose path goes up, from where a link leads",
      { Devices: [{ PathOnHost: "/dev/fd/../mem" }] },
      "Devices[0] must have an absolute PathOnHost without ..",
    ],
    [
      "a CDI device as a path",
      { Devices: [{ PathOnHost: "vendor.com/class=a" }] },
      "Devices[0] must have an absolute PathOnHost without ..",
    ],
    ["HostConfig as a list", [], "the body must be an object"],
  ])("is refused with %s", (_name, fields, reason) => {
    expect(hostAsks(fields)).toBe(`refused: ${reason}`);
  });

  test.each([
    [{ Privileged: true }, "Privileged = true"],
    [{ CapAdd: ["NET_RAW", "sys_admin"] }, "CapAdd[1] = sys_admin"],
    [{ Sysctls: { "kernel.x": "1" } }, "Sysctls.kernel.x = 1"],
    [{ Devices: [{ PathOnHost: "/dev//sda" }] }, "Devices[0] = /dev//sda"],
    [{ NewThing: { a: ["b\n"] } }, String.raw`NewThing = {"a":["b\n"]}`],
    [{ "New\u001b[2J": true }, "New?[2J = true"],
  ])("says where %j asks", (fields, place) => {
    expect(askedBy(hostConfig, fields).places.at(-1)).toBe(place);
  });
});
