import { describe, expect, test } from "vitest";
import { createAsks, hostAsks } from "./container-asks.ts";

const refusal = (place: string, reason: string): string => `refused: ${place} ${reason}`;
const form = "must be source:destination, with a mode that Docker knows";
const source = "must have a source that is an absolute path without ..";
const absolute = "must be an absolute path without ..";
const plain = "must have no comma, quote or line end";

describe("HostConfig.Binds", () => {
  test.each<readonly [string, string, readonly string[]]>([
    ["a path", "/etc:/x", ["bind:/etc"]],
    ["the root", "/:/host", ["bind:/"]],
    ["the socket", "/var/run/docker.sock:/var/run/docker.sock", ["bind:/var/run/docker.sock"]],
    ["a path read-only", "/etc:/x:ro", ["look up read-only container:/etc"]],
    ["a path read-write", "/etc:/x:rw", ["bind:/etc"]],
    ["a path with an empty mode", "/etc:/x:", ["bind:/etc"]],
    ["two slashes", "//etc:/x", ["bind:/etc"]],
    ["a dot", "/./etc/.:/x", ["bind:/etc"]],
    ["a slash at the end", "/etc/:/x", ["bind:/etc"]],
    ["the root in another spelling", "/./:/x:ro", ["look up read-only container:/"]],
    ["three dots, which are a name", "/srv/...:/x", ["bind:/srv/..."]],
    ["a path with a star, a comma and a percent sign", "/a*,b%:/x", ["bind:/a%2A%2Cb%25"]],
    ["a path with letters beyond ASCII", "/é:/x", ["bind:/%C3%A9"]],
    ["a backslash, which is a letter", String.raw`/a\b:/x`, [String.raw`bind:/a\b`]],
    ["both of ro and rw, which counts as rw", "/etc:/x:ro,rw", ["bind:/etc"]],
    ["a new SELinux label", "/etc:/x:z", ["bind:/etc", "relabel:/etc"]],
    [
      "a private SELinux label, read-only",
      "/etc:/x:ro,Z",
      ["relabel:/etc", "look up read-only container:/etc"],
    ],
    ["shared mounts", "/etc:/x:rshared", ["bind:/etc", "propagation:rshared"]],
    ["received mounts", "/etc:/x:ro,slave", ["propagation:slave", "look up read-only container:/etc"]],
    ["all of it", "/etc:/x:Z,shared", ["bind:/etc", "relabel:/etc", "propagation:shared"]],
    ["no propagation", "/etc:/x:rprivate,cached", ["bind:/etc"]],
    ["a volume", "data:/x", ["look up volume:data"]],
    ["a volume read-only without a copy", "data:/x:ro,nocopy", ["look up volume:data"]],
    ["a volume with a new SELinux label", "data:/x:z", ["relabel-volume:data", "look up volume:data"]],
    ["a volume with a private one", "data:/x:ro,Z", ["relabel-volume:data", "look up volume:data"]],
    ["a volume whose mounts are shared", "data:/x:rshared", ["propagation:rshared", "look up volume:data"]],
    ["a drive letter, which is a volume", "C:/x", ["look up volume:C"]],
    ["a place alone: a volume without a name", "/data", []],
    ["nothing", "", []],
  ])("asks for %s", (_name, bind, asked) => {
    expect(hostAsks({ Binds: [bind] })).toEqual(asked);
    expect(createAsks({ Binds: [bind] })).toEqual(asked);
  });

  test.each([
    ["a path that goes up", "/srv/../etc:/x", source],
    ["a path that goes up from a link", "/var/run/../../root:/x:ro", source],
    ["a path that goes up beyond the root", "/../etc:/x", source],
    ["a path that ends in going up", "/etc/..:/x", source],
    ["a path from where the engine stands, for Podman", "./etc:/x", source],
    ["a path that goes up from where the engine stands", "../etc:/x", source],
    ["no source", ":/x", form],
    ["a fourth part", "/a:/b:ro:rw", form],
    ["a mode in capitals", "/a:/b:RO", form],
    ["a mode that Docker does not know", "/a:/b:exec", form],
    ["a mode of Podman's that changes owners", "/a:/b:U", form],
    ["one that changes the owners of a volume's files", "data:/b:U", form],
    ["a mode of Podman's with folders of the host", "/a:/b:O,upperdir=/etc,workdir=/x", form],
    ["a mode with a space", "/a:/b: ro", form],
    ["an empty word among modes", "/a:/b:ro,", form],
  ])("are refused with %s", (_name, bind, reason) => {
    expect(hostAsks({ Binds: [bind] })).toBe(refusal("Binds[0]", reason));
  });

  test("are judged as one text too, and each in its place", () => {
    expect(hostAsks({ Binds: "/etc:/x" })).toEqual(["bind:/etc"]);
    const binds = { HostConfig: { Binds: ["data:/a", "/etc:/host-etc:ro"] } };
    expect(createAsks(binds)).toEqual(["look up volume:data", "look up read-only container:/etc"]);
  });

  test("with a word repeated without end are bounded", () => {
    expect(hostAsks({ Binds: Array.from({ length: 4 }, () => `/a:/b:${"shared,".repeat(580)}shared`) })).toBe(
      "refused: it asks for more than 2000 powers",
    );
    expect(hostAsks({ Binds: [`/a:/b:${"shared,".repeat(600)}shared`] })).toBe(
      "refused: Binds[0] must be source:destination, with a mode that Docker knows",
    );
  });
});

describe("Config.Volumes", () => {
  test("asks for nothing with places alone", () => {
    expect(createAsks({ Volumes: { "/data": {}, "/more": null } })).toEqual([]);
  });

  test("asks for what Podman takes for a bind", () => {
    expect(createAsks({ Volumes: { "/etc:/x:ro": {}, "data:/y": {} } })).toEqual([
      "look up read-only container:/etc",
      "look up volume:data",
    ]);
  });
});

const local = (options: unknown): unknown => ({
  Type: "volume",
  Target: "/x",
  VolumeOptions: { DriverConfig: { Name: "local", Options: options } },
});

describe("HostConfig.Mounts", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["a bind", { Type: "bind", Source: "/etc", Target: "/x" }, ["bind:/etc"]],
    ["a bind in another spelling", { Type: "bind", Source: "//etc/./", Target: "/x" }, ["bind:/etc"]],
    [
      "a bind read-only",
      { Type: "bind", Source: "/etc", ReadOnly: true },
      ["look up read-only container:/etc"],
    ],
    [
      "a bind read-only in a text, which is none",
      { Type: "bind", Source: "/etc", ReadOnly: "true" },
      ["bind:/etc"],
    ],
    [
      "a bind read-only of which what is mounted below stays writable",
      { Type: "bind", Source: "/etc", ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true } },
      ["bind:/etc:ro-nonrecursive"],
    ],
    [
      "a bind read-only to its depth",
      { Type: "bind", Source: "/etc", ReadOnly: true, BindOptions: { ReadOnlyForceRecursive: true } },
      ["look up read-only container:/etc"],
    ],
    [
      "a shared bind",
      { Type: "bind", Source: "/etc", BindOptions: { Propagation: "rshared" } },
      ["propagation:rshared", "bind:/etc"],
    ],
    [
      "a private bind, made on the host where it is missing",
      { Type: "bind", Source: "/etc", BindOptions: { Propagation: "rprivate", CreateMountpoint: true } },
      ["bind:/etc"],
    ],
    ["a type in capitals", { Type: "BIND", Source: "/etc" }, ["mount:BIND", "bind:/etc"]],
    ["no type", { Source: "/etc", Target: "/x" }, ["mount:(none)", "bind:/etc"]],
    ["a type that is null", { Type: null, Source: "/etc" }, ["mount:(none)", "bind:/etc"]],
    ["a pipe of Windows", { Type: "npipe", Source: String.raw`\\.\pipe\docker_engine` }, ["mount:npipe"]],
    ["a cluster volume", { Type: "cluster", Source: "x" }, ["mount:cluster"]],
    ["a pattern, for Podman", { Type: "glob", Source: "/etc/*" }, ["mount:glob"]],
    ["an image", { Type: "image", Source: "alpine" }, ["image:docker.io/library/alpine:latest"]],
    [
      "a file system in memory",
      { Type: "tmpfs", Target: "/x", TmpfsOptions: { SizeBytes: 1, Mode: 511, Options: [["exec"]] } },
      [],
    ],
    ["a file system in memory with a source", { Type: "tmpfs", Source: "/root/x" }, ["mount:tmpfs"]],
    ["a volume", { Type: "volume", Source: "data", Target: "/x" }, ["look up volume:data"]],
    ["a volume that is called as a path", { Type: "volume", Source: "/etc" }, ["look up volume:/etc"]],
    [
      "a volume without a name",
      { Type: "volume", Target: "/x", VolumeOptions: { NoCopy: true, Subpath: "a" } },
      [],
    ],
    ["labels of a volume", { Type: "volume", VolumeOptions: { Labels: { a: "b" } } }, ["label:a"]],
    [
      "a volume plugin",
      { Type: "volume", VolumeOptions: { DriverConfig: { Name: "sshfs", Options: { any: "thing" } } } },
      ["volume-driver:sshfs"],
    ],
    [
      "a volume plugin that is called nearly local",
      { Type: "volume", VolumeOptions: { DriverConfig: { Name: "Local" } } },
      ["volume-driver:Local"],
    ],
    [
      "options of the driver without a name",
      {
        Type: "volume",
        VolumeOptions: { DriverConfig: { Options: { type: "none", o: "bind", device: "/" } } },
      },
      ["bind:/"],
    ],
    [
      "a volume with a name and options",
      {
        Type: "volume",
        Source: "v",
        VolumeOptions: { DriverConfig: { Options: { type: "proc", device: "proc" } } },
      },
      ["mount:proc", "look up volume:v"],
    ],
    ["a volume's bind", local({ type: "none", o: "bind", device: "/etc" }), ["bind:/etc"]],
    ["a volume's bind, read-only", local({ type: "none", o: "bind,ro", device: "/etc" }), ["bind:/etc:ro"]],
    [
      "a volume's bind whatever its type",
      local({ type: "tmpfs", o: "size=1,rbind", device: "/etc" }),
      ["mount:bind", "bind:/etc"],
    ],
    [
      "a volume's bind that goes up, from where a link leads",
      local({ type: "none", o: "bind", device: "/var/run/../etc" }),
      ["mount:bind"],
    ],
    [
      "a volume's bind from where the engine stands",
      local({ type: "none", o: "bind", device: "etc" }),
      ["mount:bind"],
    ],
    ["an overlay", local({ type: "overlay", device: "overlay", o: "lowerdir=/etc:/usr" }), ["mount:overlay"]],
    ["the host's processes", local({ type: "proc", device: "proc" }), ["mount:proc"]],
    ["a disk", local({ type: "ext4", device: "/dev/sda1" }), ["mount:ext4"]],
    ["another machine", local({ type: "nfs", o: "addr=10.0.0.1", device: ":/" }), ["mount:nfs"]],
    ["a device without a type", local({ device: "/dev/sda1" }), ["mount:none"]],
    ["a volume in memory", local({ type: "tmpfs", device: "tmpfs", o: "size=100m,uid=1000" }), []],
    [
      "a volume in memory that is shared",
      local({ type: "tmpfs", device: "tmpfs", o: "shared" }),
      ["mount:tmpfs"],
    ],
    [
      "an option that the driver does not know",
      local({ Type: "proc" }),
      ["field:Mounts.VolumeOptions.DriverConfig.Options.Type"],
    ],
    ["no options", local(null), []],
    [
      "a field that nobody knows",
      { Type: "tmpfs", New: 1, BindOptions: { New: 1 } },
      ["field:Mounts.New", "field:Mounts.BindOptions.New"],
    ],
    [
      "options of a cluster volume",
      { Type: "tmpfs", ClusterOptions: { a: 1 } },
      ["field:Mounts.ClusterOptions.a"],
    ],
    ["null", null, []],
  ])("ask for %s", (_name, mount, asked) => {
    expect(hostAsks({ Mounts: [mount] })).toEqual(asked);
  });

  test.each([
    ["a bind that goes up", { Type: "bind", Source: "/srv/../etc" }, refusal("Mounts[0].Source", absolute)],
    [
      "a bind from where the engine stands",
      { Type: "bind", Source: "etc" },
      refusal("Mounts[0].Source", absolute),
    ],
    ["a bind without a source", { Type: "bind", Target: "/x" }, refusal("Mounts[0].Source", absolute)],
    [
      "a bind with a backslash first",
      { Type: "bind", Source: String.raw`\etc` },
      refusal("Mounts[0].Source", absolute),
    ],
    [
      "a source that is no text",
      { Type: "bind", Source: ["/etc"] },
      refusal("Mounts[0].Source", "must be a string"),
    ],
    [
      "a second source behind the place, for Podman",
      { Type: "bind", Source: "/srv", Target: "/x,source=/etc" },
      refusal("Mounts[0].Target", plain),
    ],
    ["options behind the source", { Type: "volume", Source: "v,ro" }, refusal("Mounts[0].Source", plain)],
    [
      "options behind the consistency",
      { Type: "tmpfs", Consistency: "cached,x" },
      refusal("Mounts[0].Consistency", plain),
    ],
    [
      "options behind the part of a volume",
      { Type: "volume", Source: "v", VolumeOptions: { Subpath: 'a",x' } },
      refusal("Mounts[0].VolumeOptions.Subpath", plain),
    ],
    [
      "options behind the propagation",
      { Type: "bind", Source: "/srv", BindOptions: { Propagation: "shared,src=/etc" } },
      refusal("Mounts[0].BindOptions.Propagation", plain),
    ],
    ["a type in a list", { Type: ["tmpfs"], Target: "/x" }, refusal("Mounts[0].Type", "must be a string")],
    [
      "a driver in a list",
      { Type: "volume", VolumeOptions: { DriverConfig: { Name: ["local"] } } },
      refusal("Mounts[0].VolumeOptions.DriverConfig.Name", "must be a string"),
    ],
    ["a mount that is a text", "/etc:/x", refusal("Mounts[0]", "must be an object")],
    [
      "an option that is no text",
      local({ type: ["proc"] }),
      refusal("Mounts[0].VolumeOptions.DriverConfig.Options.type", "must be a string"),
    ],
  ])("are refused with %s", (_name, mount, reason) => {
    expect(hostAsks({ Mounts: [mount] })).toBe(reason);
  });
});

describe("other ways to mounts", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["another container's volumes", { VolumesFrom: ["db:ro"] }, ["look up container:db for volumes-from:"]],
    [
      "another container's volumes in a text",
      { VolumesFrom: "db" },
      ["look up container:db for volumes-from:"],
    ],
    ["a volume plugin for all volumes", { VolumeDriver: "sshfs" }, ["volume-driver:sshfs"]],
    [
      "a file system in memory with options of its own",
      { Tmpfs: { "/run": "rw,noexec,size=64k", "/x": "" } },
      [],
    ],
    ["a file system in memory that is shared", { Tmpfs: { "/run": "rshared" } }, ["mount:tmpfs"]],
    [
      "a file system in memory that is mounted anew",
      { Tmpfs: { "/run": "size=1,remount" } },
      ["mount:tmpfs"],
    ],
    ["options in the place, for Podman", { Tmpfs: { "/run:bind": "" } }, ["mount:tmpfs"]],
    ["options that are no text", { Tmpfs: { "/run": ["bind"] } }, ["mount:tmpfs"]],
  ])("ask for %s", (_name, fields, asked) => {
    expect(hostAsks(fields)).toEqual(asked);
  });
});
