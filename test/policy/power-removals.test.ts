import { describe, expect, test } from "vitest";
import { holds } from "./powers.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER_DIGEST = `sha256:${"b".repeat(64)}`;

describe("to take away a path", () => {
  test.each([
    ["takes it", "/etc", "/etc", false],
    ["takes reading it", "/etc", "/etc:ro", false],
    ["takes what is above it", "/srv/a/secret", "/srv", false],
    ["takes the root", "/etc/**", "/", false],
    ["takes what is below it", "/etc", "/etc/shadow", false],
    ["takes a folder, given as all in it", "/etc/**", "/etc", false],
    ["takes nothing beside it", "/etc", "/srv", true],
    ["takes nothing that begins like it", "/etc", "/etc2", true],
    ["takes nothing beside it in the same folder", "/srv/a", "/srv/b", true],
    ["takes folders by stars", "/home/*/.ssh", "/home/me/.ssh/id", false],
    ["takes what may have such folders in it", "/home/*/.ssh", "/home/me", false],
    ["takes no other folder there", "/home/*/.ssh", "/home/me/data", true],
    ["takes what may have it at any depth", "/srv/**/secret", "/srv/a", false],
    ["takes nothing else by any depth", "/srv/**/secret", "/opt/a", true],
    ["takes it below its other name", "/var/run/docker.sock", "/run/docker.sock", false],
    ["takes it below its older name", "/run/docker.sock", "/var/run/docker.sock", false],
    ["takes a folder by its other name", "/run", "/var/run", false],
    ["takes programs by their older name", "/usr", "/bin", false],
    ["takes libraries below their older name", "/usr/lib/x", "/lib/x", false],
    ["takes programs by their other name", "/bin", "/usr/bin/sh", false],
    ["takes nothing else of that name", "/bin", "/usr/share", true],
    ["takes locks by their older name", "/run/lock", "/var/lock/a", false],
    ["takes locks by their other name", "/var/lock", "/run/lock", false],
    ["takes what processes see", "/etc", "/proc/1/root/etc", false],
    ["takes what file numbers see", "/etc", "/dev/fd/3", false],
    ["takes what can't be read", "/etc", "/srv/%", false],
    ["takes what goes up", "/etc", "/srv/../etc", false],
    ["takes what ends early", "/etc", "/srv/%00", false],
    ["takes what has empty parts", "/etc", "//etc", false],
    ["takes what is no path", "/etc", "", false],
    ["takes what is encoded", "/a%3Ab", "/a%3Ab", false],
    ["takes a path with a star in it", "/a%2A", "/a%2A/b", false],
  ])("%s: -bind:%s and %s", (_name, taken, asked, held) => {
    expect(holds(`all, -bind:${taken}`, `bind:${asked}`)).toBe(held);
  });
});

describe("to take away an image", () => {
  test.each([
    ["takes all its tags", "nginx", "docker.io/library/nginx:1", false],
    ["takes all its digests", "nginx", `docker.io/library/nginx@${DIGEST}`, false],
    ["takes ids", "nginx", "sha256:cafe", false],
    ["takes whichever image", "nginx", "(any)", false],
    ["takes what is no reference", "nginx", "docker.io/library/nginx", false],
    ["takes no other", "nginx", "docker.io/library/nginx2:1", true],
    ["takes one tag", "nginx:1", "docker.io/library/nginx:1", false],
    ["takes no other tag", "nginx:1", "docker.io/library/nginx:2", true],
    ["takes the digests that a tag may have", "nginx:1", `docker.io/library/nginx@${DIGEST}`, false],
    ["takes the tags that a digest may have", `nginx@${DIGEST}`, "docker.io/library/nginx:1", false],
    ["takes no other digest", `nginx@${DIGEST}`, `docker.io/library/nginx@${OTHER_DIGEST}`, true],
    ["takes a registry in any case", "evil.org/**", "EVIL.org/x:1", false],
    ["takes a registry on any port", "evil.org/**", "evil.org:443/x:1", false],
    ["takes a registry on the usual port", "evil.org:443/**", "evil.org/x:1", false],
    ["takes no other port", "evil.org:5000/**", "evil.org:5001/x:1", true],
    ["takes a port in any case", "evil.org:5000/**", "Evil.org:5000/x:1", false],
    ["takes other hosts of Docker Hub", "docker.io/evil/**", "registry-1.docker.io/evil/x:1", false],
    ["takes Docker Hub in capitals", "evil/**", "INDEX.docker.io/evil/x:1", false],
    ["takes every registry", "**/evil", "ghcr.io/a/evil:1", false],
    ["takes nothing else of them", "**/evil", "ghcr.io/a/good:1", true],
  ])("%s: -image:%s and %s", (_name, taken, asked, held) => {
    expect(holds(`all, -image:${taken}`, `image:${asked}`)).toBe(held);
  });
});

describe("to take away a port", () => {
  test.each([
    ["takes it on every address", "22", "0.0.0.0:22/tcp", false],
    ["takes it on one address", "22", "127.0.0.1:22/tcp", false],
    ["takes it of every protocol", "22", "0.0.0.0:22/udp", false],
    ["takes ranges that have it", "22", "0.0.0.0:20-30/tcp", false],
    ["takes ranges that begin with it", "22", "0.0.0.0:22-30/tcp", false],
    ["takes no other", "22", "0.0.0.0:23/tcp", true],
    ["takes no range without it", "22", "0.0.0.0:23-30/tcp", true],
    ["takes every address for one", "10.0.0.1:22", "0.0.0.0:22/tcp", false],
    ["takes every address of IPv6 for one", "10.0.0.1:22", "[::]:22/tcp", false],
    ["takes no other address", "10.0.0.1:22", "10.0.0.2:22/tcp", true],
    ["takes no other protocol", "53/udp", "0.0.0.0:53/tcp", true],
    ["takes a free one that may be it", "40000", "0.0.0.0:0/tcp", false],
    ["takes a free one that a swarm may choose", "30000-32767", "0.0.0.0:0/tcp", false],
    ["takes a free one that a host's setting may choose", "1024", "0.0.0.0:0/tcp", false],
    ["takes a free one on one address", "127.0.0.1:8080", "0.0.0.0:0/tcp", false],
    ["takes a range that begins with a free one", "8080", "0.0.0.0:0-5/tcp", false],
    ["takes no free one that can't be it", "1-1023", "0.0.0.0:0/tcp", true],
    ["takes no free one of another protocol", "8080/udp", "0.0.0.0:0/tcp", true],
    ["takes free ones", "0", "0.0.0.0:0/tcp", false],
    ["takes what is no port", "22", "0.0.0.0:ssh/tcp", false],
    ["takes what has no address", "22", "23/tcp", false],
  ])("%s: -port:%s and %s", (_name, taken, asked, held) => {
    expect(holds(`all, -port:${taken}`, `port:${asked}`)).toBe(held);
  });
});

describe("to take away something else", () => {
  test.each([
    ["takes the capability", "cap:SYS_ADMIN", "cap:SYS_ADMIN", false],
    ["takes all capabilities at once", "cap:SYS_ADMIN", "cap:ALL", false],
    ["takes it in other letters", "cap:SYS_ADMIN", "cap:Cap_Sys_Admin", false],
    ["takes what is no capability", "cap:SYS_ADMIN", "cap:%C5%BFYS_ADMIN", false],
    ["takes no other capability", "cap:SYS_ADMIN", "cap:NET_RAW", true],
    ["takes the user", "user:0", "user:0", false],
    ["takes root", "user:root", "user:0", false],
    ["takes whom the image names", "user:0", "user:(image)", false],
    ["takes users by name", "user:0", "user:app", false],
    ["takes users in odd spellings", "user:0", "user:00", false],
    ["takes users that are no number", "user:0", "user:-0", false],
    ["takes numbers that are too high", "user:0", "user:4294967296", false],
    ["takes no other user", "user:0", "user:1000", true],
    ["takes users by stars", "user:1*", "user:1000", false],
    ["takes groups by name", "group:0", "group:docker", false],
    ["takes no other group", "group:0", "group:999", true],
    ["takes the network", "network:web", "network:web", false],
    ["takes a network that is not known", "network:web", "network:(unknown)", false],
    ["takes no other network", "network:web", "network:website", true],
    ["takes the volume", "volume:db*", "volume:db1", false],
    ["takes no other volume", "volume:db*", "volume:web", true],
    ["takes what is no value", "volume:db*", "volume:%", false],
    ["takes a field in other letters", "field:HostConfig.New", "field:hostconfig.NEW", false],
    ["takes a field in letters that fold", "field:Risk", "field:ri%C5%BF%E2%84%AA", false],
    ["takes no other field", "field:HostConfig.New", "field:HostConfig.Newer", true],
    ["takes a parameter with slashes", "sysctl:kernel.*", "sysctl:kernel/core_pattern", false],
    ["takes a parameter with more dots", "sysctl:kernel.core_pattern", "sysctl:.kernel..core_pattern", false],
    ["takes no other parameter", "sysctl:kernel.*", "sysctl:net.core.somaxconn", true],
    ["takes a plugin by its tag", "volume-driver:a/b", "volume-driver:a/b:latest", false],
    ["takes a plugin by its registry", "volume-driver:a/*", "volume-driver:docker.io/a/b:1", false],
    ["takes what may be a plugin's id", "network-driver:a/b", "network-driver:cafe", false],
    ["takes no other plugin", "volume-driver:a/b", "volume-driver:a/c", true],
    ["takes labels in any letters, as Traefik does", "label:a.*", "label:A.b", false],
    ["takes labels with a long s for the same", "label:s.*", "label:%C5%BF.b", false],
    ["takes a container by all of its names", "volumes-from:db", "volumes-from:/web", false],
    ["takes a link by all names of its container", "link:db", "link:0123456789ab", false],
    ["takes a namespace by all names of its container", "join:pid:db", "join:pid:/web", false],
    ["takes no other namespace", "join:pid:db", "join:network:db", true],
    [
      "takes a profile of the client's own",
      "security-opt:seccomp=unconfined",
      "security-opt:seccomp=(inline)",
      false,
    ],
    ["takes the image's own command", "command:rm *", "command:(image)", false],
  ])("%s: -%s and %s", (_name, taken, asked, held) => {
    expect(holds(`all, -${taken}`, asked)).toBe(held);
  });
});

describe("to take away what has several spellings", () => {
  test.each([
    ["alias:db", "alias:DB", false],
    ["alias:db", "alias:db2", true],
    ["alias:db", "alias:(template)", false],
    ["name:db", "name:Db", false],
    ["registry:localhost:1", "registry:LOCALHOST:1", false],
    ["address:172.30.0.77", "address:172.30.0.77", false],
    ["address:fd00:0:0::77", "address:fd00::77", false],
    ["address:02-42-AC-1E-00-99", "address:02:42:ac:1e:00:99", false],
    ["address:172.30.0.77", "address:172.30.0.78", true],
    ["device-rule:b 8:*", "device-rule:b *:* rwm", false],
    ["cgroup-parent:/system.slice", "cgroup-parent:/system.slice/docker.service", false],
    ["template:{{printf *", "template:{{ printf 1}}", false],
    ["device-request:nvidia", "device-request:gpu", false],
    ["device-request:gpu", "device-request:nvidia", false],
    ["device-request:nvidia", "device-request:cdi:nvidia.com/gpu=0", false],
  ])("-%s takes it from %s: %s", (taken, asked, held) => {
    expect(holds(`all, -${taken}`, asked)).toBe(held);
  });
});
