import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { Asking, type Lookup, type ThingLookup } from "../../../src/docker/powers/asking.ts";
import {
  lookupNouns,
  lookupTargets,
  nounsOfLookup,
  powersOfAbsent,
  powersOfUnknown,
  resolveLookup,
} from "../../../src/docker/powers/lookup.ts";
import { type Power, powerText } from "../../../src/docker/powers/power.ts";

function lookup(kind: ThingLookup["kind"], name: string): Lookup {
  return { kind, name, place: `there = ${name}` };
}

function powersOfLookup(asked: Lookup, answers: readonly JsonValue[]): readonly Power[] {
  return resolveLookup(asked, answers).powers;
}

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value), "utf8"));
  return parsed.ok ? parsed.value : null;
}

const texts = (powers: readonly Power[]): readonly string[] => powers.map((power) => powerText(power));
const volume = (inspected: unknown): readonly string[] =>
  texts(powersOfLookup(lookup("volume", "v"), [json(inspected)]));
const networks = (name: string, listed: unknown, ...inspected: readonly unknown[]): readonly string[] =>
  texts(
    powersOfLookup(
      lookup("network", name),
      [listed, ...inspected].map((answer) => json(answer)),
    ),
  );

describe("lookupTargets", () => {
  test.each([
    ["a volume", lookup("volume", "data"), "1.43", ["/v1.43/volumes/data"]],
    [
      "a network, and of those with such a name or id",
      lookup("network", "web"),
      "1.43",
      [
        "/v1.43/networks?filters=%7B%22name%22%3A%5B%22web%22%5D%7D",
        "/v1.43/networks?filters=%7B%22id%22%3A%5B%22web%22%5D%7D",
        "/v1.43/networks/web",
      ],
    ],
    [
      "a network without a version",
      lookup("network", "web"),
      undefined,
      [
        "/networks?filters=%7B%22name%22%3A%5B%22web%22%5D%7D",
        "/networks?filters=%7B%22id%22%3A%5B%22web%22%5D%7D",
        "/networks/web",
      ],
    ],
    ["a name that is also an endpoint", lookup("volume", "prune"), undefined, ["/volumes/prune"]],
    ["all letters of names", lookup("volume", "0a.B-c_D"), undefined, ["/volumes/0a.B-c_D"]],
    ["the longest name", lookup("volume", "a".repeat(255)), undefined, [`/volumes/${"a".repeat(255)}`]],
  ])("are the paths of %s", (_name, asked, version, targets) => {
    expect(lookupTargets(asked, version)).toEqual(targets);
  });

  test("are the paths of a network that has slashes in its name, which no volume of the engine's own has", () => {
    expect(lookupTargets(lookup("network", "shop/front"), undefined).at(-1)).toBe("/networks/shop/front");
    expect(lookupTargets(lookup("volume", "pool/data"), undefined)).toEqual([]);
  });

  test.each([
    [""],
    ["."],
    [".."],
    ["-a"],
    ["_a"],
    ["a/../b"],
    ["a//b"],
    ["/a"],
    ["a/"],
    ["../containers/x"],
    ["a?b"],
    ["a#b"],
    ["a%2fb"],
    ["a b"],
    ["a\r\nb"],
    ["é"],
    ["bridge:ip=10.0.0.1"],
    ["ns:x"],
    ["pasta:--map-gw"],
    ["a,b"],
    ["a".repeat(256)],
  ])("are none for the name %j", (name) => {
    expect(lookupTargets(lookup("network", name), "1.43")).toEqual([]);
  });
});

describe("powersOfUnknown", () => {
  test("are the name, and a driver that nobody knows", () => {
    expect(texts(powersOfUnknown(lookup("network", "ns:/proc/1/ns/net")))).toEqual([
      "network:ns:/proc/1/ns/net",
      "network-driver:(unknown)",
    ]);
    expect(texts(powersOfUnknown(lookup("volume", "a,b")))).toEqual([
      "volume:a%2Cb",
      "volume-driver:(unknown)",
      "bind:/",
      "mount:(unknown)",
    ]);
  });
});

describe("powersOfAbsent", () => {
  test("are the name alone of what is not there yet", () => {
    expect(texts(powersOfAbsent(lookup("volume", "v")))).toEqual(["volume:v"]);
    expect(texts(powersOfAbsent(lookup("network", "n")))).toEqual(["network:n"]);
  });

  test("are anything for an id of a swarm, whose networks not every node knows", () => {
    expect(texts(powersOfAbsent(lookup("network", "x9f3kq0w2jz7c1v8b5n4m6a7s")))).toEqual([
      "network:x9f3kq0w2jz7c1v8b5n4m6a7s",
      "network-driver:(unknown)",
    ]);
  });

  test.each([["1"], ["ab0"], ["0".repeat(64)]])(
    "are anything for what an id may begin with when the container starts: %s",
    (name) => {
      expect(texts(powersOfAbsent(lookup("network", name)))).toEqual([
        "network:(unknown)",
        "network-driver:(unknown)",
      ]);
    },
  );
});

describe("resolveLookup", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["plain", { Name: "v", Driver: "local", Options: null }, ["volume:v"]],
    ["plain, without options", { Driver: "local" }, ["volume:v"]],
    [
      "in memory",
      { Driver: "local", Options: { type: "tmpfs", device: "tmpfs", o: "size=1" } },
      ["volume:v"],
    ],
    [
      "a bind",
      { Driver: "local", Options: { type: "none", o: "bind", device: "/etc" } },
      ["volume:v", "bind:/etc"],
    ],
    [
      "the host's processes",
      { Driver: "local", Options: { type: "proc", device: "proc" } },
      ["volume:v", "mount:proc"],
    ],
    ["of a plugin", { Driver: "sshfs", Options: {} }, ["volume:v", "volume-driver:sshfs"]],
    ["of a driver in capitals", { Driver: "LOCAL" }, ["volume:v", "volume-driver:LOCAL"]],
    ["of no driver", { Name: "v" }, ["volume:v", "volume-driver:(unknown)"]],
    ["no object", [], ["volume:v", "volume-driver:(unknown)"]],
    [
      "with options that can't be read",
      { Driver: "local", Options: "o=bind" },
      ["volume:v", "volume-driver:(unknown)", "bind:/", "mount:(unknown)"],
    ],
  ])("are what the engine says of a volume: %s", (_name, inspected, asked) => {
    expect(volume(inspected)).toEqual(asked);
  });

  test.each<readonly [string, string, unknown, readonly string[]]>([
    ["a bridge", "n", [{ Name: "n", Id: "1", Driver: "bridge" }], ["network:n", "network-driver:bridge"]],
    [
      "by its id",
      "0f",
      [{ Name: "web", Id: "0f", Driver: "ipvlan" }],
      ["network:web", "network-driver:ipvlan"],
    ],
    [
      "of the host",
      "n",
      [{ Name: "n", Id: "1", Driver: "host" }],
      ["network:n", "host:network", "network-driver:host"],
    ],
    [
      "on the wire",
      "n",
      [{ Name: "n", Id: "1", Driver: "macvlan" }],
      ["network:n", "network-driver:macvlan"],
    ],
    [
      "among others",
      "n",
      [
        { Name: "m", Id: "1", Driver: "x" },
        { Name: "n", Id: "2", Driver: "y" },
      ],
      ["network:n", "network-driver:y"],
    ],
    [
      "by the beginning of its id",
      "0f",
      [{ Name: "web", Id: "0f1e", Driver: "bridge" }],
      ["network:web", "network-driver:bridge"],
    ],
    [
      "that is called like the beginning of another one's id, both",
      "0f",
      [
        { Name: "web", Id: "0f1e", Driver: "bridge" },
        { Name: "0f", Id: "k3", Driver: "overlay" },
      ],
      ["network:web", "network-driver:bridge", "network:0f", "network-driver:overlay"],
    ],
    [
      "of which there are two, both",
      "n",
      [
        { Name: "n", Id: "1", Driver: "bridge" },
        { Name: "n", Id: "2", Driver: "macvlan" },
      ],
      ["network:n", "network-driver:bridge", "network-driver:macvlan"],
    ],
    ["of no driver", "n", [{ Name: "n", Id: "1" }], ["network:n", "network-driver:(unknown)"]],
    ["of no name", "n", [{ Id: "1", Driver: "bridge" }], ["network:(unknown)", "network-driver:bridge"]],
    ["of no id", "n", [{ Name: "m", Driver: "bridge" }], ["network:m", "network-driver:bridge"]],
    ["that is no object", "n", [null], ["network:(unknown)", "network-driver:(unknown)"]],
    ["that is not there", "n", [{ Name: "m", Id: "1", Driver: "x" }], ["network:n"]],
    ["in no list", "n", null, ["network:(unknown)", "network-driver:(unknown)"]],
  ])("are what the engine says of a network: %s", (_name, name, listed, asked) => {
    expect(networks(name, listed)).toEqual(asked);
  });

  test("are what the engine says of a network that its list lacks, beside those that it has", () => {
    const hidden = { Name: "host", Id: "kx1", Driver: "host" };
    expect(networks("kx1", [], hidden)).toEqual(["network:host", "host:network", "network-driver:host"]);
    expect(networks("kx", [{ Name: "kx", Id: "0f", Driver: "bridge" }], hidden)).toEqual([
      "network:kx",
      "network-driver:bridge",
      "network:host",
      "host:network",
      "network-driver:host",
    ]);
  });

  test("are the name alone when there is no answer", () => {
    expect(texts(powersOfLookup(lookup("volume", "v"), []))).toEqual(["volume:v"]);
  });

  test("never ask for what the look-up's own list lacks", () => {
    const seen = [
      ...powersOfLookup(lookup("volume", "v"), [
        json({ Driver: "local", Options: { o: "bind", device: "/", x: "y" } }),
      ]),
      ...powersOfLookup(lookup("volume", "v"), [json({ Driver: "local", Options: { type: "nfs" } })]),
      ...powersOfUnknown(lookup("volume", "v")),
    ];
    expect(seen.filter(({ noun }) => !lookupNouns.volume.includes(noun))).toEqual([]);
    const ofNetworks = [
      ...powersOfLookup(lookup("network", "n"), [json([{ Name: "n", Id: "1", Driver: "host" }, null])]),
      ...powersOfUnknown(lookup("network", "n")),
    ];
    expect(ofNetworks.filter(({ noun }) => !lookupNouns.network.includes(noun))).toEqual([]);
  });

  test("never show what the engine said of a volume's options", () => {
    const powers = powersOfLookup(lookup("volume", "v"), [
      json({ Driver: "local", Options: { type: "cifs", o: "password=hunter2" } }),
    ]);
    expect(powers.map(({ place }) => place).join("\n")).not.toContain("hunter2");
    expect(powers.at(-1)?.place).toContain("there = v");
  });
});

describe("a volume whose files get other SELinux labels", () => {
  const relabelled: ThingLookup = { kind: "volume", name: "v", place: "there", isRelabelled: true };
  const bound = { Driver: "local", Options: { type: "none", o: "bind", device: "/etc" } };

  test.each([
    ["its own files", { Driver: "local" }, ["volume:v"]],
    ["a path of the host", bound, ["volume:v", "relabel:/etc", "bind:/etc"]],
    [
      "a path that goes up",
      { Driver: "local", Options: { o: "bind", device: "../etc" } },
      ["volume:v", "mount:bind", "relabel:/"],
    ],
  ])("asks for %s", (_name, inspected, powers) => {
    expect(texts(resolveLookup(relabelled, [json(inspected)]).powers)).toEqual(powers);
  });

  test("may be any path, where the engine can't be asked", () => {
    expect(texts(powersOfUnknown(relabelled))).toContain("relabel:/");
    expect(nounsOfLookup(relabelled)).toContain("relabel");
    expect(nounsOfLookup(lookup("volume", "v"))).not.toContain("relabel");
  });

  test("is asked about once more than the same volume without", () => {
    const asking = new Asking();
    for (const isRelabelled of [false, true, false, true]) asking.lookUp("volume", "v", isRelabelled);
    expect(asking.asked.lookups.map((asked) => nounsOfLookup(asked).includes("relabel"))).toEqual([
      false,
      true,
    ]);
  });
});
