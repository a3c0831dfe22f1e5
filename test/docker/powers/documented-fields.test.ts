import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { OperationName } from "../../../src/docker/operations.ts";
import type { Meaning } from "../../../src/docker/powers/meaning.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";

const documentPath = fileURLToPath(
  new URL("../../../../shared/knowledge/engine-api-v1.55.yaml", import.meta.url),
);
const present = existsSync(documentPath);
const leftOut =
  "Left out: the comparison with Docker's documented fields, because the document is not at hand.";
if (!present) process.stdout.write(`${leftOut}\n`);

/** Fields that are left unknown on purpose, so that they ask for a power `field:`. */
const UNKNOWN: ReadonlySet<string> = new Set([
  // CSI volumes of a whole cluster.
  "VolumeCreate: ClusterVolumeSpec",
  "VolumeUpdate: Spec",
  // What Docker itself makes when a container joins a swarm's network.
  "ServiceCreate: TaskTemplate.NetworkAttachmentSpec",
  "ServiceUpdate: TaskTemplate.NetworkAttachmentSpec",
]);

type Members = ReadonlyMap<string, unknown>;

function membersOf(value: unknown): Members {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = membersOf(found).get(key);
  return found;
}

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Docker's document, as far as a schema or a parameter points into it. */
class Document {
  readonly #root: unknown = parse(readFileSync(documentPath, "utf8"));

  /** Query keys or the schema of the body, by the name that Docker gives the operation. */
  parameters(operation: string): { readonly query: readonly string[]; readonly body: unknown } {
    const all = [...membersOf(at(this.#root, "paths")).values()].flatMap((path) => [
      ...membersOf(path).values(),
    ]);
    const found = all.find((candidate) => at(candidate, "operationId") === operation);
    if (found === undefined) throw new Error(`${operation} is not documented`);
    const parameters = entriesOf(at(found, "parameters"));
    const standsIn = (place: string): readonly unknown[] =>
      parameters.filter((parameter) => at(parameter, "in") === place);
    return {
      query: standsIn("query").map((parameter) => String(at(parameter, "name"))),
      body: at(standsIn("body")[0], "schema"),
    };
  }

  /** All fields of an object; of a list, those of its entries. */
  fields(schema: unknown): Members {
    const reference = at(schema, "$ref");
    if (typeof reference === "string") {
      return this.fields(at(this.#root, ...reference.slice("#/".length).split("/")));
    }
    const items = at(schema, "items");
    if (items !== undefined) return this.fields(items);
    const parts = entriesOf(at(schema, "allOf")).flatMap((part) => [...this.fields(part)]);
    return new Map([...parts, ...membersOf(at(schema, "properties"))]);
  }
}

/** Documented fields that a meaning with named fields has none for. */
function unknownFields(document: Document, schema: unknown, meaning: Meaning, path = ""): readonly string[] {
  const known = meaning.fields;
  if (known === undefined) return [];
  return [...document.fields(schema)].flatMap(([name, field]) => {
    const meant = known.get(name);
    const below = path === "" ? name : `${path}.${name}`;
    return meant === undefined ? [below] : unknownFields(document, field, meant, below);
  });
}

const withBody = [
  ...["VolumeCreate", "VolumeUpdate", "NetworkCreate", "NetworkConnect", "ServiceCreate", "ServiceUpdate"],
  ...["SecretCreate", "SecretUpdate", "ConfigCreate", "ConfigUpdate", "NodeUpdate", "SystemAuth"],
  ...["ImageCommit", "ContainerCreate", "ContainerUpdate", "ContainerExec"],
] as const satisfies readonly OperationName[];

const withQuery = [
  ...["ImageBuild", "ImageCreate", "ImagePush", "ImageTag", "ImageCommit", "ImageLoad", "ImageSearch"],
  ...["GetPluginPrivileges", "ContainerArchive", "ContainerArchiveInfo", "PutContainerArchive"],
  ...["ContainerTop", "ContainerCreate", "ContainerStart", "ContainerRename", "NodeUpdate", "ServiceUpdate"],
  ...["SecretUpdate", "ConfigUpdate", "VolumeUpdate"],
] as const satisfies readonly OperationName[];

describe.runIf(present)("each field that Docker documents is known", () => {
  const document = present ? new Document() : undefined;

  test.each(withBody)("in the body of %s", (operation) => {
    const { body: schema } = document?.parameters(operation) ?? {};
    const meaning = operationPowers.get(operation)?.body;
    expect(document?.fields(schema).size).toBeGreaterThan(0);
    expect(meaning?.fields).toBeDefined();
    if (document === undefined || meaning === undefined) return;
    const unknown = unknownFields(document, schema, meaning).map((path) => `${operation}: ${path}`);
    expect(unknown).toEqual([...UNKNOWN].filter((path) => path.startsWith(`${operation}: `)));
  });

  test.each(withQuery)("in the query of %s", (operation) => {
    const keys = document?.parameters(operation).query ?? [];
    const known = operationPowers.get(operation)?.query?.keys;
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => known?.has(key) !== true)).toEqual([]);
  });
});
