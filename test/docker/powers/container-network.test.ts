import { describe, expect, test } from "vitest";
import { createAsks, hostAsks } from "./container-asks.ts";

const endpoints = (config: unknown): unknown => ({ NetworkingConfig: { EndpointsConfig: config } });

describe("HostConfig.NetworkMode", () => {
  test.each([
    ["the host's network", "host", "host:network"],
    ["another container's network", "container:db", "look up container:db for join:network:"],
    [
      "another container's network by an odd name",
      "container:a,b*",
      "look up container:a,b* for join:network:",
    ],
    ["no container's network", "container:", "look up container: for join:network:"],
    ["the bridge", "bridge", "network:bridge"],
    ["the bridge by its other name", "default", "network:bridge"],
    ["no network", "none", "network:none"],
    ["a network", "web", "look up network:web"],
    ["a network by its id", "0123456789ab", "look up network:0123456789ab"],
    ["the host's network in another spelling, which is none", "HOST", "look up network:HOST"],
    ["options, for Podman", "pasta:--map-gw", "look up network:pasta:--map-gw"],
  ])("asks for %s", (_name, mode, asked) => {
    expect(hostAsks({ NetworkMode: mode })).toEqual([asked]);
  });

  test.each([
    ["the host's network by its path", "ns:/proc/1/ns/net", "host:network"],
    ["a stack in a process of the host", "pasta", "network-driver:pasta"],
    ["the older one", "slirp4netns", "network-driver:slirp4netns"],
    ["Podman's own default", "private", "network:bridge"],
  ])("asks for what Podman takes for a mode beside a network of that name: %s", (_name, mode, asked) => {
    expect(hostAsks({ NetworkMode: mode })).toEqual([asked, `look up network:${mode}`]);
  });
});

describe("NetworkingConfig.EndpointsConfig", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["a network", { web: {} }, ["look up network:web"]],
    ["a network without settings", { web: null }, ["look up network:web"]],
    ["several networks", { web: {}, db: null }, ["look up network:web", "look up network:db"]],
    ["the host's network by name", { host: {} }, ["host:network"]],
    ["no network by name", { none: {} }, ["network:none"]],
    [
      "the network of its id, which goes before its name",
      { harmless: { NetworkID: "macvlan0" } },
      ["look up network:harmless", "look up network:macvlan0"],
    ],
    ["a network behind the bridge", { bridge: { NetworkID: "macvlan0" } }, ["look up network:macvlan0"]],
    [
      "an address where the engine writes it, which Podman before 6 takes for a wish",
      { none: { IPAddress: "10.0.0.1" } },
      ["network:none", "address:10.0.0.1"],
    ],
    ["no address where the engine writes it", { none: { IPAddress: "" } }, ["network:none"]],
    [
      "an IPv4 address",
      { none: { IPAMConfig: { IPv4Address: "10.0.0.1" } } },
      ["network:none", "address:10.0.0.1"],
    ],
    [
      "an IPv6 address",
      { none: { IPAMConfig: { IPv6Address: "fd00::1" } } },
      ["network:none", "address:fd00::1"],
    ],
    [
      "link-local addresses",
      { none: { IPAMConfig: { LinkLocalIPs: ["169.254.1.1"] } } },
      ["network:none", "address:169.254.1.1"],
    ],
    [
      "a MAC address",
      { none: { MacAddress: "02:42:ac:11:00:04" } },
      ["network:none", "address:02:42:ac:11:00:04"],
    ],
    ["names", { none: { Aliases: ["db", "*"] } }, ["network:none", "alias:db", "alias:%2A"]],
    ["names for DNS", { none: { DNSNames: ["db"] } }, ["network:none", "alias:db"]],
    ["links", { none: { Links: ["db:database"] } }, ["network:none", "link:db"]],
    [
      "options of the driver",
      { none: { DriverOpts: { "com.docker.network.endpoint.sysctls": "net.x=1" } } },
      ["network:none", "endpoint-option:com.docker.network.endpoint.sysctls"],
    ],
    [
      "what the engine fills in",
      { none: { EndpointID: "a", Gateway: "b", IPPrefixLen: 16, GwPriority: 5 } },
      ["network:none"],
    ],
    [
      "what nobody knows",
      { none: { New: 1 } },
      ["network:none", "field:NetworkingConfig.EndpointsConfig.none.New"],
    ],
    [
      "what nobody knows of addresses",
      { none: { IPAMConfig: { New: 1 } } },
      ["network:none", "field:NetworkingConfig.EndpointsConfig.none.IPAMConfig.New"],
    ],
    ["nothing", {}, []],
    ["null", null, []],
  ])("asks for %s", (_name, config, asked) => {
    expect(createAsks(endpoints(config))).toEqual(asked);
  });

  test.each([
    ["a list", ["web"], "NetworkingConfig.EndpointsConfig must be an object"],
    ["settings that are a text", { none: "x" }, "NetworkingConfig.EndpointsConfig.none must be an object"],
    [
      "an id that is a list",
      { none: { NetworkID: ["host"] } },
      "NetworkingConfig.EndpointsConfig.none.NetworkID must be a string",
    ],
  ])("is refused as %s", (_name, config, reason) => {
    expect(createAsks(endpoints(config))).toBe(`refused: ${reason}`);
  });
});

describe("HostConfig.PortBindings", () => {
  const asks = (bindings: unknown, port = "80/tcp"): unknown =>
    hostAsks({ PortBindings: { [port]: bindings } });

  test.each<readonly [string, unknown, readonly string[]]>([
    ["a port", [{ HostPort: "8080" }], ["port:0.0.0.0:8080/tcp"]],
    ["a port of the host's own", [{ HostPort: "22", HostIp: "" }], ["port:0.0.0.0:22/tcp"]],
    ["a port on one address", [{ HostIp: "127.0.0.1", HostPort: "80" }], ["port:127.0.0.1:80/tcp"]],
    ["a port on every address", [{ HostIp: "0.0.0.0", HostPort: "80" }], ["port:0.0.0.0:80/tcp"]],
    ["a port on every address of IPv6", [{ HostIp: "::", HostPort: "80" }], ["port:[::]:80/tcp"]],
    ["IPv6 in a longer spelling", [{ HostIp: "0:0:0:0:0:0:0:1", HostPort: "80" }], ["port:[::1]:80/tcp"]],
    ["IPv4 in IPv6's clothes", [{ HostIp: "::FFFF:127.0.0.1", HostPort: "80" }], ["port:127.0.0.1:80/tcp"]],
    ["a range", [{ HostPort: "8000-8010" }], ["port:0.0.0.0:8000-8010/tcp"]],
    ["a range of one", [{ HostPort: "8000-8000" }], ["port:0.0.0.0:8000/tcp"]],
    ["leading zeros", [{ HostPort: "00080" }], ["port:0.0.0.0:80/tcp"]],
    ["a free port", [{ HostPort: "" }], ["port:0.0.0.0:0/tcp"]],
    ["a free port by number", [{ HostPort: "0" }], ["port:0.0.0.0:0/tcp"]],
    ["a free port by an empty object", [{}], ["port:0.0.0.0:0/tcp"]],
    ["a free port by null", [null], ["port:0.0.0.0:0/tcp"]],
    ["a free port by an empty list, from engine 28 on", [], ["port:0.0.0.0:0/tcp"]],
    ["a free port by no list, from engine 28 on", null, ["port:0.0.0.0:0/tcp"]],
    ["several", [{ HostPort: "1" }, { HostPort: "2" }], ["port:0.0.0.0:1/tcp", "port:0.0.0.0:2/tcp"]],
  ])("asks for %s", (_name, bindings, asked) => {
    expect(asks(bindings)).toEqual(asked);
  });

  test("takes the protocol from the container's port", () => {
    expect(asks([{ HostPort: "53" }], "53/udp")).toEqual(["port:0.0.0.0:53/udp"]);
    expect(asks([{ HostPort: "53" }], "53/UDP")).toEqual(["port:0.0.0.0:53/udp"]);
    expect(asks([{ HostPort: "53" }], "53")).toEqual(["port:0.0.0.0:53/tcp"]);
  });

  const form = "must have a HostIp that is an address and a HostPort that is a number or a range";
  test.each([
    ["a port too high", [{ HostPort: "65536" }]],
    ["a range backwards", [{ HostPort: "10-1" }]],
    ["an open range", [{ HostPort: "10-" }]],
    ["a space", [{ HostPort: " 80" }]],
    ["a sign", [{ HostPort: "+80" }]],
    ["a number", [{ HostPort: 80 }]],
    ["a name", [{ HostIp: "localhost", HostPort: "80" }]],
    ["leading zeros in an address, which some read as octal", [{ HostIp: "127.0.0.010", HostPort: "80" }]],
    ["an address with a part missing", [{ HostIp: "127.1", HostPort: "80" }]],
    ["an address with too large a part", [{ HostIp: "127.0.0.256", HostPort: "80" }]],
    ["an address with a point at its end", [{ HostIp: "127.0.0.1.", HostPort: "80" }]],
    ["an address with a zone", [{ HostIp: "fe80::1%eth0", HostPort: "80" }]],
    ["an address in brackets", [{ HostIp: "[::1]", HostPort: "80" }]],
  ])("is refused with %s", (_name, bindings) => {
    expect(asks(bindings)).toBe(`refused: PortBindings.80/tcp[0] ${form}`);
  });

  test("is refused with a protocol that there is not", () => {
    expect(asks([{}], "80/icmp")).toBe(`refused: PortBindings.80/icmp[0] ${form}`);
    expect(asks([{}], "80/")).toBe(`refused: PortBindings.80/[0] ${form}`);
  });

  test("is refused as one binding without a list", () => {
    expect(asks({ HostPort: "80" })).toBe("refused: PortBindings.80/tcp must be a list");
    expect(asks(["80"])).toBe("refused: PortBindings.80/tcp[0] must be an object");
  });

  test("asks for a field that nobody knows", () => {
    expect(asks([{ HostPort: "80", New: 1 }])).toEqual([
      "field:PortBindings.80/tcp.New",
      "port:0.0.0.0:80/tcp",
    ]);
  });
});

describe("other fields of the network", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    [
      "every exposed port, each a free one of whatever protocol",
      { PublishAllPorts: true },
      ["publish-all", "port:0.0.0.0:0/tcp", "port:0.0.0.0:0/udp", "port:0.0.0.0:0/sctp"],
    ],
    [
      "links",
      { Links: ["/db:database", "web"] },
      ["look up container:db for link:", "look up container:web for link:"],
    ],
    ["name servers", { Dns: ["10.0.0.1"] }, ["dns:10.0.0.1"]],
    [
      "hosts, with either mark",
      { ExtraHosts: ["host.docker.internal:host-gateway", "a=1.2.3.4", "v6:::1"] },
      ["extra-host:host.docker.internal=host-gateway", "extra-host:a=1.2.3.4", "extra-host:v6=::1"],
    ],
    ["how names are looked up", { DnsOptions: ["ndots:1"], DnsSearch: ["example.org"] }, []],
    ["no publishing", { PublishAllPorts: false, PortBindings: {}, Links: null, ExtraHosts: [] }, []],
  ])("ask for %s", (_name, fields, asked) => {
    expect(hostAsks(fields)).toEqual(asked);
  });

  test.each<readonly [string, unknown, readonly string[]]>([
    ["a MAC address", { MacAddress: "02:42:ac:11:00:04" }, ["address:02:42:ac:11:00:04"]],
    ["exposed ports", { ExposedPorts: { "80/tcp": {} }, NetworkDisabled: true }, []],
  ])("ask in the body for %s", (_name, body, asked) => {
    expect(createAsks(body)).toEqual(asked);
  });
});
