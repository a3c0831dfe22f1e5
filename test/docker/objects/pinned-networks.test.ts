import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import type { Identity } from "../../../src/docker/objects/identity.ts";
import { pinNetworks } from "../../../src/docker/objects/pinned-networks.ts";
import type { OperationName } from "../../../src/docker/operations.ts";

function network(name: string, id: string): Identity {
  return { kind: "network", id, names: [name], labels: new Map() };
}

const NETWORKS = new Map([
  ["front", network("front", "f1")],
  ["f", network("front", "f1")],
  ["back", network("back", "b1")],
]);

function pinned(operation: OperationName, body: object, path = "networks/front/connect"): unknown {
  const parsed = parseJson(Buffer.from(JSON.stringify(body)));
  if (!parsed.ok) throw new Error("what a test writes is JSON");
  return JSON.parse(serializeJson(pinNetworks(operation, path.split("/"), parsed.value, NETWORKS)));
}

const endpoints = (config: object, mode?: string): object => ({
  ...(mode === undefined ? {} : { HostConfig: { NetworkMode: mode } }),
  NetworkingConfig: { EndpointsConfig: config },
});

describe("the networks of a container that is made", () => {
  test.each([
    [
      "by its mode alone",
      { HostConfig: { NetworkMode: "front" } },
      endpoints({ front: { NetworkID: "f1" } }, "front"),
    ],
    [
      "by the mode's id",
      { HostConfig: { NetworkMode: "f" } },
      endpoints({ front: { NetworkID: "f1" } }, "f"),
    ],
    [
      "by its endpoints",
      endpoints({ front: { Aliases: ["x"] }, back: null }, "front"),
      endpoints({ front: { Aliases: ["x"], NetworkID: "f1" }, back: { NetworkID: "b1" } }, "front"),
    ],
    [
      "by a name where an id stands",
      endpoints({ x: { NetworkID: "back" } }),
      endpoints({ x: { NetworkID: "b1" } }),
    ],
    ["that everybody has", endpoints({ bridge: {} }, "bridge"), endpoints({ bridge: {} }, "bridge")],
    ["that are none", { Image: "a" }, { Image: "a" }],
  ])("are meant by their ids: %s", (_how, body, expected) => {
    expect(pinned("ContainerCreate", body)).toEqual(expected);
  });
});

test("the network that a container is connected to is meant by its id", () => {
  expect(pinned("NetworkConnect", { Container: "a" })).toEqual({
    Container: "a",
    EndpointConfig: { NetworkID: "f1" },
  });
  expect(pinned("NetworkConnect", { EndpointConfig: { NetworkID: "back" } })).toEqual({
    EndpointConfig: { NetworkID: "b1" },
  });
});

test("nothing else has an id put into it", () => {
  expect(pinned("NetworkDisconnect", { Container: "a" })).toEqual({ Container: "a" });
});
