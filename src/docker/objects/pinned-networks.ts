import { withMembers } from "../json/edit.ts";
import { isJsonObject, type JsonValue, stringOf, valueAt } from "../json/value.ts";
import type { Identity } from "./identity.ts";
import type { OperationName } from "../operations.ts";
import { nameInPath } from "../powers/operation-powers.ts";

const ENDPOINTS = ["NetworkingConfig", "EndpointsConfig"] as const;

/** The networks that a request names, by its words. */
export type NamedNetworks = ReadonlyMap<string, Identity>;

/**
 * Says of each network that a container gets which one is meant, by its id.
 * An engine looks again when the container starts, by the name where it has no id, and by then that may be another's.
 */
export function pinNetworks(
  operation: OperationName,
  segments: readonly string[],
  body: JsonValue,
  networks: NamedNetworks,
): JsonValue {
  if (networks.size === 0) return body;
  if (operation === "NetworkConnect") {
    return pinned(body, ["EndpointConfig"], nameInPath(segments, 1), networks);
  }
  if (operation !== "ContainerCreate") return body;
  const endpoints = valueAt(body, ENDPOINTS);
  if (isJsonObject(endpoints) && endpoints.size > 0) {
    return [...endpoints.keys()].reduce<JsonValue>(
      (whole, name) => pinned(whole, [...ENDPOINTS, name], name, networks),
      body,
    );
  }
  // Without endpoints an engine makes one for the mode, by the network's own name.
  const mode = stringOf(valueAt(body, ["HostConfig", "NetworkMode"]));
  return pinned(body, [...ENDPOINTS, networks.get(mode)?.names[0] ?? mode], mode, networks);
}

/** The id in an endpoint goes before its name, and may be a name itself. */
function pinned(body: JsonValue, at: readonly string[], name: string, networks: NamedNetworks): JsonValue {
  const word = stringOf(valueAt(body, [...at, "NetworkID"])) || name;
  const id = networks.get(word)?.id;
  if (id === undefined) return body;
  const above = at.slice(0, -1).map((_step, index) => at.slice(0, index + 1));
  const there = above.reduce<JsonValue>((whole, place) => withMembers(whole, place, new Map()), body);
  return withMembers(there, at, new Map([["NetworkID", id]]));
}
