import { isJsonArray, type JsonObject, stringOf } from "../json/value.ts";
import { cleanHostPath } from "./host-path.ts";
import { harmless, harmlessText, listOf, type Meaning, struct, text } from "./meaning.ts";
import { encodePath, encodeValue } from "./power.ts";
import { resource } from "./resource.ts";

/** Device paths of the host, each with its place in the container. */
export const devicesField: Meaning = listOf(
  struct(
    { PathOnHost: harmlessText, PathInContainer: harmless, CgroupPermissions: harmless },
    {
      nouns: ["device"],
      judge: (members, asking) => {
        const source = stringOf(members.get("PathOnHost"));
        const path = cleanHostPath(source);
        if (path === undefined) asking.refuse("must have an absolute PathOnHost without ..");
        else asking.ask("device", encodePath(path), source);
      },
    },
  ),
);

const limitedDevices: Meaning = listOf(
  struct({
    Path: text(["device-limit"], (source, asking) => {
      const path = cleanHostPath(source);
      if (path === undefined) asking.refuse("must be an absolute path without ..");
      else asking.ask("device-limit", encodePath(path), source);
    }),
    Weight: harmless,
    Rate: harmless,
  }),
);

/**
 * Limits of single devices of the host. An engine looks at each path as root, whatever it is, and answers differently
 * where there is none (getBlkioWeightDevices and getBlkioThrottleDevices in moby): so the path counts as well.
 */
export function deviceLimits(name: string): Meaning {
  const limit = resource(name);
  return {
    ...limitedDevices,
    nouns: new Set([...limitedDevices.nouns, ...limit.nouns]),
    together: limit.nouns,
    judge: (value, asking) => {
      limit.judge(value, asking);
      limitedDevices.judge(value, asking);
    },
  };
}

/** `vendor/class=name` (CDI 0.6). What is none Podman takes for a path, as `docker run --device` writes it. */
const CDI_DEVICE = /^[A-Za-z][0-9A-Za-z_.-]*\/[A-Za-z][0-9A-Za-z_-]*=[0-9A-Za-z][0-9A-Za-z_.:-]*$/u;

const cdiDevices: Meaning = listOf(
  text([], (id, asking) => {
    if (!CDI_DEVICE.test(id)) asking.refuse("must be a CDI device, as in vendor.com/class=name");
  }),
);

/** Requests to device drivers. A CDI device is named; of the others the driver, or what it must be able to do, counts. */
export const deviceRequestsField: Meaning = listOf(
  struct(
    {
      Driver: harmlessText,
      Count: harmless,
      DeviceIDs: listOf(harmlessText),
      Capabilities: listOf(listOf(harmlessText)),
      Options: harmless,
    },
    {
      nouns: ["device-request"],
      judge: (members, asking) => {
        if (members.get("Driver") === "cdi") {
          asking.within("DeviceIDs", () => cdiDevices.judge(members.get("DeviceIDs") ?? null, asking));
        }
        for (const device of requestedDevices(members)) {
          asking.ask("device-request", encodeValue(device), device);
        }
      },
    },
  ),
);

function requestedDevices(members: JsonObject): readonly string[] {
  const driver = stringOf(members.get("Driver"));
  const ids = members.get("DeviceIDs") ?? null;
  if (driver === "cdi" && isJsonArray(ids) && ids.length > 0) return ids.map((id) => `cdi:${stringOf(id)}`);
  if (driver !== "") return [driver];
  // A list of alternatives, each a list of what the driver must be able to do.
  const capabilities = members.get("Capabilities") ?? null;
  const words = isJsonArray(capabilities) ? capabilities.flat().map(stringOf) : [];
  return words.length === 0 ? ["(any)"] : words;
}
