import { describe, expect, test } from "vitest";
import { networkInspectPowers } from "../../../src/docker/powers/network-endpoint.ts";
import { networkPowers } from "../../../src/docker/powers/network.ts";
import { meaning } from "../../../src/docker/powers/meaning.ts";
import { askedBy, askedByRequest, type AskedTexts } from "./asked.ts";

const { NetworkCreate = {}, NetworkConnect = {} } = networkPowers;
const BRIDGE = "network-driver:bridge";

function askedOf(body: unknown): AskedTexts {
  return askedByRequest(NetworkCreate, { body });
}

describe("a new network asks for", () => {
  test.each([
    ["the engine's own driver", { Name: "web" }, [BRIDGE]],
    ["the engine's own driver, by nothing", { Name: "web", Driver: "" }, [BRIDGE]],
    ["the engine's own driver, by null", { Name: "web", Driver: null, IPAM: null, Options: null }, [BRIDGE]],
    [
      "the LAN",
      { Driver: "macvlan", Options: { parent: "eth0" } },
      ["network-option:parent", "network-driver:macvlan"],
    ],
    ["the LAN by another driver", { Driver: "ipvlan" }, ["network-driver:ipvlan"]],
    ["the host", { Driver: "host" }, ["network-driver:host"]],
    ["a plugin", { Driver: "evil:latest" }, ["network-driver:evil:latest"]],
    [
      "a bridge of the host",
      { Options: { "com.docker.network.bridge.name": "docker0" } },
      ["network-option:com.docker.network.bridge.name", BRIDGE],
    ],
    [
      "where its ports are bound",
      { Options: { "com.docker.network.bridge.host_binding_ipv4": "1.2.3.4" } },
      ["network-option:com.docker.network.bridge.host_binding_ipv4", BRIDGE],
    ],
    [
      "a gateway that lets others in",
      { Options: { "com.docker.network.bridge.gateway_mode_ipv4": "nat-unprotected" } },
      ["network-option:com.docker.network.bridge.gateway_mode_ipv4", BRIDGE],
    ],
    [
      "interfaces that it trusts",
      { Options: { "com.docker.network.bridge.trusted_host_interfaces": "eth0" } },
      ["network-option:com.docker.network.bridge.trusted_host_interfaces", BRIDGE],
    ],
    [
      "addresses that the host uses",
      {
        IPAM: {
          Config: [
            {
              Subnet: "169.254.169.0/24",
              IPRange: "169.254.169.128/25",
              Gateway: "169.254.169.254",
              AuxiliaryAddresses: { a: "169.254.169.1" },
            },
          ],
        },
      },
      [
        "subnet:169.254.169.0/24",
        "subnet:169.254.169.128/25",
        "subnet:169.254.169.254",
        "subnet:169.254.169.1",
        BRIDGE,
      ],
    ],
    [
      "IPv6 addresses in one spelling",
      { IPAM: { Config: [{ Subnet: "FD00:0::/64", Gateway: "FD00::0:1" }] } },
      ["subnet:fd00::/64", "subnet:fd00::1", BRIDGE],
    ],
    ["a plugin for addresses", { IPAM: { Driver: "evil" } }, ["ipam-driver:evil", BRIDGE]],
    [
      "options of the engine's own addresses",
      { IPAM: { Options: { a: "b" } } },
      ["ipam-driver:default", BRIDGE],
    ],
    [
      "what Docker's command always sends",
      {
        CheckDuplicate: true,
        IPAM: { Driver: "default", Options: {}, Config: [] },
        Options: {},
        Labels: {},
        Internal: false,
        Attachable: false,
        Ingress: false,
        ConfigOnly: false,
        ConfigFrom: null,
        Scope: "",
        EnableIPv6: false,
      },
      ["ipam-driver:default", BRIDGE],
    ],
    [
      "a network of the swarm",
      { Driver: "overlay", Scope: "swarm" },
      ["network-kind:swarm", "network-driver:overlay"],
    ],
    ["nothing for a local one", { Scope: "local" }, [BRIDGE]],
    ["an ingress network", { Ingress: true }, ["network-kind:ingress", BRIDGE]],
    ["a configuration", { ConfigOnly: true }, ["network-kind:config-only", BRIDGE]],
    [
      "a network from a configuration",
      { ConfigFrom: { Network: "lan" } },
      ["network-kind:config-from", BRIDGE],
    ],
    [
      "a configuration in a form that is not known",
      { ConfigFrom: { Id: "lan" } },
      ["field:ConfigFrom.Id", BRIDGE],
    ],
    ["its labels", { Labels: { a: "secret" } }, ["label:a", BRIDGE]],
    [
      "nothing for what is harmless",
      { Internal: true, Attachable: true, EnableIPv4: false, EnableIPv6: true },
      [BRIDGE],
    ],
    ["what is not known", { Peers: [] }, ["field:Peers", BRIDGE]],
  ])("%s", (_name, body, powers) => {
    expect(askedOf(body)).toMatchObject({ powers, fault: undefined });
  });

  test.each([
    [
      "a subnet that newer engines refuse and older ones widen",
      { IPAM: { Config: [{ Subnet: "10.99.0.1/8" }] } },
    ],
    ["a gateway that is no address", { IPAM: { Config: [{ Gateway: "10.0.0.0/8" }] } }],
    ["a gateway with a zero in front", { IPAM: { Config: [{ Gateway: "01.0.0.1" }] } }],
    ["an auxiliary address that is none", { IPAM: { Config: [{ AuxiliaryAddresses: { a: "x" } }] } }],
    ["a driver under two keys that engines take for one", { driver: "macvlan", Driver: "bridge" }],
    ["options with a long s", { Optionſ: { parent: "eth0" } }],
    ["a driver that is no string", { Driver: ["macvlan"] }],
    ["options that are a list", { Options: ["parent"] }],
  ])("and is refused with %s", (_name, body) => {
    expect(askedOf(body).fault).toMatch(/must be/u);
  });

  test("nothing by a query that engines don't read, unless it is not known", () => {
    expect(askedByRequest(NetworkCreate, { query: "x=1", body: {} }).powers).toEqual(["field:?x", BRIDGE]);
    expect(NetworkCreate.query?.repeatsBody).toBe(true);
  });
});

describe("to connect a container", () => {
  test.each([
    ["asks what the network is", "/networks/lan/connect", { Container: "web" }, [], ["network:lan"]],
    ["knows the host's own", "/networks/host/connect", {}, ["host:network"], []],
    ["knows the engine's own", "/v1.41/networks/bridge/connect", {}, ["network:bridge"], []],
    [
      "asks for names",
      "/networks/lan/connect",
      { EndpointConfig: { Aliases: ["db"] } },
      ["alias:db"],
      ["network:lan"],
    ],
    [
      "asks for addresses",
      "/networks/lan/connect",
      { EndpointConfig: { IPAMConfig: { IPv4Address: "10.0.0.2" }, MacAddress: "02:42:00:00:00:01" } },
      ["address:10.0.0.2", "address:02:42:00:00:00:01"],
      ["network:lan"],
    ],
    [
      "asks for options",
      "/networks/lan/connect",
      { EndpointConfig: { DriverOpts: { "com.docker.network.endpoint.sysctls": "x" } } },
      ["endpoint-option:com.docker.network.endpoint.sysctls"],
      ["network:lan"],
    ],
    [
      "asks for links",
      "/networks/lan/connect",
      { EndpointConfig: { Links: ["db:d"] } },
      ["link:db"],
      ["network:lan"],
    ],
    [
      "asks what a second network is",
      "/networks/lan/connect",
      { EndpointConfig: { NetworkID: "x" } },
      [],
      ["network:lan", "network:x"],
    ],
    [
      "asks for what is not known",
      "/networks/lan/connect",
      { Force: true },
      ["field:Force"],
      ["network:lan"],
    ],
  ])("%s", (_name, path, body, powers, lookups) => {
    expect(askedByRequest(NetworkConnect, { path, body })).toMatchObject({
      powers,
      lookups,
      fault: undefined,
    });
  });
});

describe("to delete a network asks for a field, by what makes Podman delete its containers too", () => {
  test.each([
    ["force=true", ["field:?force"]],
    ["Force=1", ["field:?Force"]],
  ])("%s", (query, powers) => {
    const path = "/networks/web";
    expect(askedByRequest(networkPowers.NetworkDelete ?? {}, { path, query })).toMatchObject({ powers });
  });
});

describe("to disconnect a container or to delete a network asks for the network's own name", () => {
  test.each([
    ["NetworkDisconnect", "/v1.43/networks/web/disconnect", { Container: "a", Force: true }],
    ["NetworkDisconnect", "/networks/web/disconnect", { Container: "a" }],
    ["NetworkDelete", "/v1.43/networks/web", undefined],
  ] as const)("%s of %s", (operation, path, body) => {
    expect(askedByRequest(networkPowers[operation] ?? {}, { path, body })).toMatchObject({
      powers: [],
      lookups: ["network:web for its name"],
      fault: undefined,
    });
  });

  test.each([
    ["NetworkDisconnect", "/networks/shop/front/disconnect", "network:shop/front for its name"],
    ["NetworkDelete", "/networks/shop/front", "network:shop/front for its name"],
    ["NetworkConnect", "/v1.43/networks/shop%2Ffront/connect", "network:shop/front"],
  ] as const)("by the whole of a name that has slashes: %s of %s", (operation, path, lookup) => {
    const asked = askedByRequest(networkPowers[operation] ?? {}, { path, body: { Container: "a" } });
    expect(asked.lookups).toEqual([lookup]);
  });

  test("and to delete all that nobody uses for any", () => {
    expect(askedByRequest(networkPowers.NetworkPrune ?? {}, {}).powers).toEqual(["network:(any)"]);
  });
});

describe("a network that there is asks for", () => {
  const inspected = meaning([], networkInspectPowers);

  test.each([
    ["its name and driver", { Name: "web", Driver: "bridge" }, ["network:web", "network-driver:bridge"]],
    ["the LAN", { Name: "lan", Driver: "macvlan" }, ["network:lan", "network-driver:macvlan"]],
    ["what nobody knows", {}, ["network:(unknown)", "network-driver:(unknown)"]],
  ])("%s", (_name, answer, powers) => {
    expect(askedBy(inspected, answer).powers).toEqual(expect.arrayContaining(powers));
  });
});
