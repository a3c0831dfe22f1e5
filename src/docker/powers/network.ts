import { type JsonObject, stringOf } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { Asking } from "./asking.ts";
import { isEmpty } from "./asking.ts";
import { labelsField } from "./identity.ts";
import { flag, harmless, leftOut, listOf, mapOf, type Meaning, named, struct, text } from "./meaning.ts";
import { endpoint, judgeNetworkName, networkNouns } from "./network-endpoint.ts";
import { nameInPath, objectInPath, type OperationPowers, query } from "./operation-powers.ts";
import { encodeValue } from "./power.ts";
import { canonicalSubnet, plainAddress } from "./subnet.ts";

const subnetField: Meaning = text(["subnet"], (subnet, asking) => {
  const canonical = canonicalSubnet(subnet);
  if (canonical === undefined) asking.refuse("must be a range of addresses that begins with its first");
  else asking.ask("subnet", encodeValue(canonical), subnet);
});

const addressField: Meaning = text(["subnet"], judgeAddress);

function judgeAddress(address: string, asking: Asking): void {
  const plain = plainAddress(address);
  if (plain === undefined) asking.refuse("must be an address");
  else asking.ask("subnet", encodeValue(plain), address);
}

const auxiliaryAddresses: Meaning = mapOf(["subnet"], (_name, address, asking) =>
  addressField.judge(address, asking),
);

/** Engines before 25 give a name that is taken once more, and nobody can say which of the two is meant. */
const givenName: Meaning = text([], (name, asking) => asking.mention("network", name, "given"));

/** How a network gives out addresses. Options are for the driver, which is the engine's own where none is named. */
const addressing: Meaning = struct(
  {
    Driver: named("ipam-driver"),
    Options: harmless,
    Config: listOf(
      struct({
        Subnet: subnetField,
        IPRange: subnetField,
        Gateway: addressField,
        AuxiliaryAddresses: auxiliaryAddresses,
      }),
    ),
  },
  {
    nouns: ["ipam-driver"],
    judge: (members, asking) => {
      if (isEmpty(members.get("Driver") ?? null) && !isEmpty(members.get("Options") ?? null)) {
        asking.within("Options", () => asking.ask("ipam-driver", "default"));
      }
    },
  },
);

/** The driver; where there is none `bridge`, or `overlay` in a swarm, whose own networks come of the scope too. */
function judgeDriver(members: JsonObject, asking: Asking): void {
  const driver = members.get("Driver") ?? "";
  if (typeof driver !== "string") {
    asking.refuse("must be a string");
  } else if (driver === "") {
    asking.ask("network-driver", "bridge", driver);
    if (!["", "local"].includes(stringOf(members.get("Scope")))) {
      asking.ask("network-driver", "overlay", driver);
    }
  } else {
    asking.ask("network-driver", encodeValue(driver), driver);
  }
}

const createBody: Meaning = struct(
  {
    Name: givenName,
    CheckDuplicate: harmless,
    Driver: harmless,
    Scope: text(["network-kind"], (scope, asking) => {
      if (scope !== "local") asking.ask("network-kind", encodeValue(scope), scope);
    }),
    Internal: harmless,
    Attachable: harmless,
    Ingress: flag("network-kind", "ingress"),
    ConfigOnly: flag("network-kind", "config-only"),
    ConfigFrom: struct({
      Network: text(["network-kind"], (network, asking) => {
        asking.ask("network-kind", "config-from", network);
        asking.mention("network", network);
      }),
    }),
    IPAM: addressing,
    EnableIPv4: harmless,
    EnableIPv6: harmless,
    Options: mapOf(["network-option"], (key, value, asking) =>
      asking.ask("network-option", encodeValue(key), value),
    ),
    Labels: labelsField,
  },
  {
    nouns: ["network-driver"],
    judge: (members, asking) => asking.within("Driver", () => judgeDriver(members, asking)),
  },
);

/** Which container is connected or let go is no power. */
const connectedField: Meaning = text([], (word, asking) =>
  asking.mention("container", word.replace(/^\//u, "")),
);

/** What the operations on networks may ask for. */
export const networkPowers: Partial<Record<OperationName, OperationPowers>> = {
  NetworkCreate: { query: query({ keys: {}, repeatsBody: true }), body: createBody },
  NetworkConnect: {
    path: {
      nouns: new Set(networkNouns),
      judge: (segments, asking) =>
        asking.within("{id}", () => judgeNetworkName(nameInPath(segments, 1), asking)),
    },
    // docker-java says the same twice, and no engine reads it there.
    body: struct({ Container: connectedField, EndpointConfig: endpoint, containerConfig: leftOut }),
  },
  NetworkDisconnect: {
    path: objectInPath("network", "{id}", 1),
    body: struct({ Container: connectedField, Force: harmless }),
  },
  // Docker reads no query here. Podman deletes the containers that are on the network with `?force`.
  NetworkDelete: { path: objectInPath("network"), query: query({ keys: {} }) },
  NetworkPrune: { itself: [{ noun: "network", value: "(any)" }] },
};
