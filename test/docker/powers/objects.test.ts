import { describe, expect, test } from "vitest";
import { catalogue, type Operation } from "../../../src/docker/operations.ts";
import type { Noun } from "../../../src/docker/powers/nouns.ts";
import { nounsOf } from "../../../src/docker/powers/operation-powers.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { askedByRequest } from "./asked.ts";
import { OTHERWISE, UNASKED } from "./unasked.ts";

const unasked = UNASKED.flatMap(({ operations }) => operations);
const otherwise = OTHERWISE.flatMap(({ operations }) => operations);

/** What stands before an object's name in a path, and the noun of such objects. */
const NOUN_OF: ReadonlyMap<string, Noun> = new Map([
  ["images", "image"],
  ["manifests", "image"],
  ["distribution", "image"],
  ["volumes", "volume"],
  ["networks", "network"],
  ["secrets", "secret"],
  ["configs", "config"],
  ["nodes", "node"],
  ["plugins", "plugin"],
]);

/** The noun of the object that an operation's path names, or of all such objects. */
function nounInPath({ template }: Operation): Noun | undefined {
  return template
    .split("/")
    .map((part) => NOUN_OF.get(part))
    .find((noun) => noun !== undefined);
}

function asks(name: Operation["name"], noun: Noun): boolean {
  return nounsOf(operationPowers.get(name) ?? {}).has(noun);
}

describe("every operation of the catalogue", () => {
  test("asks for a power, or has a reason why it asks for none", () => {
    // What a list's filters execute is no object's.
    const asking = [...operationPowers].flatMap(([name, powers]) =>
      [...nounsOf(powers)].some((noun) => noun !== "template") ? [name] : [],
    );
    const names = catalogue.map(({ name }) => name);
    expect([...asking, ...unasked].toSorted()).toEqual(names.toSorted());
  });

  test("at the path of an object asks for its noun, or has a reason why not", () => {
    const named = catalogue.filter((operation) => operation.template.includes("{") && nounInPath(operation));
    const missing = named.filter(({ name, ...rest }) => {
      const noun = nounInPath({ name, ...rest });
      return noun !== undefined && !asks(name, noun);
    });
    const reasons = new Set<string>([...unasked, ...otherwise]);
    expect(named.length).toBeGreaterThan(60);
    expect(missing.map(({ name }) => name).filter((name) => !reasons.has(name))).toEqual([]);
  });

  test("that deletes all objects of a noun that nobody uses asks for any of them", () => {
    const prunes = catalogue.filter(
      (operation) => operation.template.endsWith("/prune") && nounInPath(operation) !== undefined,
    );
    expect(prunes.map(({ name }) => name).toSorted()).toEqual([
      "ImagePrune",
      "ImagePruneLibpod",
      "NetworkPrune",
      "NetworkPruneLibpod",
      "VolumePrune",
      "VolumePruneLibpod",
    ]);
    for (const operation of prunes) {
      const { powers } = askedByRequest(operationPowers.get(operation.name) ?? {}, {});
      expect(powers).toEqual([`${nounInPath(operation) ?? "none"}:(any)`]);
    }
  });

  test("has no reason for two things, and none that is not needed", () => {
    const reasons = [...unasked, ...otherwise];
    expect(new Set(reasons).size).toBe(reasons.length);
    const needless = otherwise.filter((name) => {
      const operation = catalogue.find((candidate) => candidate.name === name);
      const noun = operation === undefined ? undefined : nounInPath(operation);
      return noun === undefined || asks(name, noun) || !operationPowers.has(name);
    });
    expect(needless).toEqual([]);
  });

  test("is said not to be looked into only where it asks for podman by its name", () => {
    for (const name of OTHERWISE[0]?.operations ?? []) {
      expect(askedByRequest(operationPowers.get(name) ?? {}, {}).powers).toEqual([`podman:${name}`]);
    }
  });

  test("that only reads stands among those that write under no reason but those of reads", () => {
    const writing = new Set(
      catalogue.filter(({ effect }) => effect !== "read").map(({ name }): string => name),
    );
    const mixed = UNASKED.filter(
      ({ operations }) => new Set(operations.map((name) => writing.has(name))).size > 1,
    );
    expect(mixed).toEqual([]);
  });
});
