import { describe, expect, test } from "vitest";
import type { OperationName } from "../../../src/docker/operations.ts";
import { operationPowers } from "../../../src/docker/powers/operations.ts";
import { holds } from "../../policy/powers.ts";
import { askedByRequest } from "./asked.ts";

/** What a request is still refused by a list. */
function lacking(list: string, operation: OperationName, body: object): readonly string[] {
  const { powers, fault } = askedByRequest(operationPowers.get(operation) ?? {}, { body });
  expect(fault).toBeUndefined();
  return powers.filter((power) => !holds(list, power));
}

const container = (HostConfig: object): object => ({ Image: "a", HostConfig });
const service = (...Ports: readonly object[]): object => ({
  Name: "a",
  TaskTemplate: { ContainerSpec: { Image: "a" }, Networks: [{ Target: "none" }] },
  EndpointSpec: { Ports },
});

const FREE_TCP = "port:0.0.0.0:0/tcp";

describe("what happens by the engine's own choice counts as any value", () => {
  test.each<readonly [string, string, OperationName, object, readonly string[]]>([
    ["a service's port", "-port:30000-32767", "ServiceCreate", service({ TargetPort: 80 }), [FREE_TCP]],
    [
      "a service's port by a zero",
      "-port:30000-32767",
      "ServiceCreate",
      service({ TargetPort: 80, PublishedPort: 0, PublishMode: "host" }),
      [FREE_TCP],
    ],
    [
      "a port without a number",
      "-port:8080",
      "ContainerCreate",
      container({ PortBindings: { "80/tcp": [{ HostPort: "" }] } }),
      [FREE_TCP],
    ],
    [
      "a port without a binding",
      "-port:8080",
      "ContainerCreate",
      container({ PortBindings: { "80/tcp": [] } }),
      [FREE_TCP],
    ],
    [
      "a port of a range",
      "-port:8500",
      "ContainerCreate",
      container({ PortBindings: { "80/tcp": [{ HostPort: "8000-9000" }] } }),
      ["port:0.0.0.0:8000-9000/tcp"],
    ],
    [
      "all exposed ports",
      "-port:8080",
      "ContainerCreate",
      container({ PublishAllPorts: true }),
      [FREE_TCP, "port:0.0.0.0:0/udp", "port:0.0.0.0:0/sctp"],
    ],
    [
      "all exposed ports, of which one may be UDP",
      "-port:5353/udp",
      "ContainerCreate",
      container({ PublishAllPorts: true }),
      ["port:0.0.0.0:0/udp"],
    ],
    ["the engine's network", "-network:bridge", "ContainerCreate", container({}), ["network:bridge"]],
    [
      "the network to a published port",
      "-network,network:none",
      "ServiceCreate",
      service({ PublishedPort: 80 }),
      ["network:ingress"],
    ],
    [
      "the same by any word for its mode",
      "-network:ingress",
      "ServiceCreate",
      service({ PublishedPort: 80, PublishMode: "other" }),
      ["network:ingress"],
    ],
    [
      "the driver of a network",
      "-network-driver:bridge",
      "NetworkCreate",
      { Name: "a" },
      ["network-driver:bridge"],
    ],
    [
      "the driver of a swarm's network",
      "-network-driver:overlay,network-kind",
      "NetworkCreate",
      { Name: "a", Scope: "swarm" },
      ["network-driver:overlay"],
    ],
    ["whom the image names", "-user:0", "ContainerCreate", container({}), ["user:(image)"]],
    ["what the image runs", "-command:rm *", "ContainerCreate", container({}), ["command:(image)"]],
    [
      "the driver of a device",
      "device-request,-device-request:nvidia",
      "ContainerCreate",
      container({ DeviceRequests: [{ Count: -1, Capabilities: [["gpu"]] }] }),
      ["device-request:gpu"],
    ],
  ])("%s, by default,%s", (_name, list, operation, body, expected) => {
    expect(lacking(`default,${list}`, operation, body)).toEqual(expected);
  });

  test.each<readonly [string, OperationName, object]>([
    [
      "a port without a number",
      "ContainerCreate",
      container({ PortBindings: { "80/tcp": [{ HostPort: "" }] } }),
    ],
    ["all exposed ports", "ContainerCreate", container({ PublishAllPorts: true })],
    ["a service's port", "ServiceCreate", service({ TargetPort: 80 })],
    ["a network", "NetworkCreate", { Name: "a" }],
  ])("and default gives it: %s", (_name, operation, body) => {
    expect(lacking("default", operation, body)).toEqual([]);
  });

  test("but a port that needs a right is never a free one, and one on the node needs no network", () => {
    const body = service({ TargetPort: 80, PublishMode: "host" });
    expect(lacking("default,-port:1-1023,-network:ingress", "ServiceCreate", body)).toEqual([]);
  });
});

describe("what a client does not choose is not asked for", () => {
  test.each([
    "subnet",
    "ipam-driver",
    "network-option",
    "network-kind",
    "address",
    "alias",
    "name",
    "volume",
    "volume-driver",
    "placement",
    "log-driver",
    "runtime",
    "cgroup-parent",
    "security-opt",
    "cap",
    "dns",
    "host",
    "resource",
    "device-request",
  ])("%s", (noun) => {
    const requests: readonly (readonly [OperationName, object])[] = [
      ["ContainerCreate", container({})],
      ["NetworkCreate", { Name: "a" }],
      ["VolumeCreate", {}],
      ["ServiceCreate", { TaskTemplate: { ContainerSpec: { Image: "a" } } }],
    ];
    for (const [operation, body] of requests) {
      expect(lacking(`default,-${noun}`, operation, body)).toEqual([]);
    }
  });
});
