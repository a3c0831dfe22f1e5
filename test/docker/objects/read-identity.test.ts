import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";
import { readInspected, readKeeper, readListed } from "../../../src/docker/objects/read-identity.ts";

const ID = "ab".repeat(32);
const IMAGE = `sha256:${ID}`;
const SWARM = "0a1b2c3d4e5f6g7h8i9j0k1l2";

function json(value: unknown): JsonValue {
  const parsed = parseJson(Buffer.from(JSON.stringify(value)));
  if (!parsed.ok) throw new Error("it is JSON");
  return parsed.value;
}

const spec = { ID: SWARM, Spec: { Name: "key", Labels: { team: "a" } } };
const ofSwarm = { id: SWARM, names: ["key"], labels: { team: "a" } };

type Row = readonly [ObjectKind, unknown, { id: string; names: readonly string[]; labels: object }];

const inspected: readonly Row[] = [
  [
    "container",
    { Id: ID, Name: "/web", Config: { Labels: { team: "a" } } },
    { id: ID, names: ["web"], labels: { team: "a" } },
  ],
  ["container", { Id: ID, Name: "web", Config: { Labels: null } }, { id: ID, names: ["web"], labels: {} }],
  [
    "image",
    {
      Id: IMAGE,
      RepoTags: ["nginx:1", "<none>:<none>"],
      RepoDigests: [`nginx@${IMAGE}`],
      Config: { Labels: { a: "" } },
    },
    {
      id: IMAGE,
      names: ["docker.io/library/nginx:1", `docker.io/library/nginx@${IMAGE}`],
      labels: { a: "" },
    },
  ],
  ["image", { Id: IMAGE }, { id: IMAGE, names: [], labels: {} }],
  ["service", spec, ofSwarm],
];

const listed: readonly Row[] = [
  [
    "container",
    { Id: ID, Names: ["/web", "/shop/db"], Labels: { team: "a" } },
    { id: ID, names: ["web"], labels: { team: "a" } },
  ],
  ["image", { Id: IMAGE, RepoTags: null, Labels: { a: "b" } }, { id: IMAGE, names: [], labels: { a: "b" } }],
  ["network", { Id: SWARM, Name: "net", Labels: {} }, { id: SWARM, names: ["net"], labels: {} }],
  ["network", { Id: ID, Name: "net", Labels: {} }, { id: ID, names: ["net"], labels: {} }],
  ["volume", { Name: "data", Labels: null }, { id: "data", names: ["data"], labels: {} }],
  ["secret", spec, ofSwarm],
  ["config", spec, ofSwarm],
  [
    "node",
    { ID: SWARM, Spec: { Labels: { zone: "1" } }, Description: { Hostname: "one" } },
    { id: SWARM, names: ["one"], labels: { zone: "1" } },
  ],
  ["plugin", { Id: ID, Name: "a/b:latest" }, { id: ID, names: ["a/b:latest"], labels: {} }],
  // What they are is somebody else's.
  ["exec", { ID, ContainerID: "c".repeat(64), Labels: { team: "a" } }, { id: ID, names: [], labels: {} }],
  ["task", { ID: SWARM, ServiceID: SWARM, Labels: { team: "a" } }, { id: SWARM, names: [], labels: {} }],
];

describe("who an object is", () => {
  test.each(inspected)("is read of one %s: %j", (kind, value, { id, names, labels }) => {
    const identity = { kind, id, names, labels: new Map(Object.entries(labels)) };
    expect(readInspected(kind, json(value))).toEqual(identity);
  });

  test.each(listed)("is read of a %s in a list: %j", (kind, value, { id, names, labels }) => {
    const identity = { kind, id, names, labels: new Map(Object.entries(labels)) };
    expect(readListed(kind, json(value))).toEqual(identity);
  });

  test.each<readonly [ObjectKind, unknown]>([
    ["container", null],
    ["container", []],
    ["container", { Name: "/web" }],
    ["container", { Id: ID.slice(0, 12), Name: "/web" }],
    ["container", { Id: ID.toUpperCase(), Name: "/web" }],
    ["container", { Id: ID, Name: "" }],
    ["container", { Id: ID, Name: "/web", Config: { Labels: ["team=a"] } }],
    ["container", { Id: ID, Name: "/web", Config: { Labels: { team: 1 } } }],
    ["image", { Id: ID, RepoTags: [] }],
    ["image", { Id: IMAGE, RepoTags: "nginx" }],
    ["image", { Id: IMAGE, RepoTags: [1] }],
    ["network", { Id: ID, Labels: {} }],
    ["volume", { Name: "" }],
    ["service", { ID: "short", Spec: { Name: "web" } }],
    ["service", { ID: SWARM, Spec: {} }],
  ])("is not known where a %s can't be read: %j", (kind, value) => {
    expect(readInspected(kind, json(value))).toBeUndefined();
  });
});

describe("whose a part is", () => {
  test.each<readonly [ObjectKind, unknown, object | undefined]>([
    ["exec", { ContainerID: ID }, { kind: "container", id: ID }],
    ["task", { ServiceID: SWARM }, { kind: "service", id: SWARM }],
    ["exec", { ContainerID: "web" }, undefined],
    ["task", { ServiceID: "" }, undefined],
    ["task", {}, undefined],
    ["container", { ContainerID: ID, ServiceID: SWARM }, undefined],
    ["exec", "web", undefined],
  ])("is read of one %s: %j", (kind, value, keeper) => {
    expect(readKeeper(kind, json(value))).toEqual(keeper);
  });
});
