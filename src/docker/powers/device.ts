import { isJsonArray, type JsonObject } from "../json/value.ts";
import { cleanHostPath } from "./host-path.ts";
import { harmless, listOf, type Meaning, struct } from "./meaning.ts";
import { encodePath, encodeValue } from "./power.ts";

/** Device paths of the host, each with its place in the container. */
export const devicesField: Meaning = listOf(
  struct(
    { PathOnHost: harmless, PathInContainer: harmless, CgroupPermissions: harmless },
    {
      nouns: ["device"],
      judge: (members, asking) => {
        const source = members.get("PathOnHost") ?? "";
        const path = typeof source === "string" ? cleanHostPath(source) : undefined;
        if (path === undefined) asking.refuse("must have an absolute PathOnHost");
        else asking.ask("device", encodePath(path), source);
      },
    },
  ),
);

/** Requests to device drivers. A CDI device is named; of the others the driver, or what it must be able to do, counts. */
export const deviceRequestsField: Meaning = listOf(
  struct(
    { Driver: harmless, Count: harmless, DeviceIDs: harmless, Capabilities: harmless, Options: harmless },
    {
      nouns: ["device-request"],
      judge: (members, asking) => {
        for (const device of requestedDevices(members)) {
          asking.ask("device-request", encodeValue(device), device);
        }
      },
    },
  ),
);

function requestedDevices(members: JsonObject): readonly string[] {
  const driver = String(members.get("Driver") ?? "");
  const ids = members.get("DeviceIDs") ?? null;
  if (driver === "cdi" && isJsonArray(ids) && ids.length > 0) return ids.map((id) => `cdi:${String(id)}`);
  if (driver !== "") return [driver];
  // A list of alternatives, each a list of what the driver must be able to do.
  const capabilities = members.get("Capabilities") ?? null;
  const words = isJsonArray(capabilities) ? capabilities.flat().map(String) : [];
  return words.length === 0 ? ["(any)"] : words;
}
