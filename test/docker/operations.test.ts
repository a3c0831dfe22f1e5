import { describe, expect, test } from "vitest";
import { operations } from "../../src/docker/operations.ts";
import { endpointFacts } from "./facts/facts.ts";

const knownKeys = new Set([
  "name",
  "methods",
  "template",
  "twin",
  "since",
  "last",
  "effect",
  "exposes",
  "stream",
  "hijack",
  "formBody",
]);

describe("the table of operations", () => {
  test("holds every endpoint of the facts, and no other", () => {
    const named = operations.flatMap((operation) =>
      operation.methods.map(
        (method) => `${method} ${operation.template.replaceAll("...}", "}")} ${operation.name}`,
      ),
    );
    const facts = endpointFacts.map((fact) => `${fact.method} ${fact.template} ${fact.name}`);
    expect(named.toSorted()).toEqual(facts.toSorted());
    expect(operations).toHaveLength(123);
  });

  test("gives every operation a name of its own", () => {
    expect(new Set(operations.map((operation) => operation.name)).size).toBe(operations.length);
  });

  test("has no key that the definition does not have", () => {
    const keys = operations.flatMap((operation) => Object.keys(operation));
    expect(keys.filter((key) => !knownKeys.has(key))).toEqual([]);
  });

  test.each(endpointFacts.map((fact) => [fact.name, fact] as const))(
    "agrees with the facts on %s",
    (name, fact) => {
      const operation = operations.find((candidate) => candidate.name === name);
      expect(operation).toMatchObject({ effect: fact.effect, stream: fact.stream, hijack: fact.hijack });
      expect(operation?.since).toBe(fact.since);
      expect(operation?.last).toBe(fact.last);
      const parameter = operation?.template.includes("...}") ? "many" : "one";
      expect(operation?.template.includes("{") ? parameter : "none").toBe(fact.parameter);
    },
  );

  test("has a second template exactly where dockerd routes the trailing slash too", () => {
    const twins = operations.flatMap((operation) => operation.twin ?? []);
    const factTwins = endpointFacts.flatMap((fact) =>
      fact.enginePatterns.filter((pattern) => pattern === `${fact.template}/`),
    );
    expect(twins).toEqual(factTwins);
  });

  test("lets the connection turn into something else on five operations, each of them a stream", () => {
    const hijacks = operations.filter((operation) => operation.hijack !== "none");
    expect(hijacks.map(({ name, hijack, stream }) => `${name} ${hijack} ${stream}`).toSorted()).toEqual([
      "ContainerAttach raw stream",
      "ContainerAttachWebsocket websocket stream",
      "ExecStart raw stream",
      "Grpc h2c stream",
      "Session h2c stream",
    ]);
    expect(hijacks.every((operation) => operation.effect === "exec")).toBe(true);
  });

  test("takes a form body on the creation of a plugin only", () => {
    const takers = operations.filter((operation) => operation.formBody === true);
    expect(takers.map((operation) => operation.name)).toEqual(["PluginCreate"]);
  });

  test("says of every operation what it exposes, in one plain phrase", () => {
    const faults = operations.filter(
      ({ exposes }) => exposes.length < 10 || exposes.length > 110 || !/^[a-z][^;]*[a-zA-Z]$/.test(exposes),
    );
    expect(faults.map((operation) => operation.exposes)).toEqual([]);
  });

  test.each([
    ["ContainerArchive", "reads any file"],
    ["ContainerInspect", "environment values"],
    ["ContainerAttachWebsocket", "standard input"],
    ["ContainerTop", "environment values"],
    ["ContainerCreate", "root on the host"],
    ["SwarmInspect", "join tokens"],
    ["DistributionInspect", "any registry address"],
    ["CheckpointCreate", "any host path"],
    ["ContainerCopy", "older than API 1.24"],
  ])("warns at %s of: %s", (name, words) => {
    expect(operations.find((operation) => operation.name === name)?.exposes).toContain(words);
  });

  test("says in the phrase of every exec that a process, a terminal or a build is reached", () => {
    const phrases = operations.flatMap(({ effect, exposes }) => (effect === "exec" ? exposes : []));
    expect(phrases.filter((phrase) => !/process|command|terminal|build/.test(phrase))).toEqual([]);
  });
});
