import { describe, expect, test } from "vitest";
import { learnPowers, listOf } from "../../src/learn/powers/learn-powers.ts";
import { observe, unjudged, used } from "./journal.ts";

/** The list that is learnt from powers which were all asked for in exchanges of their own. */
function learnt(...powers: readonly string[]): readonly string[] {
  const { clients } = observe(powers.map((power) => used("ContainerCreate", power)));
  return listOf(learnPowers(clients));
}

function numbered(count: number, textOf: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => textOf(index));
}

describe("of images", () => {
  test.each([
    { name: "one tag is that tag", seen: ["nginx:1.25"], list: ["nginx:1.25"] },
    { name: "two tags are all of them", seen: ["nginx:1.25", "nginx:1.26"], list: ["nginx:*"] },
    {
      name: "a tag and a digest are all of them",
      seen: ["nginx:1.25", `nginx@sha256:${"a".repeat(64)}`],
      list: ["nginx:*"],
    },
    { name: "two names are two", seen: ["nginx:1", "redis:7"], list: ["nginx:1", "redis:7"] },
  ])("$name", ({ seen, list }) => {
    const whole = (texts: readonly string[]): readonly string[] =>
      texts.map((text) => `image:docker.io/library/${text}`);
    expect(learnt(...whole(seen))).toEqual(whole(list));
  });

  test("many names of one folder are that folder, but not Docker's own", () => {
    const names = (folder: string): readonly string[] => numbered(5, (at) => `image:${folder}/app${at}:1`);
    expect(learnt(...names("ghcr.io/acme"))).toEqual(["image:ghcr.io/acme/*"]);
    expect(learnt(...names("docker.io/library"))).toHaveLength(5);
  });

  test("any image is all of them", () => {
    expect(learnt("image:(any)", "image:docker.io/library/nginx:1")).toEqual(["image"]);
  });
});

describe("of paths", () => {
  test.each([
    { name: "one is that one", seen: ["/srv/a/x:ro"], list: ["/srv/a/x:ro"] },
    {
      name: "two of a folder are that folder, with their mode",
      seen: ["/srv/a/x:ro", "/srv/a/y:ro"],
      list: ["/srv/a/**:ro"],
    },
    {
      name: "modes are kept apart",
      seen: ["/srv/a/x", "/srv/a/y:ro", "/srv/a/z:ro"],
      list: ["/srv/a/**:ro", "/srv/a/x"],
    },
    { name: "a folder and what is in it are one", seen: ["/srv/a", "/srv/a/x"], list: ["/srv/a/**"] },
    { name: "a folder at the top is no common one", seen: ["/srv/x", "/srv/y"], list: ["/srv/x", "/srv/y"] },
    { name: "nor is the root", seen: ["/x", "/y"], list: ["/x", "/y"] },
    { name: "nor /etc", seen: ["/etc/a", "/etc/b"], list: ["/etc/a", "/etc/b"] },
    { name: "nor what is right below it", seen: ["/etc/a/x", "/etc/a/y"], list: ["/etc/a/x", "/etc/a/y"] },
    { name: "nor /var/lib", seen: ["/var/lib/a", "/var/lib/b"], list: ["/var/lib/a", "/var/lib/b"] },
    { name: "but /var/lib/app is", seen: ["/var/lib/app/a", "/var/lib/app/b"], list: ["/var/lib/app/**"] },
    { name: "nor a home", seen: ["/home/me/a", "/home/me/b"], list: ["/home/me/a", "/home/me/b"] },
    {
      name: "nor where Docker keeps what it has",
      seen: ["/var/lib/docker/volumes", "/var/lib/docker/x"],
      list: ["/var/lib/docker/volumes", "/var/lib/docker/x"],
    },
    {
      name: "nor a home on a Mac",
      seen: ["/Users/me/a", "/Users/me/b"],
      list: ["/Users/me/a", "/Users/me/b"],
    },
    {
      name: "nor where engines have their sockets",
      seen: ["/var/run/user/1000/a", "/var/run/user/1000/b"],
      list: ["/var/run/user/1000/a", "/var/run/user/1000/b"],
    },
    {
      name: "nor a hidden folder",
      seen: ["/home/me/.docker/run/a", "/home/me/.docker/run/b"],
      list: ["/home/me/.docker/run/a", "/home/me/.docker/run/b"],
    },
    {
      name: "nor what programs of the host load",
      seen: ["/usr/local/lib/a", "/usr/local/lib/b"],
      list: ["/usr/local/lib/a", "/usr/local/lib/b"],
    },
    { name: "nor devices", seen: ["/dev/dri/a", "/dev/dri/b"], list: ["/dev/dri/a", "/dev/dri/b"] },
  ])("$name", ({ seen, list }) => {
    expect(learnt(...seen.map((path) => `bind:${path}`))).toEqual(list.map((path) => `bind:${path}`));
  });
});

describe("of ports", () => {
  test("neighbours are a range, and none is given that was not seen", () => {
    const ports = ["0.0.0.0:8000/tcp", "0.0.0.0:8002/tcp", "0.0.0.0:8001/tcp", "0.0.0.0:9000/tcp"];
    expect(learnt(...ports.map((port) => `port:${port}`))).toEqual([
      "port:0.0.0.0:8000-8002/tcp",
      "port:0.0.0.0:9000/tcp",
    ]);
  });

  test("addresses and protocols are kept apart, and one of the engine's choice is no neighbour", () => {
    const ports = ["127.0.0.1:1/tcp", "0.0.0.0:2/tcp", "0.0.0.0:3/udp", "0.0.0.0:0/tcp", "0.0.0.0:1/tcp"];
    expect(learnt(...ports.map((port) => `port:${port}`))).toEqual([
      "port:0.0.0.0:0/tcp",
      "port:0.0.0.0:1-2/tcp",
      "port:0.0.0.0:3/udp",
      "port:127.0.0.1:1/tcp",
    ]);
  });
});

describe("of names", () => {
  test.each([
    { name: "plain ones stay", seen: ["web", "db"], list: ["db", "web"] },
    {
      name: "ends at random are a star",
      seen: ["runner-3f9c1a2b", "runner-8d7e6f5a"],
      list: ["runner-*"],
    },
    {
      name: "one end at random is not known to be one",
      seen: ["runner-3f9c1a2b"],
      list: ["runner-3f9c1a2b"],
    },
    { name: "an id never comes again", seen: ["0a1b2c3d4e5f_web"], list: ["*_web"] },
    {
      name: "nor does a UUID",
      seen: ["job-8f14e45f-ceea-467f-a0e6-0a1b2c3d4e5f"],
      list: ["job-*"],
    },
    { name: "three numbers are counted ones", seen: ["web-1", "web-2", "web-3"], list: ["web-*"] },
    { name: "two may be two", seen: ["web-1", "web-2"], list: ["web-1", "web-2"] },
    {
      name: "versions are no random ends",
      seen: ["postgres16", "postgres17"],
      list: ["postgres16", "postgres17"],
    },
  ])("$name", ({ seen, list }) => {
    expect(learnt(...seen.map((text) => `name:${text}`))).toEqual(list.map((text) => `name:${text}`));
  });

  test.each(["volume", "network", "secret", "config"])(
    "of a %s that begin at random are no pattern: others have what ends alike",
    (noun) => {
      const own = [`${noun}:0a1b2c3d4e5f_key`];
      const counted = ["1-web-1", "2-web-2", "3-web-3"].map((name) => `${noun}:${name}`);
      expect(learnt(...own)).toEqual(own);
      expect(learnt(...counted)).toEqual(counted);
      expect(learnt(`${noun}:shop_0a1b2c3d4e5f_key`)).toEqual([`${noun}:shop_*_key`]);
    },
  );

  test("at random from end to end are no pattern", () => {
    const ids = numbered(3, (at) => `volume:${at}${"0a1b2c3d4e5f".repeat(5)}`);
    expect(learnt(...ids)).toEqual(ids);
  });

  test("that a container gets, and that are its id, are any", () => {
    expect(learnt("alias:0a1b2c3d4e5f", "alias:web", "name:web")).toEqual(["alias", "name:web"]);
  });

  test("of containers whose mounts are taken are never a pattern", () => {
    const names = ["volumes-from:data-3f9c1a2b", "volumes-from:data-8d7e6f5a"];
    expect(learnt(...names)).toEqual(names);
  });
});

describe("of labels and variables", () => {
  test("labels of one tool are all of its labels", () => {
    const labels = ["project", "service", "config-hash"].map((each) => `label:com.docker.compose.${each}`);
    expect(learnt(...labels)).toEqual(["label:com.docker.compose.*"]);
  });

  test("labels that other programs take for orders are what they are", () => {
    const labels = ["enable", "http", "stop"].map((each) => `label:docker-volume-backup.a.b.${each}-pre`);
    expect(learnt(...labels)).toHaveLength(3);
  });

  test("too many are all but orders, and the orders that were seen", () => {
    const list = learnt(...numbered(30, (at) => `env:NAME${at}`), "env:NVIDIA_VISIBLE_DEVICES");
    expect(list[0]).toBe("env");
    expect(list).toContain("-env:NVIDIA_*");
    expect(list.at(-1)).toBe("env:NVIDIA_VISIBLE_DEVICES");
  });
});

describe("a list", () => {
  test("of nothing is none", () => {
    expect(learnt()).toEqual(["none"]);
  });

  test("has what reaches furthest first, each once", () => {
    expect(learnt("user:0", "privileged", "command", "bind:/srv/x", "user:0")).toEqual([
      "privileged",
      "bind:/srv/x",
      "user:0",
      "command",
    ]);
  });

  test("has the host where that was used, and never makes it of anything else", () => {
    expect(learnt("cap:ALL")).toEqual(["cap"]);
    expect(learnt("bind:/run/docker.sock", "bind:/run/other.sock")).toHaveLength(2);
    expect(learnt("bind:/proc/1/a", "bind:/proc/1/b")).toHaveLength(2);
  });

  test("gives many of what can't reach the host as a whole, and of all else what was seen", () => {
    expect(learnt(...numbered(40, (at) => `network:n${"abcdefgh"[at % 8] ?? ""}${at}x`))).toEqual([
      "network",
    ]);
    expect(learnt(...numbered(40, (at) => `bind:/d${at}/x`))).toHaveLength(40);
  });

  test("begins with default where an exchange was not looked into, and has only what that lacks", () => {
    const { clients } = observe([
      unjudged("ContainerCreate"),
      used("ContainerCreate", "bind:/srv/x", "name:web"),
    ]);
    expect(listOf(learnPowers(clients))).toEqual(["default", "bind:/srv/x"]);
  });

  test("gives a new name back that a volume's container takes away", () => {
    const { clients } = observe([
      unjudged("ContainerCreate"),
      used("ContainerCreate", "volumes-from:data"),
      used("ContainerRename", "rename:data"),
    ]);
    expect(listOf(learnPowers(clients))).toEqual(["default", "volumes-from:data", "rename:data"]);
  });

  test("leaves out what no narrow entry gives, and says so", () => {
    const { clients } = observe([used("ContainerCreate", `bind:/${"x".repeat(120)}%...`)]);
    const { entries, left } = learnPowers(clients);
    expect([entries, left.map(({ key }) => key)]).toEqual([[], [`bind:/${"x".repeat(120)}%...`]]);
  });

  test("leaves out what was cut, also of what default gives wholly but for orders", () => {
    const cut = `env:${"x".repeat(120)}%...`;
    expect(learnt("env:A", cut)).toEqual(["env:A"]);
    const { clients } = observe([used("ContainerCreate", "env:A", cut)]);
    const { left } = learnPowers(clients);
    expect(left.map(({ key }) => key)).toEqual([cut]);
  });
});
