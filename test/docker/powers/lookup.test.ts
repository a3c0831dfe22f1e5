import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import type { Lookup } from "../../../src/docker/powers/asking.ts";
import {
  lookupNouns,
  lookupTarget,
  powersOfLookup,
  powersOfUnknown,
} from "../../../src/docker/powers/lookup.ts";
import { type Power, powerText } from "../../../src/docker/powers/power.ts";

function lookup(kind: Lookup["kind"], name: string): Lookup {
  return { kind, name, place: `there = ${name}` };
}

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value), "utf8"));
  return parsed.ok ? parsed.value : null;
}

const texts = (powers: readonly Power[]): readonly string[] => powers.map((power) => powerText(power));
const volume = (inspected: unknown): readonly string[] =>
  texts(powersOfLookup(lookup("volume", "v"), json(inspected)));
const network = (inspected: unknown): readonly string[] =>
  texts(powersOfLookup(lookup("network", "n"), json(inspected)));

describe("lookupTarget", () => {
  test.each([
    ["a volume", lookup("volume", "data"), "1.43", "/v1.43/volumes/data"],
    ["a network", lookup("network", "shop_default"), undefined, "/networks/shop_default"],
    ["a name that is also an endpoint", lookup("volume", "prune"), undefined, "/volumes/prune"],
    ["all letters of names", lookup("volume", "0a.B-c_D"), undefined, "/volumes/0a.B-c_D"],
    ["the longest name", lookup("volume", "a".repeat(255)), undefined, `/volumes/${"a".repeat(255)}`],
  ])("is the path of %s", (_name, asked, version, target) => {
    expect(lookupTarget(asked, version)).toBe(target);
  });

  test.each([
    [""],
    ["."],
    [".."],
    ["-a"],
    ["_a"],
    ["a/b"],
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
  ])("is nothing for the name %j", (name) => {
    expect(lookupTarget(lookup("network", name), "1.43")).toBeUndefined();
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
    ]);
  });
});

describe("powersOfLookup", () => {
  test("are the name alone of what is not there yet", () => {
    expect(texts(powersOfLookup(lookup("volume", "v"), undefined))).toEqual(["volume:v"]);
    expect(texts(powersOfLookup(lookup("network", "n"), undefined))).toEqual(["network:n"]);
  });

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
      ["volume:v", "volume-driver:(unknown)"],
    ],
  ])("are what the engine says of a volume: %s", (_name, inspected, asked) => {
    expect(volume(inspected)).toEqual(asked);
  });

  test.each<readonly [string, unknown, readonly string[]]>([
    ["a bridge", { Name: "n", Id: "1", Driver: "bridge" }, ["network:n", "network-driver:bridge"]],
    ["by its id", { Name: "web", Id: "n", Driver: "overlay" }, ["network:web", "network-driver:overlay"]],
    ["of the host", { Name: "n", Driver: "host" }, ["network:n", "host:network", "network-driver:host"]],
    ["on the wire", { Name: "n", Driver: "macvlan" }, ["network:n", "network-driver:macvlan"]],
    ["of no driver", { Name: "n" }, ["network:n", "network-driver:(unknown)"]],
    ["of no name", { Id: "n", Driver: "bridge" }, ["network:(unknown)", "network-driver:bridge"]],
    [
      "that the name is the beginning of an id of",
      { Name: "web", Id: "n1", Driver: "bridge" },
      ["network:n", "network-driver:(unknown)"],
    ],
    ["no object", null, ["network:n", "network-driver:(unknown)"]],
  ])("are what the engine says of a network: %s", (_name, inspected, asked) => {
    expect(network(inspected)).toEqual(asked);
  });

  test("never ask for what the look-up's own list lacks", () => {
    const seen = [
      ...powersOfLookup(
        lookup("volume", "v"),
        json({ Driver: "local", Options: { o: "bind", device: "/", x: "y" } }),
      ),
      ...powersOfLookup(lookup("volume", "v"), json({ Driver: "local", Options: { type: "nfs" } })),
      ...powersOfUnknown(lookup("volume", "v")),
    ];
    expect(seen.filter(({ noun }) => !lookupNouns.volume.includes(noun))).toEqual([]);
    const networks = [
      ...powersOfLookup(lookup("network", "n"), json({})),
      ...powersOfUnknown(lookup("network", "n")),
    ];
    expect(networks.filter(({ noun }) => !lookupNouns.network.includes(noun))).toEqual([]);
  });

  test("never show what the engine said of a volume's options", () => {
    const powers = powersOfLookup(
      lookup("volume", "v"),
      json({ Driver: "local", Options: { type: "cifs", o: "password=hunter2" } }),
    );
    expect(powers.map(({ place }) => place).join("\n")).not.toContain("hunter2");
    expect(powers.at(-1)?.place).toContain("there = v");
  });
});
