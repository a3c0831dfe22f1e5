import { describe, expect, test } from "vitest";
import { Asking } from "../../../src/docker/powers/asking.ts";
import { meaning } from "../../../src/docker/powers/meaning.ts";
import { volumeInspectPowers, volumePowers } from "../../../src/docker/powers/volume.ts";
import { askedBy, askedByRequest, type AskedTexts } from "./asked.ts";

const { VolumeCreate = {}, VolumeUpdate = {} } = volumePowers;

function askedOf(body: unknown, query?: string): AskedTexts {
  return askedByRequest(VolumeCreate, query === undefined ? { body } : { body, query });
}

describe("a volume asks for what its options mount", () => {
  test.each<[name: string, options: Readonly<Record<string, string>>, powers: readonly string[]]>([
    ["nothing", {}, []],
    ["empty texts", { type: "", device: "", o: "" }, []],
    ["a size, for a quota", { size: "10G" }, []],
    ["memory", { type: "tmpfs", device: "tmpfs" }, []],
    [
      "memory with its own options",
      { type: "tmpfs", device: "tmpfs", o: "size=1m,uid=1000,mode=1777,noexec" },
      [],
    ],
    ["a bind", { type: "none", device: "/etc", o: "bind" }, ["bind:/etc"]],
    [
      "a bind with another type",
      { type: "nfs", device: "/etc", o: "addr=h,bind" },
      ["mount:bind", "bind:/etc"],
    ],
    ["a bind dressed up as memory", { type: "tmpfs", device: "/etc", o: "bind" }, ["bind:/etc"]],
    ["a bind of all below", { type: "none", device: "/", o: "rbind" }, ["bind:/"]],
    ["a bind without a type", { device: "/etc", o: "bind" }, ["bind:/etc"]],
    ["a read-only bind", { type: "none", device: "/etc", o: "bind,ro" }, ["bind:/etc:ro"]],
    ["a bind that ends writable", { type: "none", device: "/etc", o: "ro,bind,rw" }, ["bind:/etc"]],
    ["a bind that ends read-only", { type: "none", device: "/etc", o: "rw,bind,ro" }, ["bind:/etc:ro"]],
    [
      "a read-only bind of all below, which is only the top",
      { type: "none", device: "/mnt", o: "rbind,ro" },
      ["bind:/mnt:ro-nonrecursive"],
    ],
    [
      "ro in another word",
      { type: "none", device: "/etc", o: "bind,errors=ro" },
      ["mount:bind", "bind:/etc"],
    ],
    ["ro in another case", { type: "none", device: "/etc", o: "bind,RO" }, ["mount:bind", "bind:/etc"]],
    ["a bind that spreads", { type: "none", device: "/etc", o: "bind,rshared" }, ["mount:bind", "bind:/etc"]],
    ["a path in another spelling", { type: "none", device: "//etc/./x/", o: "bind" }, ["bind:/etc/x"]],
    ["a path that goes up", { type: "none", device: "/srv/../etc", o: "bind" }, ["mount:bind"]],
    ["a relative path", { type: "none", device: "etc", o: "bind" }, ["mount:bind"]],
    ["a path with a colon and a star", { type: "none", device: "/a:ro*", o: "bind" }, ["bind:/a%3Aro%2A"]],
    [
      "an overlay without the word bind",
      { type: "overlay", device: "overlay", o: "lowerdir=/etc:/usr" },
      ["mount:overlay"],
    ],
    [
      "an overlay with bind inside a word",
      { type: "overlay", device: "overlay", o: "lowerdir=/bind" },
      ["mount:overlay"],
    ],
    ["the host's processes", { type: "proc", device: "proc" }, ["mount:proc"]],
    ["a disk", { type: "ext4", device: "/dev/sda1" }, ["mount:ext4"]],
    ["NFS", { type: "nfs", device: ":/x", o: "addr=host,rw" }, ["mount:nfs"]],
    ["CIFS", { type: "cifs", device: "//host/x", o: "username=u,password=secret" }, ["mount:cifs"]],
    ["9p", { type: "9p", device: "x" }, ["mount:9p"]],
    ["Ceph", { type: "ceph", device: "h:/" }, ["mount:ceph"]],
    ["a device without a type", { device: "/etc" }, ["mount:none"]],
    ["options without a type", { o: "move" }, ["mount:none"]],
    ["a type that says bind", { type: "bind", device: "/etc" }, ["mount:bind"]],
    ["memory from another device", { type: "tmpfs", device: "/etc" }, ["mount:tmpfs"]],
    ["memory that is mounted again", { type: "tmpfs", device: "tmpfs", o: "remount" }, ["mount:tmpfs"]],
    ["memory that spreads", { type: "tmpfs", device: "tmpfs", o: "shared" }, ["mount:tmpfs"]],
    ["memory in capitals", { type: "TMPFS", device: "tmpfs" }, ["mount:TMPFS"]],
    ["a type with a star and a comma", { type: "*,bind", device: "x" }, ["mount:%2A%2Cbind"]],
    ["an option that is not known", { uid: "0" }, ["field:DriverOpts.uid"]],
    ["a known option in other letters", { Device: "/etc" }, ["field:DriverOpts.Device"]],
  ])("%s", (_name, options, powers) => {
    expect(askedOf({ DriverOpts: options })).toMatchObject({ powers, fault: undefined });
    expect(askedOf({ Driver: "local", DriverOpts: options })).toMatchObject({ powers, fault: undefined });
  });

  test("and never shows the options, in which passwords stand", () => {
    const shown = [
      { type: "cifs", device: "//host/x", o: "username=u,password=secret" },
      { type: "none", device: "/x", o: "bind,password=secret" },
      { password: "secret" },
    ].map((options) => JSON.stringify(askedOf({ DriverOpts: options })));
    expect(shown.filter((text) => text.includes("secret"))).toEqual([]);
  });
});

describe("a new volume asks for", () => {
  test.each([
    ["its name", { Name: "data" }, ["volume:data"]],
    ["a name with a star", { Name: "*" }, ["volume:%2A"]],
    [
      "a plugin, whatever its options",
      { Driver: "rexray", DriverOpts: { o: "bind" } },
      ["volume-driver:rexray"],
    ],
    ["a bind, under a key in other letters", { driveropts: { o: "bind", device: "/etc" } }, ["bind:/etc"]],
    ["a plugin in other letters", { Driver: "Local" }, ["volume-driver:Local"]],
    ["its labels", { Labels: { "traefik.enable": "true" } }, ["label:traefik.enable"]],
    ["nothing, by an empty request", {}, []],
    ["nothing, by nothing for everything", { Name: null, Driver: null, DriverOpts: null, Labels: null }, []],
    ["a cluster's volume", { ClusterVolumeSpec: {} }, ["field:ClusterVolumeSpec"]],
    ["what is not known", { Frobnicate: [] }, ["field:Frobnicate"]],
  ])("%s", (_name, body, powers) => {
    expect(askedOf(body)).toMatchObject({ powers, fault: undefined });
  });

  test("the same when the query repeats the body, and for a key of its own", () => {
    expect(askedOf({ Name: "data" }, "driver=x").powers).toEqual(["field:?driver", "volume:data"]);
  });

  test.each([
    ["options under two keys that engines take for one", { driveropts: { o: "bind" }, DriverOpts: {} }],
    ["the same with a long s", { DriverOptſ: { o: "bind" } }],
    ["an option that is no string", { DriverOpts: { o: ["bind"] } }],
    ["an option that is null", { DriverOpts: { o: null } }],
    ["options that are a list", { DriverOpts: [] }],
    ["a driver that is no string", { Driver: ["local"] }],
  ])("and is refused with %s", (_name, body) => {
    expect(askedOf(body).fault).toMatch(/must be/u);
  });
});

test("to change a volume asks for its name, and for a cluster's volume", () => {
  const body = { Spec: { Availability: "drain" } };
  const asked = askedByRequest(VolumeUpdate, { path: "/volumes/data", query: "version=1", body });
  expect(asked).toMatchObject({ powers: ["field:Spec"], lookups: ["volume:data for its name"] });
});

test("to delete a volume asks for its name, and to delete all that nobody uses for any", () => {
  const asked = askedByRequest(volumePowers.VolumeDelete ?? {}, { path: "/v1.43/volumes/data" });
  expect(asked).toMatchObject({ powers: [], lookups: ["volume:data for its name"] });
  expect(askedByRequest(volumePowers.VolumePrune ?? {}, {}).powers).toEqual(["volume:(any)"]);
});

describe("a volume that there is asks for", () => {
  const inspected = meaning([], volumeInspectPowers);

  test.each([
    ["nothing without options", { Driver: "local", Options: null }, []],
    ["nothing without any word of options", { Driver: "local" }, []],
    ["what it binds", { Driver: "local", Options: { type: "none", device: "/", o: "bind" } }, ["bind:/"]],
    ["what it mounts", { Driver: "local", Options: { type: "proc", device: "proc" } }, ["mount:proc"]],
    ["its plugin", { Driver: "rexray:latest", Options: {} }, ["volume-driver:rexray:latest"]],
    ["a driver that nobody knows", {}, ["volume-driver:(unknown)"]],
    ["a driver that is no string", { Driver: 1 }, ["volume-driver:(unknown)"]],
    ["a driver that nobody knows, by an answer that is no object", [], ["volume-driver:(unknown)"]],
  ])("%s", (_name, answer, powers) => {
    expect(askedBy(inspected, answer)).toMatchObject({ powers, fault: undefined });
  });

  test("and does not show another client's password", () => {
    const options = { type: "cifs", device: "//h/x", o: "password=secret" };
    const asked = askedBy(inspected, { Driver: "local", Options: options });
    expect(asked.powers).toEqual(["mount:cifs"]);
    expect(JSON.stringify(asked)).not.toContain("secret");
  });

  test("at the place where the request names it", () => {
    const asking = new Asking("HostConfig.Binds[0] = data");
    volumeInspectPowers(new Map([["Driver", "x"]]), asking);
    expect(asking.asked.powers[0]?.place).toMatch(/^HostConfig\.Binds\[0\] = data/u);
  });
});
