import { describe, expect, test } from "vitest";
import type { OperationName } from "../../../src/docker/operations.ts";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import type { ViewWords } from "../../../src/policy/view/make-view.ts";
import { seen, viewerOf } from "./viewers.ts";

const ID = "0123456789ab".padEnd(64, "0");

const listed = {
  Id: ID,
  Names: ["/web"],
  Image: "shop/web:3",
  ImageID: `sha256:${"a".repeat(64)}`,
  Command: "node server.js --token=hunter2",
  Created: 1_700_000_000,
  Ports: [{ PrivatePort: 80, Type: "tcp" }],
  Labels: { "traefik.enable": "true", "com.example.key": "hunter2" },
  State: "running",
  Status: "Up 3 hours (healthy)",
  HostConfig: { NetworkMode: "shop" },
  NetworkSettings: {
    Networks: { shop: { NetworkID: "b".repeat(64), IPAddress: "10.0.0.2", Aliases: ["web"] } },
  },
  Mounts: [{ Type: "bind", Source: "/srv/shop", Destination: "/data", RW: true }],
};

function read(operation: OperationName, value: unknown, words: ViewWords): unknown {
  const table = operationAnswers.get(operation);
  return table === undefined ? "no table" : seen(table.part, value, viewerOf(words));
}

describe("a container in a list", () => {
  test("is for a proxy where to reach it, and the labels for it", () => {
    const only = ["names", "state", "networks", "addresses", "labels:traefik.*"];
    expect(read("ContainerList", listed, { only })).toEqual({
      ...listed,
      Image: "",
      ImageID: "",
      Command: "",
      Labels: { "traefik.enable": "true" },
      Mounts: [],
    });
  });

  test("is for a log viewer what it is called and of what image it is", () => {
    expect(read("ContainerList", listed, { only: ["names", "state", "image"] })).toEqual({
      ...listed,
      Command: "",
      Ports: [],
      Labels: {},
      HostConfig: { NetworkMode: "" },
      NetworkSettings: { Networks: {} },
      Mounts: [],
    });
  });

  test("loses what is hidden, and nothing else", () => {
    expect(read("ContainerList", listed, { hide: ["command", "mounts", "labels:com.example.*"] })).toEqual({
      ...listed,
      Command: "",
      Labels: { "traefik.enable": "true" },
      Mounts: [],
    });
  });

  test("has a name, whatever is hidden", () => {
    expect(read("ContainerList", listed, { hide: ["names"] })).toMatchObject({
      Names: ["/0123456789ab"],
      NetworkSettings: { Networks: { shop: { Aliases: [] } } },
    });
  });
});

describe("a container that was inspected", () => {
  const inspected = {
    Id: ID,
    Created: "2026-11-29T10:00:00Z",
    State: {
      Status: "running",
      Running: true,
      StartedAt: "2026-11-29T10:00:01Z",
      Health: {
        Status: "healthy",
        FailingStreak: 0,
        Log: [{ Start: "2026-11-29T10:01:00Z", Output: "token" }],
      },
    },
    Config: {
      Env: ["PASSWORD=hunter2"],
      Cmd: ["node"],
      Healthcheck: { Test: ["CMD", "check"], Interval: 1000 },
      Labels: null,
    },
    HostConfig: { Privileged: true, Memory: 1024 },
    NetworkSettings: { Ports: { "80/tcp": null }, IPAddress: "10.0.0.2" },
  };

  test("loses its environment alone", () => {
    const hidden = { ...inspected, Config: { ...inspected.Config, Env: [] } };
    expect(read("ContainerInspect", inspected, { hide: ["env"] })).toEqual(hidden);
  });

  test("keeps the form of all that is hidden", () => {
    expect(read("ContainerInspect", inspected, { only: [] })).toEqual({
      Id: ID,
      Created: "0001-01-01T00:00:00Z",
      State: {
        Status: "",
        Running: false,
        StartedAt: "0001-01-01T00:00:00Z",
        Health: { Status: "", FailingStreak: 0, Log: [] },
      },
      Config: { Env: [], Cmd: [], Healthcheck: { Test: [], Interval: 0 }, Labels: null },
      HostConfig: { Privileged: false, Memory: 0 },
      NetworkSettings: { Ports: {}, IPAddress: "" },
    });
  });
});

test("what a container takes can be divided where it is hidden", () => {
  const stats = {
    id: ID,
    name: "/web",
    read: "2026-11-29T10:00:00Z",
    cpu_stats: { cpu_usage: { total_usage: 5, percpu_usage: [5] }, system_cpu_usage: 9, online_cpus: 2 },
    networks: { eth0: { rx_bytes: 7 } },
  };
  expect(read("ContainerStats", stats, { hide: ["usage"] })).toEqual({
    ...stats,
    cpu_stats: { cpu_usage: { total_usage: 0, percpu_usage: [] }, system_cpu_usage: 0, online_cpus: 0 },
    networks: { eth0: { rx_bytes: 0 } },
  });
});

describe("what names another container", () => {
  const joined = {
    Id: ID,
    HostConfig: { NetworkMode: "container:web", PidMode: "container:web", VolumesFrom: ["web:ro"] },
  };

  test("is not there for whoever may not read names", () => {
    expect(read("ContainerInspect", joined, { hide: ["names"] })).toEqual({
      Id: ID,
      HostConfig: { NetworkMode: "", PidMode: "", VolumesFrom: [] },
    });
    expect(read("ContainerList", joined, { only: ["networks"] })).toMatchObject({
      HostConfig: { NetworkMode: "" },
    });
  });

  test("stays where it is an id, or names nothing", () => {
    for (const NetworkMode of [`container:${ID}`, "host", "shop"]) {
      const container = { Id: ID, HostConfig: { NetworkMode } };
      expect(read("ContainerInspect", container, { hide: ["names"] })).toEqual(container);
    }
  });
});

test("the titles of processes go with them: without a line of titles, the first process is taken for one", () => {
  const top = { Titles: ["PID", "hunter2"], Processes: [["1", "sh"]] };
  expect(read("ContainerTop", top, { hide: ["command"] })).toEqual({ Titles: [], Processes: [] });
});

test("limits in stats are resources too", () => {
  const stats = { memory_stats: { usage: 7, limit: 9, stats: { cache: 3, hierarchical_memory_limit: 9 } } };
  expect(read("ContainerStats", stats, { hide: ["resources"] })).toEqual({
    memory_stats: { usage: 7, limit: 0, stats: { cache: 3, hierarchical_memory_limit: 0 } },
  });
  expect(read("ContainerStats", stats, { hide: ["usage"] })).toEqual({
    memory_stats: { usage: 0, limit: 0, stats: {} },
  });
  expect(read("ContainerStats", stats, { hide: ["env"] })).toEqual(stats);
});
