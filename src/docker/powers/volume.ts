import { isJsonObject, type JsonValue } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { Asking } from "./asking.ts";
import { cleanHostPath } from "./host-path.ts";
import { labelsField } from "./identity.ts";
import { harmless, struct, text } from "./meaning.ts";
import type { Noun } from "./nouns.ts";
import type { OperationPowers } from "./operation-powers.ts";
import { encodePath, encodeValue } from "./power.ts";
import { isPlainTmpfs } from "./tmpfs.ts";

/** What the options of the built-in driver can ask for. */
export const localVolumeNouns: readonly Noun[] = ["bind", "mount", "field"];

/** What a volume by name can turn out to be. */
export const volumeNouns: readonly Noun[] = ["volume", "volume-driver", ...localVolumeNouns];

const KNOWN_OPTIONS: ReadonlySet<string> = new Set(["type", "o", "device", "size"]);

/**
 * Options of the built-in driver: what mount(2) is called with, as root, when the volume is first used. A bind is known
 * by its flag, whatever the type says; only a file system in memory is harmless.
 */
export function judgeLocalVolume(options: JsonValue, asking: Asking): void {
  if (options === null) return;
  if (!isJsonObject(options)) {
    asking.refuse("must be an object");
    return;
  }
  for (const [key, value] of options) {
    if (!KNOWN_OPTIONS.has(key)) asking.within(key, () => asking.ask("field", asking.fieldPath, value));
    if (typeof value !== "string") asking.within(key, () => asking.refuse("must be a string"));
  }
  const option = (key: string): string => String(options.get(key) ?? "");
  const [type, device, words] = [option("type"), option("device"), option("o").split(",")];
  if (type === "" && device === "" && option("o") === "") return;
  if (words.includes("bind") || words.includes("rbind")) {
    judgeBind(device, words, options, asking);
  } else if (type !== "tmpfs" || device !== "tmpfs" || !isPlainTmpfs(option("o"))) {
    asking.ask("mount", encodeValue(type === "" ? "none" : type), options);
  }
}

function judgeBind(device: string, words: readonly string[], options: JsonValue, asking: Asking): void {
  const path = cleanHostPath(device);
  // The last of ro and rw counts; a remount or a propagation is more than a bind.
  const isPlain = words.every((word) => ["bind", "rbind", "ro", "rw", ""].includes(word));
  if (path === undefined || !isPlain) asking.ask("mount", "bind", options);
  if (path !== undefined) {
    const isReadOnly = words.findLast((word) => word === "ro" || word === "rw") === "ro";
    asking.ask("bind", `${encodePath(path)}${isReadOnly ? ":ro" : ""}`, options);
  }
}

/** Asks for what the engine says of a volume: it may have been made with any options. */
export function volumeInspectPowers(inspected: JsonValue, asking: Asking): void {
  const members = isJsonObject(inspected) ? inspected : new Map<string, JsonValue>();
  const driver = members.get("Driver");
  if (driver !== "local") {
    asking.ask(
      "volume-driver",
      typeof driver === "string" ? encodeValue(driver) : "(unknown)",
      driver ?? null,
    );
    return;
  }
  asking.within("Options", () => judgeLocalVolume(members.get("Options") ?? null, asking));
}

const createBody = struct(
  {
    Name: text(["volume"], (name, asking) => asking.ask("volume", encodeValue(name), name)),
    Driver: harmless,
    DriverOpts: harmless,
    Labels: labelsField,
  },
  {
    nouns: volumeNouns,
    judge: (members, asking) => {
      const driver = members.get("Driver") ?? "";
      if (driver === "" || driver === "local") {
        asking.within("DriverOpts", () => judgeLocalVolume(members.get("DriverOpts") ?? null, asking));
      } else {
        asking.within("Driver", () => asking.ask("volume-driver", encodeValue(String(driver)), driver));
      }
    },
  },
);

/** What the operations on volumes may ask for. ClusterVolumeSpec is not known, and so a power `field:`. */
export const volumePowers: Partial<Record<OperationName, OperationPowers>> = {
  VolumeCreate: { body: createBody },
  VolumeUpdate: { body: struct({}) },
};
