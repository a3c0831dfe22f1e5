import { expect } from "vitest";
import type { Attack } from "./attack.ts";

/** A container that runs, which others try to get at: it has a path of the host, and shares its memory. */
export const VICTIM = "victim";

const IMAGE = { Image: "busybox:test", Cmd: ["true"] };

/** The engine shows the id of the other container. */
const JOINED: unknown = expect.stringMatching(/^container:/u);

type Row = readonly [name: string, hostConfig: object, shown: object, refusal: RegExp];

/** What a HostConfig asks for, as it is. */
const hostConfigs: readonly Row[] = [
  [
    "privileged",
    { Privileged: true },
    { Privileged: true },
    /power privileged \(HostConfig\.Privileged = true\)/u,
  ],
  ["bind of the host's root", { Binds: ["/:/host"] }, { Binds: ["/:/host"] }, /power bind:\/ \(/u],
  [
    "read-only bind of etc",
    { Binds: ["/etc:/host:ro"] },
    { Binds: ["/etc:/host:ro"] },
    /power bind:\/etc:ro-nonrecursive \(/u,
  ],
  [
    "bind by a path with dots",
    { Binds: ["/tmp/../etc:/host"] },
    { Binds: ["/tmp/../etc:/host"] },
    /an absolute path without \.\./u,
  ],
  ["bind by a path with two slashes", { Binds: ["//:/host"] }, { Binds: ["//:/host"] }, /bind:\/ \(/u],
  [
    "bind of the docker socket",
    { Binds: ["/var/run/docker.sock:/s"] },
    { Binds: ["/var/run/docker.sock:/s"] },
    /bind:\/var\/run\/docker\.sock/u,
  ],
  [
    "bind that shares its mounts",
    { Binds: ["/srv:/s:rshared"] },
    { Binds: ["/srv:/s:rshared"] },
    /propagation:rshared/u,
  ],
  ["bind that relabels the host", { Binds: ["/srv:/s:ro,Z"] }, { Binds: ["/srv:/s:ro,Z"] }, /relabel:\/srv/u],
  [
    "mount of type bind",
    { Mounts: [{ Type: "bind", Source: "/etc", Target: "/host" }] },
    { Mounts: [{ Type: "bind", Source: "/etc" }] },
    /bind:\/etc \(HostConfig\.Mounts\[0\]\.Source = \/etc\)/u,
  ],
  [
    "volume made with bind options",
    { Mounts: [localVolume({ type: "none", o: "bind", device: "/" })] },
    { Mounts: [{ Type: "volume" }] },
    /power bind:\/ \(/u,
  ],
  [
    "volume made with an overlay of the host",
    { Mounts: [localVolume({ type: "overlay", o: "lowerdir=/etc:/usr", device: "overlay" })] },
    { Mounts: [{ Type: "volume" }] },
    /mount:overlay/u,
  ],
  [
    "volume made with the host's proc",
    { Mounts: [localVolume({ type: "proc", device: "proc" })] },
    { Mounts: [{ Type: "volume" }] },
    /mount:proc/u,
  ],
  [
    "volume of a bind made earlier",
    { Binds: ["planted:/host"] },
    { Binds: ["planted:/host"] },
    /bind:\/ \(.*planted/u,
  ],
  [
    "mount of a volume of a bind made earlier",
    { Mounts: [{ Type: "volume", Source: "planted", Target: "/host" }] },
    { Mounts: [{ Source: "planted" }] },
    /bind:\/ \(/u,
  ],
  [
    "mounts of another container",
    { VolumesFrom: [VICTIM] },
    { VolumesFrom: [VICTIM] },
    /volumes-from:victim/u,
  ],
  [
    "volume plugin",
    { VolumeDriver: "local-persist" },
    { VolumeDriver: "local-persist" },
    /volume-driver:local-persist/u,
  ],
  ["a tmpfs with a bind flag", { Tmpfs: { "/t": "bind" } }, { Tmpfs: { "/t": "bind" } }, /mount:tmpfs/u],
  ["capability", { CapAdd: ["SYS_ADMIN"] }, { CapAdd: [capability("SYS_ADMIN")] }, /cap:SYS_ADMIN/u],
  [
    "capability in small letters",
    { CapAdd: ["cap_sys_ptrace"] },
    { CapAdd: [capability("SYS_PTRACE")] },
    /cap:SYS_PTRACE/u,
  ],
  ["all capabilities", { CapAdd: ["all"] }, { CapAdd: [capability("ALL")] }, /cap:ALL/u],
  [
    "capability as a string",
    { CapAdd: "SYS_MODULE" },
    { CapAdd: [capability("SYS_MODULE")] },
    /cap:SYS_MODULE/u,
  ],
  [
    "device",
    { Devices: [device("/dev/kmsg")] },
    { Devices: [{ PathOnHost: "/dev/kmsg" }] },
    /device:\/dev\/kmsg/u,
  ],
  [
    "folder of all devices",
    { Devices: [device("/dev")] },
    { Devices: [{ PathOnHost: "/dev" }] },
    /device:\/dev \(/u,
  ],
  [
    "devices by number",
    { DeviceCgroupRules: ["b 8:* rwm"] },
    { DeviceCgroupRules: ["b 8:* rwm"] },
    /device-rule:b 8:%2A rwm/u,
  ],
  [
    "devices from a driver",
    { DeviceRequests: [{ Driver: "nvidia", Count: -1, Capabilities: [["gpu"]] }] },
    { DeviceRequests: [{ Driver: "nvidia" }] },
    /device-request:nvidia/u,
  ],
  ["the host's processes", { PidMode: "host" }, { PidMode: "host" }, /host:pid/u],
  [
    "another container's processes",
    { PidMode: `container:${VICTIM}` },
    { PidMode: JOINED },
    /join:pid:victim/u,
  ],
  ["the host's shared memory", { IpcMode: "host" }, { IpcMode: "host" }, /host:ipc/u],
  [
    "another container's shared memory",
    { IpcMode: `container:${VICTIM}` },
    { IpcMode: JOINED },
    /join:ipc:/u,
  ],
  ["the host's network", { NetworkMode: "host" }, { NetworkMode: "host" }, /host:network/u],
  [
    "another container's network",
    { NetworkMode: `container:${VICTIM}` },
    { NetworkMode: JOINED },
    /join:network:victim/u,
  ],
  ["the host's name", { UTSMode: "host" }, { UTSMode: "host" }, /host:uts/u],
  ["the host's users", { UsernsMode: "host" }, { UsernsMode: "host" }, /host:userns/u],
  ["the host's control groups", { CgroupnsMode: "host" }, { CgroupnsMode: "host" }, /host:cgroupns/u],
  [
    "a control group of its choice",
    { CgroupParent: "/../.." },
    { CgroupParent: "/../.." },
    /cgroup-parent:/u,
  ],
  [
    "no seccomp",
    secured("seccomp=unconfined"),
    secured("seccomp=unconfined"),
    /security-opt:seccomp=unconfined/u,
  ],
  [
    "no seccomp, the old way",
    secured("seccomp:unconfined"),
    secured("seccomp:unconfined"),
    /seccomp=unconfined/u,
  ],
  ["a seccomp profile of its own", secured("seccomp={}"), secured("seccomp={}"), /seccomp=\(inline\)/u],
  ["no AppArmor", secured("apparmor=unconfined"), secured("apparmor=unconfined"), /apparmor=unconfined/u],
  ["no SELinux", secured("label=disable"), secured("label=disable"), /label=disable/u],
  ["no SELinux, in one word", secured("disable"), secured("disable"), /label=disable/u],
  ["no masked paths", { MaskedPaths: [] }, { MaskedPaths: [] }, /power unmask/u],
  ["no read-only paths", { ReadonlyPaths: [] }, { ReadonlyPaths: [] }, /power unmask/u],
  [
    "a kernel parameter of the host",
    { Sysctls: { "kernel.core_pattern": "|/bin/evil" } },
    { Sysctls: { "kernel.core_pattern": "|/bin/evil" } },
    /sysctl:kernel\.core_pattern/u,
  ],
  [
    "another runtime",
    { Runtime: "io.containerd.runc.v2" },
    { Runtime: "io.containerd.runc.v2" },
    /runtime:io\.containerd\.runc\.v2/u,
  ],
  [
    "a log driver that sends elsewhere",
    { LogConfig: { Type: "syslog", Config: { "syslog-address": "udp://127.0.0.1:514" } } },
    { LogConfig: { Type: "syslog" } },
    /log-driver:syslog/u,
  ],
  [
    "a legacy link",
    { Links: [`${VICTIM}:db`] },
    { Links: [expect.stringContaining(VICTIM)] },
    /link:victim/u,
  ],
];

type Spelling = readonly [name: string, members: string, shown: object, refusal: RegExp];

/** Bodies whose spelling is the attack: `M` members stand beside the image. */
const spellings: readonly Spelling[] = [
  [
    "key in small letters",
    '"HostConfig":{"privileged":true}',
    { Privileged: true },
    /power privileged \(HostConfig\.Privileged/u,
  ],
  [
    "key in capitals",
    '"HOSTCONFIG":{"Privileged":true}',
    { Privileged: true },
    /power privileged \(HostConfig\.Privileged/u,
  ],
  [
    "key with a long s",
    '"Ho\u017ftConfig":{"Bind\u017f":["/etc:/h"]}',
    { Binds: ["/etc:/h"] },
    /would be read as HostConfig/u,
  ],
  [
    "key with a Kelvin sign",
    '"HostConfig":{"Networ\u212aMode":"host"}',
    { NetworkMode: "host" },
    /read as NetworkMode/u,
  ],
  [
    "objects that merge",
    '"HostConfig":{"Privileged":true},"HostConfig":{"PidMode":"host"}',
    { Privileged: true, PidMode: "host" },
    /a key stands twice/u,
  ],
  [
    "objects that merge, spelt differently",
    '"HostConfig":{"Privileged":true},"hostConfig":{"PidMode":"host"}',
    { Privileged: true, PidMode: "host" },
    /would be read as HostConfig/u,
  ],
  [
    "lists that merge",
    '"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc","Target":"/x"}],"Mounts":[{"Target":"/y"}]}',
    { Mounts: [{ Type: "bind", Source: "/etc", Target: "/y" }] },
    /a key stands twice/u,
  ],
  [
    "null that takes nothing back",
    '"HostConfig":{"Privileged":true,"Privileged":null}',
    { Privileged: true },
    /a key stands twice/u,
  ],
  ["escaped key", '"HostConfig":{"\\u0050rivileged":true}', { Privileged: true }, /power privileged/u],
  ["escaped value", '"HostConfig":{"PidMode":"\\u0068ost"}', { PidMode: "host" }, /host:pid/u],
];

/** Engines before 27 read the members of a HostConfig that is not there beside it. */
const spellingsAtTheTop: readonly Spelling[] = [
  ["fields at the top", '"Privileged":true', { Privileged: true }, /power privileged \(Privileged = true\)/u],
  [
    "binds at the top beside null",
    '"HostConfig":null,"Binds":["/:/h"]',
    { Binds: ["/:/h"] },
    /bind:\/ \(Binds\[0\]/u,
  ],
];

/** What a container of each reads of the host, when it runs. */
const readings: readonly (readonly [name: string, hostConfig: object, file: string, refusal: RegExp])[] = [
  ["a bind", { Binds: ["/etc:/host"] }, "/host/passwd", /bind:\/etc \(/u],
  [
    "a mount",
    { Mounts: [{ Type: "bind", Source: "/etc", Target: "/host" }] },
    "/host/passwd",
    /bind:\/etc \(/u,
  ],
  [
    "a bind volume",
    { Mounts: [localVolume({ type: "none", o: "bind", device: "/etc" })] },
    "/host/passwd",
    /bind:\/etc \(/u,
  ],
  [
    "an overlay volume",
    { Mounts: [localVolume({ type: "overlay", o: "lowerdir=/etc:/usr", device: "overlay" })] },
    "/host/passwd",
    /mount:overlay/u,
  ],
  ["a volume made earlier", { Binds: ["planted:/host"] }, "/host/etc/passwd", /bind:\/ \(/u],
  ["another container's mounts", { VolumesFrom: [VICTIM] }, "/h/passwd", /volumes-from:victim/u],
  [
    "the processes of another container",
    { PidMode: `container:${VICTIM}` },
    "/proc/1/root/h/passwd",
    /join:pid:victim/u,
  ],
];

/** Attacks by creating a container. */
export const containerAttacks: readonly Attack[] = [
  ...readings.map(([name, hostConfig, file, refusal]) => ({
    name: `reading the host through ${name}`,
    target: "/v1.41/containers/create?name=NAME",
    body: { Image: "busybox:test", Cmd: ["cat", file], HostConfig: { NetworkMode: "none", ...hostConfig } },
    made: { at: "/containers/NAME/json", like: {} },
    prints: /^root:/u,
    refusal,
  })),
  ...hostConfigs.map(([name, hostConfig, shown, refusal]) => ({
    name,
    target: "/v1.41/containers/create?name=NAME",
    body: { ...IMAGE, HostConfig: hostConfig },
    made: { at: "/containers/NAME/json", like: { HostConfig: shown } },
    refusal,
  })),
  ...spellings.map(spellingAttack),
  ...spellingsAtTheTop.map((spelling) => ({ ...spellingAttack(spelling), until: "1.46" })),
];

function spellingAttack([name, members, shown, refusal]: Spelling): Attack {
  return {
    name,
    target: "/v1.41/containers/create?name=NAME",
    body: `{"Image":"busybox:test","Cmd":["true"],${members}}`,
    made: { at: "/containers/NAME/json", like: { HostConfig: shown } },
    refusal,
  };
}

/** Engines before 23 show a capability as it was given. */
function capability(name: string): unknown {
  return expect.stringMatching(new RegExp(`^(?:CAP_)?${name}$`, "iu"));
}

function localVolume(options: object): object {
  return {
    Type: "volume",
    Target: "/host",
    VolumeOptions: { DriverConfig: { Name: "local", Options: options } },
  };
}

function device(path: string): object {
  return { PathOnHost: path, PathInContainer: "/dev/x", CgroupPermissions: "rwm" };
}

function secured(option: string): object {
  return { SecurityOpt: [option] };
}
