import type { AnswerPart } from "./answer-table.ts";
import { each, is, map, shape, under } from "./shape.ts";

/** The networks of a container by their names, with its place in each. */
export const endpoints: AnswerPart = under(
  "networks",
  map(
    shape({
      ...each(is("names"), "Links", "Aliases", "DNSNames"),
      ...each(
        is("addresses"),
        "IPAMConfig",
        "MacAddress",
        "Gateway",
        "IPAddress",
        "IPPrefixLen",
        "IPv6Gateway",
        "GlobalIPv6Address",
        "GlobalIPv6PrefixLen",
        "SecondaryIPAddresses",
        "SecondaryIPv6Addresses",
        "AdditionalMACAddresses",
      ),
      ...each(is("settings"), "GwPriority", "DriverOpts"),
      ...each(is("networks"), "NetworkID", "EndpointID"),
    }),
  ),
);

/** What a container has of the network; before 1.52 the address in its first one stands beside, as `bridge` had it. */
export const networkSettings: AnswerPart = shape({
  Networks: endpoints,
  ...each(is("networks"), "Bridge", "EndpointID"),
  ...each(
    is("addresses"),
    "Ports",
    "PortMapping",
    "Gateway",
    "GlobalIPv6Address",
    "GlobalIPv6PrefixLen",
    "IPAddress",
    "IPPrefixLen",
    "IPv6Gateway",
    "LinkLocalIPv6Address",
    "LinkLocalIPv6PrefixLen",
    "MacAddress",
    "SecondaryIPAddresses",
    "SecondaryIPv6Addresses",
    "AdditionalMACAddresses",
  ),
  HairpinMode: is("settings"),
  ...each(is("host"), "SandboxID", "SandboxKey"),
});
