import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { labels } from "./labels.ts";
import { entry, keyedBy, nameBeside, ofAll } from "./object-parts.ts";
import { always, each, is, list, shape, shapeOfMany, time, under } from "./shape.ts";
import { listAnswer, valueAnswer } from "./tables.ts";

/** How a network gives out addresses, whoever's network it is. */
const addressing: AnswerPart = shape({
  Driver: is("settings"),
  Options: is("settings", "addresses"),
  Config: under(
    "addresses",
    list(shape(each(is("addresses"), "Subnet", "IPRange", "Gateway", "AuxiliaryAddresses"))),
  ),
});

/** A container in a network, or the end of a network without one. */
const member: AnswerPart = shape({
  Name: nameBeside("EndpointID"),
  EndpointID: is("networks"),
  ...each(is("addresses"), "MacAddress", "IPv4Address", "IPv6Address"),
});

/**
 * A network: also who is in it, on which nodes. Whose scope has the network, but not all that is in it, sees its own
 * containers there, and neither services nor how many addresses are taken.
 */
const network: AnswerPart = shapeOfMany({
  Id: always,
  Name: nameBeside("Id", "networks"),
  Created: time("state"),
  ...each(
    is("settings"),
    "Scope",
    "Driver",
    "EnableIPv4",
    "EnableIPv6",
    "Internal",
    "Attachable",
    "Ingress",
    "ConfigOnly",
  ),
  IPAM: addressing,
  ConfigFrom: is("networks"),
  Options: is("settings", "addresses"),
  Labels: labels,
  Containers: under("networks", keyedBy("container", member)),
  Services: ofAll(is("networks", "names", "addresses"), null),
  Peers: ofAll(is("host", "addresses"), null),
  Status: ofAll(is("usage", "addresses"), null),
});

/** What the operations on networks answer. Lists have no containers, but before API 1.28. */
export const networkAnswers: Partial<Record<OperationName, AnswerTable>> = {
  NetworkList: listAnswer(entry("network", network)),
  NetworkInspect: valueAnswer(network, "container"),
  // A warning is of another network of the name.
  NetworkCreate: valueAnswer(shape({ Id: always, Warning: ofAll(always, "") })),
  NetworkPrune: valueAnswer(shapeOfMany({ NetworksDeleted: is("networks") })),
};
