import { describe, expect, test } from "vitest";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import type { OperationName } from "../../../src/docker/operations.ts";
import { scoped, seen } from "./viewers.ts";

const OWN = "a".repeat(64);
const OTHER = "b".repeat(64);
const viewer = scoped({
  sees: ({ id, names }) => id.includes(OWN) || names.includes("own"),
  knows: (_, id) => id === OWN,
});

function read(operation: OperationName, value: unknown): unknown {
  const table = operationAnswers.get(operation);
  return table === undefined ? "no table" : seen(table.part, value, viewer);
}

describe("whoever has a scope", () => {
  test("sees of what is on the disk its own objects, and no totals", () => {
    const volume = { Driver: "local", Labels: null };
    const sections = {
      LayersSize: 7,
      Images: null,
      Containers: [
        { Id: OWN, Names: ["/web"] },
        { Id: OTHER, Names: ["/db"] },
      ],
      Volumes: [
        { ...volume, Name: "own", UsageData: { Size: 3, RefCount: 2 } },
        { ...volume, Name: "other" },
      ],
      BuildCache: [{ ID: "c", Description: "RUN secret" }],
      ContainerUsage: { TotalCount: 2, Items: [{ Id: OTHER, Names: ["/db"] }] },
      PodUsage: { TotalCount: 9 },
    };
    expect(read("SystemDataUsage", sections)).toEqual({
      LayersSize: 0,
      Images: null,
      Containers: [{ Id: OWN, Names: ["/web"] }],
      Volumes: [{ ...volume, Name: "own", UsageData: { Size: 3, RefCount: -1 } }],
      BuildCache: [],
      ContainerUsage: { TotalCount: 0, Items: [] },
    });
  });

  test("is not told how many containers and images there are", () => {
    expect(
      read("SystemInfo", { Containers: 9, ContainersRunning: 8, Images: 7, NCPU: 4, Unheard: 1 }),
    ).toEqual({
      Containers: 0,
      ContainersRunning: 0,
      Images: 0,
      NCPU: 4,
    });
  });

  test("sees in its own network its own containers", () => {
    const network = {
      Id: OWN,
      Name: "shop",
      Containers: { [OWN]: { Name: "web" }, [OTHER]: { Name: "db" }, "ep-ffff": { Name: "gateway" } },
      Services: { db: { VIP: "10.0.0.3" } },
      Peers: [{ Name: "node", IP: "10.0.0.9" }],
    };
    expect(read("NetworkInspect", network)).toEqual({
      Id: OWN,
      Name: "shop",
      Containers: { [OWN]: { Name: "web" } },
      Services: null,
      Peers: null,
    });
    expect(operationAnswers.get("NetworkInspect")?.needs).toEqual(["container"]);
  });

  test("does not learn from its own image which others there are, and who uses it", () => {
    const image = {
      Id: `sha256:${OWN}`,
      RepoTags: ["shop/web:3"],
      RepoDigests: [],
      Containers: 3,
      SharedSize: 5,
      Manifests: [{ ID: "sha256:c", ImageData: { Containers: [OTHER] } }],
    };
    expect(read("ImageList", image)).toEqual({
      ...image,
      Containers: -1,
      SharedSize: -1,
      Manifests: [{ ID: "sha256:c", ImageData: { Containers: [] } }],
    });
    expect(read("ImageHistory", { Id: "<missing>", CreatedBy: "ENV A=1", Tags: ["other/base:1"] })).toEqual({
      Id: "<missing>",
      CreatedBy: "ENV A=1",
      Tags: null,
    });
  });

  test("learns of no name that its image or its container has with others", () => {
    const names = { RepoTags: ["own:1", "theirs:1"], RepoDigests: [`theirs@sha256:${OTHER}`] };
    const byName = scoped({ sees: ({ names: [name] }) => name === "docker.io/library/own:1" });
    const at = (operation: OperationName, value: unknown): unknown => {
      const table = operationAnswers.get(operation);
      return table && seen(table.part, value, byName);
    };
    const shown = { Id: `sha256:${OTHER}`, RepoTags: ["own:1"], RepoDigests: [] };
    expect(at("ImageList", { Id: `sha256:${OTHER}`, ...names })).toEqual(shown);
    expect(at("ImageInspect", { Id: `sha256:${OTHER}`, ...names })).toEqual(shown);
    // By a legacy link.
    const linked = { Id: OWN, Names: ["/theirs/alias", "/web"] };
    expect(read("ContainerList", linked)).toEqual({ Id: OWN, Names: ["/web"] });
  });

  test("gets no key of the swarm that all share", () => {
    expect(read("SwarmInspect", { ID: "1", JoinTokens: { Worker: "w", Manager: "m" } })).toEqual({
      ID: "1",
      JoinTokens: { Worker: "", Manager: "" },
    });
  });

  test("sees the tasks of its own services", () => {
    expect(read("TaskList", { ID: "1", ServiceID: OWN })).toEqual({ ID: "1", ServiceID: OWN });
    expect(read("TaskList", { ID: "1", ServiceID: OTHER })).toBeUndefined();
    expect(operationAnswers.get("TaskList")?.needs).toEqual(["service"]);
  });
});
