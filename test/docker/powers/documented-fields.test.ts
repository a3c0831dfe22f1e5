import { describe, expect, test } from "vitest";
import type { OperationName } from "../../../src/docker/operations.ts";
import type { Meaning } from "../../../src/docker/powers/meaning.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { documentedNames } from "../facts/facts.ts";

/** Fields that are left unknown on purpose, so that they ask for a power `field:`. */
const UNKNOWN: ReadonlySet<string> = new Set([
  // CSI volumes of a whole cluster.
  "VolumeCreate: ClusterVolumeSpec",
  "VolumeUpdate: Spec",
  // What Docker itself makes when a container joins a swarm's network.
  "ServiceCreate: TaskTemplate.NetworkAttachmentSpec",
  "ServiceUpdate: TaskTemplate.NetworkAttachmentSpec",
  // Documented once, and read by no engine: limits hold no generic resources, and none has a quota of this name.
  "ServiceCreate: TaskTemplate.Resources.Limits.GenericResources",
  "ServiceUpdate: TaskTemplate.Resources.Limits.GenericResources",
  "ContainerCreate: HostConfig.DiskQuota",
  "ContainerUpdate: DiskQuota",
]);

function namesIn(operation: OperationName, place: "query" | "body"): readonly string[] {
  return documentedNames.flatMap((name) =>
    name.operation === operation && name.place === place ? [name.name] : [],
  );
}

/** Docker's documentation and its clients do not write every field in the same letters. */
function fieldOf(fields: ReadonlyMap<string, Meaning>, name: string): Meaning | undefined {
  return [...fields].find(([field]) => field.toLowerCase() === name.toLowerCase())?.[1];
}

/** Returns the part of a field's path that no meaning with named fields has, or undefined where all is known. */
function unknownPart(path: string, meaning: Meaning): string | undefined {
  const steps = path.split(".");
  let known = meaning.fields;
  for (const [index, step] of steps.entries()) {
    // Below it a client names the fields itself, or they are nobody's business.
    if (known === undefined) return undefined;
    const meant = fieldOf(known, step);
    if (meant === undefined) return steps.slice(0, index + 1).join(".");
    known = meant.fields;
  }
  return undefined;
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

describe("each field that Docker documents is known", () => {
  test.each(withBody)("in the body of %s", (operation) => {
    const paths = namesIn(operation, "body");
    const meaning = operationPowers.get(operation)?.body;
    expect(paths.length).toBeGreaterThan(0);
    expect(meaning?.fields).toBeDefined();
    if (meaning === undefined) return;
    const unknown = new Set(paths.flatMap((path) => unknownPart(path, meaning) ?? []));
    expect([...unknown].map((path) => `${operation}: ${path}`).toSorted()).toEqual(
      [...UNKNOWN].filter((path) => path.startsWith(`${operation}: `)).toSorted(),
    );
  });

  test.each(withQuery)("in the query of %s", (operation) => {
    const keys = namesIn(operation, "query");
    const known = operationPowers.get(operation)?.query?.keys;
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => known?.has(key) !== true)).toEqual([]);
  });
});
