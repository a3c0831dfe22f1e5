import type { Operation } from "../../src/docker/operations.ts";

/** A container id as dockerd makes them. */
const sampleId = "4c01db0b339c5bd3a1e8fa0b6a1a7c1a0e5b8f3c2d9e7a6b5c4d3e2f1a0b9c8d";

/** Names that the `{name...}` of images, plugins and distributions must take, each as it stands in a path. */
const spanningNames = [
  "web",
  "busybox",
  "library/busybox:1.36",
  "reg:5000/a/b:tag",
  "ghcr.io/owner/group/project@sha256:4c01db0b339c5bd3a1e8fa0b6a1a7c1a0e5b8f3c2d9e7a6b5c4d3e2f1a0b9c8d",
  "json",
  "create",
  "a/history",
];

/** Ids and names that an `{id}` must take: some are spelled like keywords. */
const singleNames = [sampleId, "web", "web_1.x-y", "create", "json", "prune", "stop", "v1.41"];

/** The paths that an operation has to be found by: its template with sample names put in, and its twin. */
export function samplePaths(operation: Operation): string[] {
  const { template, twin } = operation;
  const names = template.includes("...}") ? spanningNames : singleNames;
  const paths = template.includes("{")
    ? names.map((name) => template.replace("{alias}", "db").replaceAll(/\{\w+(?:\.\.\.)?\}/g, name))
    : [template];
  return twin === undefined ? paths : [...paths, twin.replaceAll(/\{\w+\}/g, "web")];
}
