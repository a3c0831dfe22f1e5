import { describe, expect, test } from "vitest";
import { nouns } from "../../src/docker/powers/nouns.ts";
import { everyPower, parsePowerSet, POWER_NAMES } from "../../src/policy/power-set.ts";
import { everyNoun, holds, powerSet } from "./powers.ts";

describe("a list of powers", () => {
  test.each([
    ["a set", "default", ["default"]],
    [
      "white space",
      " default ,\t-image , image:nginx\n",
      ["default", "-image", "image:docker.io/library/nginx:latest"],
    ],
    ["no set", "cap, volume:data", ["cap", "volume:data"]],
    ["a colon in a value", "join:pid:web", ["join:pid:web"]],
    [
      "a star for all",
      "volume:*, cap:ALL, port:*, image:**, image:(any)",
      ["volume", "cap", "port", "image", "image"],
    ],
    ["capabilities", "cap:cap_net_admin, cap:Sys_*", ["cap:NET_ADMIN", "cap:SYS_*"]],
    [
      "images",
      "image:x, image:a/*, image:a/*:1.*, tag:ghcr.io/a/**",
      [
        "image:docker.io/library/x:latest",
        "image:docker.io/a/*",
        "image:docker.io/a/*:1.*",
        "tag:ghcr.io/a/**",
      ],
    ],
    [
      "a removed image, with all of its versions",
      "all, -image:x, -image:y:1",
      ["all", "-image:docker.io/library/x:*", "-image:docker.io/library/y:1"],
    ],
    [
      "ports",
      "port:080, port:1-2/udp, port:[0::1]:*, port:0-65535",
      ["port:80", "port:1-2/udp", "port:[::1]:*", "port"],
    ],
    ["paths", "bind:/, bind:/a/**/b*:ro", ["bind:/", "bind:/a/**/b*:ro"]],
    ["letters of other alphabets", "volume:café, bind:/café", ["volume:caf%C3%A9", "bind:/caf%C3%A9"]],
    ["escapes", "volume:a%2cb%2Ac%25, bind:/a%3Ab", ["volume:a%2Cb%2Ac%25", "bind:/a%3Ab"]],
    ["users", "user:root, user:007, user:app", ["user:0", "user:7", "user:app"]],
  ])("is kept with each entry in one spelling: %s", (_name, list, entries) => {
    const set = powerSet(list);
    expect(set.entries).toEqual(entries);
    expect(powerSet(entries.join(", ")).entries).toEqual(entries);
  });

  test.each([
    ["later entries win", "default, -image, image:nginx", "image:docker.io/library/nginx:latest", true],
    [
      "for others nothing changes",
      "default, -image, image:nginx",
      "image:docker.io/library/redis:latest",
      false,
    ],
    ["a later removal wins", "none, volume, -volume:db, -volume:x", "volume:db", false],
    ["a later grant wins over a removal", "all, -volume:db*, volume:db1", "volume:db1", true],
    ["but only for what it gives", "all, -volume:db*, volume:db1", "volume:db2", false],
    ["a noun stands for all of its values", "bind", "bind:/etc", true],
    ["and for no other noun's", "bind", "device:/etc", false],
    ["a noun alone takes all away", "all, -bind", "bind:/srv:ro", false],
    ["what nobody gave is not held", "none", "name:web", false],
    ["a word", "none, privileged", "privileged", true],
    ["a word taken away", "all, -privileged", "privileged", false],
  ])("is decided by the last entry that matches: %s", (_name, list, power, held) => {
    expect(holds(list, power)).toBe(held);
  });
});

describe("a set", () => {
  test("all is everything, however it is read", () => {
    for (const set of [
      everyPower,
      powerSet("all"),
      powerSet("all, -cap, cap"),
      powerSet(everyNoun.join(",")),
    ]) {
      expect(set.isEverything).toBe(true);
      expect(everyNoun.filter((noun) => !set.holdsAll(noun) || !set.holds({ noun, value: "%%%" }))).toEqual(
        [],
      );
    }
    expect(everyPower.entries).toEqual(["all"]);
  });

  test("none is nothing", () => {
    const none = powerSet("none");
    expect(none.isEverything).toBe(false);
    expect(everyNoun.filter((noun) => none.holdsAll(noun) || none.holds({ noun, value: "" }))).toEqual([]);
  });

  test("default has what the vocabulary says, noun by noun", () => {
    const set = powerSet("default");
    const whole = everyNoun.filter((noun) => set.holdsAll(noun));
    const definitions = Object.entries<{ readonly byDefault?: readonly string[] }>(nouns);
    expect(whole).toEqual(
      definitions.filter(([, { byDefault = [] }]) => byDefault.join() === "*").map(([noun]) => noun),
    );
    expect(whole.length).toBeGreaterThan(10);
    expect(set.isEverything).toBe(false);
  });

  test.each([
    ["cap:CHOWN", true],
    ["cap:SYS_ADMIN", false],
    ["cap:ALL", false],
    ["env:PATH", true],
    ["env:NVIDIA_VISIBLE_DEVICES", false],
    ["env:(any)", false],
    ["engine-env:PATH", false],
    ["engine-env:(any)", false],
    ["label:com.example", true],
    ["label:ofelia.job-run.x.command", false],
    ["label:io.containers.autoupdate", false],
    ["label:PODMAN_SYSTEMD_UNIT", false],
    ["sysctl:net.core.somaxconn", true],
    ["sysctl:kernel.core_pattern", false],
    ["volume:data", true],
    ["volume-driver:local", true],
    ["volume-driver:vieux/sshfs", false],
    ["registry:docker.io", true],
    ["registry:ghcr.io", false],
    ["security-opt:no-new-privileges", true],
    ["security-opt:no-new-privileges=false", false],
    ["image:(any)", true],
    ["user:(image)", true],
    ["bind:/srv:ro", false],
    ["privileged", false],
    ["field:HostConfig.New", false],
    ["publish-all", true],
  ])("default and %s: %j", (power, held) => {
    expect(holds("default", power)).toBe(held);
  });

  test("misses no name of the vocabulary", () => {
    expect(POWER_NAMES).toEqual(Object.keys(nouns));
  });
});

describe("a list that can't be used", () => {
  test.each([
    ["priviledged", [{ kind: "unknown", name: "priviledged" }]],
    ["default, -binds:/etc", [{ kind: "unknown", name: "binds" }]],
    ["constructor", [{ kind: "unknown", name: "constructor" }]],
    ["__proto__:x", [{ kind: "unknown", name: "__proto__" }]],
    ["Cap", [{ kind: "unknown", name: "Cap" }]],
    ["default -image", [{ kind: "unknown", name: "default -image" }]],
    [
      "all, foo, bar:x",
      [
        { kind: "unknown", name: "foo" },
        { kind: "unknown", name: "bar" },
      ],
    ],
  ])("names the powers that there are not: %s", (list, error) => {
    expect(parsePowerSet(list)).toEqual({ ok: false, error });
  });

  test.each([
    ["", "", "is an empty entry"],
    ["default,", "", "is an empty entry"],
    ["default,,cap", "", "is an empty entry"],
    ["-", "-", "is an empty entry"],
    ["cap, default", "default", "is a set: a set stands first"],
    ["all, all", "all", "is a set: a set stands first"],
    ["none, -all", "-all", "is a set: a set stands first"],
    ["default:x", "default:x", "is a set: a set stands first"],
    ["-image", "-image", "begin with default or all"],
    ["-bind:/etc, cap", "-bind:/etc", "begin with default or all"],
    ["cap:", "cap:", "has nothing behind its colon"],
    ["privileged:true", "privileged:true", "has a value, and this power has none"],
    ["privileged:*", "privileged:*", "has a value, and this power has none"],
    ["volume:%zz", "volume:%zz", "percent sign"],
    ["volume:%ff", "volume:%ff", "percent sign"],
    ["volume:100%", "volume:100%", "percent sign"],
    ["cap:net-admin", "cap:net-admin", "is no capability"],
    ["cap:ſys_admin", "cap:ſys_admin", "is no capability"],
    ["bind:etc", "bind:etc", "that would be bind:/etc"],
    ["bind:/srv/", "bind:/srv/", "that would be bind:/srv"],
    ["bind://srv", "bind://srv", "that would be bind:/srv"],
    ["bind:/srv/../etc:ro", "bind:/srv/../etc:ro", "that would be bind:/etc:ro"],
    ["bind:/srv/%2E%2E/etc", "bind:/srv/%2E%2E/etc", "that would be bind:/etc"],
    ["bind:/..", "bind:/..", "that would be bind:/"],
    ["bind:/srv%2Fetc", "bind:/srv%2Fetc", "an escape for a slash"],
    ["bind:/srv/%", "bind:/srv/%", "percent sign"],
    ["bind:/srv/a**", "bind:/srv/a**", "between slashes"],
    ["bind:/srv/***", "bind:/srv/***", "between slashes"],
    ["bind:*", "bind:*", "bind alone stands for all"],
    ["bind:**:ro", "bind:**:ro", "bind alone stands for all"],
    ["bind:/srv:rw", "bind:/srv:rw", "only :ro and :ro-nonrecursive may stand behind a path"],
    ["bind:/srv:ro:ro", "bind:/srv:ro:ro", "only :ro and :ro-nonrecursive may stand behind a path"],
    [
      "all, -bind:/a:ro-nonrecursive",
      "-bind:/a:ro-nonrecursive",
      "take away bind:/a, which includes reading it",
    ],
    ["all, -bind:/etc:ro", "-bind:/etc:ro", "take away bind:/etc, which includes reading it"],
    ["port:http", "port:http", "is no port"],
    ["port:65536", "port:65536", "is no port"],
    ["port:2-1", "port:2-1", "is no port"],
    ["port:::1:80", "port:::1:80", "is no port"],
    ["port:01.2.3.4:80", "port:01.2.3.4:80", "is no port"],
    ["port:256.0.0.1:80", "port:256.0.0.1:80", "is no port"],
    ["port:[::1%25eth0]:80", "port:[::1%25eth0]:80", "is no port"],
    ["port:80/icmp", "port:80/icmp", "is no port"],
    ["image:Nginx", "image:Nginx", "fits no image reference"],
    ["image:nginx:", "image:nginx:", "fits no image reference"],
    ["image:nginx%2A", "image:nginx%2A", "fits no image reference"],
    ["image:nginx@sha256:abc", "image:nginx@sha256:abc", "fits no image reference"],
    ["image:a**", "image:a**", "between slashes"],
    ["image:*/x:1", "image:*/x:1", "write image:docker.io/*/x:1 or image:**/x:1"],
    ["tag:reg*/x", "tag:reg*/x", "write tag:docker.io/reg*/x or tag:**/x"],
    ["image:docker.io/*", "image:docker.io/*", "image:docker.io/library/* or image:docker.io/**"],
    ["image:cafe", "image:cafe", "write image:docker.io/library/cafe:latest"],
    ["image:sha256:*", "image:sha256:*", "image alone stands for all"],
    ["all, -image:sha256:cafe", "-image:sha256:cafe", "is an id"],
    ["all, -user:app", "-user:app", "take away a number"],
    ["all, -group:doc*", "-group:doc*", "take away a number"],
  ])("says what would be right: %j", (list, entry, reason) => {
    expect(parsePowerSet(list)).toMatchObject({
      ok: false,
      error: [{ kind: "malformed", entry, reason: expect.stringContaining(reason) }],
    });
  });

  test("tells all faults at once", () => {
    const parsed = parsePowerSet("defualt, bind:etc, port:x, cap");
    expect(parsed.ok ? [] : parsed.error.map(({ kind }) => kind)).toEqual([
      "unknown",
      "malformed",
      "malformed",
    ]);
  });
});
