import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import type { ObjectLookup } from "../../../src/docker/powers/asking.ts";
import {
  lookupTargets,
  nounsOfLookup,
  powersOfAbsent,
  resolveLookup,
  powersOfUnknown,
} from "../../../src/docker/powers/lookup.ts";
import { type Power, powerText } from "../../../src/docker/powers/power.ts";

const NOUNS = ["volume", "network", "secret", "config"] as const;
const NETWORK_ID = "0f".repeat(32);

function named(noun: ObjectLookup["noun"], name: string): ObjectLookup {
  return { kind: "object", noun, name, place: `{id} = ${name}` };
}

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value), "utf8"));
  return parsed.ok ? parsed.value : null;
}

function texts(powers: readonly Power[]): readonly string[] {
  return powers.map((power) => powerText(power));
}

function powersOf(
  noun: ObjectLookup["noun"],
  name: string,
  ...answers: readonly unknown[]
): readonly string[] {
  return texts(
    resolveLookup(
      named(noun, name),
      answers.map((answer) => json(answer)),
    ).powers,
  );
}

describe("an object that is deleted or read asks for its own name", () => {
  test.each([
    ["a network by its name", powersOf("network", "web", { Name: "web", Id: NETWORK_ID }), ["network:web"]],
    [
      "a network by its id",
      powersOf("network", NETWORK_ID, { Name: "web", Id: NETWORK_ID }),
      ["network:web"],
    ],
    [
      "a network by the beginning of its id",
      powersOf("network", "0f0", [{ Name: "web", Id: NETWORK_ID }], []),
      ["network:web"],
    ],
    [
      "a network's name that is also the beginning of another's id",
      powersOf("network", "0f", [{ Name: "0f", Id: "aa" }], [{ Name: "web", Id: NETWORK_ID }]),
      ["network:0f", "network:web"],
    ],
    [
      "a network of which the list has others too",
      powersOf("network", "web", [
        { Name: "web", Id: "aa" },
        { Name: "webshop", Id: "bb" },
      ]),
      ["network:web"],
    ],
    ["a secret by its id", powersOf("secret", "k3j", { ID: "k3jx", Spec: { Name: "db" } }), ["secret:db"]],
    ["a configuration", powersOf("config", "app", { Spec: { Name: "app", Data: "x" } }), ["config:app"]],
    [
      "a volume",
      powersOf("volume", "data", { Name: "data" }, { Volumes: [{ Name: "data2" }] }),
      ["volume:data"],
    ],
    [
      "a volume of which there are only others that begin so: Podman takes the one",
      powersOf("volume", "sec", { Volumes: [{ Name: "secrets" }, { Name: "insecure" }] }),
      ["volume:secrets"],
    ],
    [
      "a volume, with no other",
      powersOf("volume", "data", { Name: "data" }, { Volumes: null }),
      ["volume:data"],
    ],
    ["a volume that there is not", powersOf("volume", "data", { Volumes: null }), ["volume:data"]],
    ["a volume without a name", powersOf("volume", "data", {}), ["volume:(unknown)"]],
    ["a secret without a name", powersOf("secret", "db", { Spec: {} }), ["secret:(unknown)"]],
    ["a configuration that is no object", powersOf("config", "app", []), ["config:(unknown)"]],
    ["a network without a name", powersOf("network", "web", {}), ["network:(unknown)"]],
    ["a name with a star in it", powersOf("network", "web", { Name: "*", Id: "web" }), ["network:%2A"]],
  ])("%s", (_name, asked, powers) => {
    expect(asked).toEqual(powers);
  });

  test.each(NOUNS)("and where there is no such %s, for the name in the path", (noun) => {
    expect(powersOf(noun, "web")).toEqual([`${noun}:web`]);
    expect(texts(powersOfAbsent(named(noun, "web")))).toEqual([`${noun}:web`]);
  });

  test.each(NOUNS)("and for any where the engine can't be asked about a %s, unless it is no id", (noun) => {
    expect(texts(powersOfUnknown(named(noun, "web")))).toEqual([`${noun}:(unknown)`]);
    expect(texts(powersOfUnknown(named(noun, "my web")))).toEqual([`${noun}:my web`]);
  });

  test.each(NOUNS)("and for nothing but that: a %s is not used", (noun) => {
    expect(nounsOfLookup(named(noun, "web"))).toEqual([noun]);
  });
});

describe("the engine is asked for an object", () => {
  test.each([
    ["secret", "db", "1.43", ["/v1.43/secrets/db"]],
    ["config", "app", undefined, ["/configs/app"]],
    [
      "volume",
      "data",
      "1.43",
      ["/v1.43/volumes/data", "/v1.43/volumes?filters=%7B%22name%22%3A%5B%22%5Edata%22%5D%7D"],
    ],
    [
      "network",
      "web",
      undefined,
      [
        "/networks?filters=%7B%22name%22%3A%5B%22web%22%5D%7D",
        "/networks?filters=%7B%22id%22%3A%5B%22web%22%5D%7D",
        "/networks/web",
      ],
    ],
  ] as const)("%s by %s", (noun, name, version, targets) => {
    expect(lookupTargets(named(noun, name), version)).toEqual(targets);
  });

  test.each(["../containers/x", "a?b", "a b", ""])("nowhere by the name %j", (name) => {
    expect(NOUNS.flatMap((noun) => lookupTargets(named(noun, name), "1.43"))).toEqual([]);
  });
});
