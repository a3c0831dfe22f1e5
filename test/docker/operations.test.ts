import { describe, expect, test } from "vitest";
import { catalogue, libpodOperations, operations } from "../../src/docker/operations.ts";
import { endpointFacts, libpodFacts } from "./facts/facts.ts";

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
    expect(operations).toHaveLength(124);
  });

  test("gives every operation a name of its own", () => {
    expect(new Set(catalogue.map((operation) => operation.name)).size).toBe(catalogue.length);
  });

  test("has no key that the definition does not have", () => {
    const keys = catalogue.flatMap((operation) => Object.keys(operation));
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
    const takers = catalogue.filter((operation) => operation.formBody === true);
    expect(takers.map((operation) => operation.name)).toEqual(["PluginCreate"]);
  });

  test("says of every operation what it exposes, in one plain phrase", () => {
    const faults = catalogue.filter(
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
    const phrases = catalogue.flatMap(({ effect, exposes }) => (effect === "exec" ? exposes : []));
    expect(phrases.filter((phrase) => !/process|command|terminal|build/.test(phrase))).toEqual([]);
  });
});

describe("the table of Podman's own operations", () => {
  test("holds every route of the facts, and no other", () => {
    const named = libpodOperations.flatMap(({ name, methods, template, twin }) =>
      [template, ...(twin === undefined ? [] : [twin])].flatMap((place) =>
        methods.map((method) => `${method} ${place.replaceAll("...}", "}")} ${name}`),
      ),
    );
    const facts = libpodFacts.map(({ method, template, name }) => `${method} ${template} ${name}`);
    expect(named.toSorted()).toEqual(facts.toSorted());
    expect(libpodFacts).toHaveLength(115);
    expect(libpodOperations).toHaveLength(112);
  });

  test("has a name of ours only where Podman has none, or one that is taken", () => {
    const own = libpodFacts.filter(({ namedBy }) => namedBy === "gate").map(({ name }) => name);
    expect([...new Set(own)].toSorted()).toEqual([
      "ContainerArchiveLibpod",
      "ContainerPruneLibpod",
      "ExecRemoveLibpod",
      "NetworkInspectLibpod",
      "SystemPingLibpod",
    ]);
  });

  test("lets a name span segments only where Podman does", () => {
    const wider = libpodOperations.filter(({ name, template }) => {
      const patterns = libpodFacts.filter((fact) => fact.name === name);
      return (
        template.includes("...}") && patterns.some(({ enginePattern }) => !enginePattern.includes(":.*"))
      );
    });
    expect(wider).toEqual([]);
  });

  test("keeps the ids of containers and pods to one segment, although Podman does not always", () => {
    const narrower = libpodOperations.filter(({ name, template }) => {
      const patterns = libpodFacts.filter((fact) => fact.name === name);
      return (
        !template.includes("...}") && patterns.some(({ enginePattern }) => enginePattern.includes(":.*"))
      );
    });
    expect(narrower.map(({ name }) => name)).toEqual(["ContainerHealthcheckLibpod", "GenerateSystemdLibpod"]);
  });

  test("lets the connection turn into raw bytes on attach and exec start", () => {
    const hijacks = libpodOperations.filter(({ hijack }) => hijack !== "none");
    expect(
      hijacks.map(({ name, hijack, stream, effect }) => `${name} ${hijack} ${stream} ${effect}`),
    ).toEqual(["ContainerAttachLibpod raw stream exec", "ExecStartLibpod raw stream exec"]);
  });

  test("calls nothing a read that is more than GET and HEAD, but a wait", () => {
    const reads = libpodOperations.filter(
      ({ effect, methods }) =>
        effect === "read" && methods.some((method) => method !== "GET" && method !== "HEAD"),
    );
    expect(reads.map(({ name }) => name)).toEqual(["ContainerWaitLibpod"]);
  });

  test.each([
    ["ContainerArchiveLibpod", "reads any file"],
    ["ContainerCreateLibpod", "any privilege"],
    ["ContainerHealthcheckLibpod", "by a plain GET"],
    ["ContainerInspectLibpod", "environment values"],
    ["ContainerTopLibpod", "environment values"],
    ["GenerateKubeLibpod", "environment values"],
    ["GenerateSystemdLibpod", "environment values"],
    ["ImageScpLibpod", "SSH keys"],
    ["ImageSearchLibpod", "any registry address"],
    ["PlayKubeLibpod", "any host path"],
    ["PodCreateLibpod", "any host path"],
    ["SecretInspectLibpod", "its value"],
    ["VolumeExportLibpod", "every file"],
  ])("warns at %s of: %s", (name, words) => {
    expect(libpodOperations.find((operation) => operation.name === name)?.exposes).toContain(words);
  });
});
