import { isJsonObject, type JsonValue, stringOf } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import { longestName } from "../limits.ts";
import type { Asking } from "./asking.ts";
import { cleanHostPath } from "./host-path.ts";
import { labelsField } from "./identity.ts";
import { harmless, named, struct, text } from "./meaning.ts";
import type { Noun } from "./nouns.ts";
import { objectInPath, type OperationPowers, type PathMeaning, query } from "./operation-powers.ts";
import { encodePath, encodeValue } from "./power.ts";
import { READ_ONLY, READ_ONLY_TOP } from "./read-only-bind.ts";
import { isPlainTmpfs } from "./tmpfs.ts";

/** What the options of the built-in driver can ask for. */
export const localVolumeNouns: readonly Noun[] = ["bind", "mount", "field"];

/** What a volume by name can turn out to be. */
export const volumeNouns: readonly Noun[] = ["volume", "volume-driver", ...localVolumeNouns];

const KNOWN_OPTIONS: ReadonlySet<string> = new Set(["type", "o", "device", "size"]);

/**
 * Options of the built-in driver: what mount(2) is called with, as root, when the volume is first used. A bind is known
 * by its flag, whatever the type says; only a file system in memory is harmless. The options are never shown: the
 * passwords of network file systems stand in them.
 */
export function judgeLocalVolume(options: JsonValue, asking: Asking, isRelabelled = false): void {
  if (options === null) return;
  if (!isJsonObject(options)) {
    asking.refuse("must be an object");
    return;
  }
  for (const [key, value] of options) {
    if (!KNOWN_OPTIONS.has(key)) asking.within(key, () => asking.ask("field", asking.fieldPath));
    if (typeof value !== "string") asking.within(key, () => asking.refuse("must be a string"));
    // No more than a page goes to mount(2), but flags do not count there, however often they are repeated.
    else if (value.length > longestName) asking.within(key, () => asking.refuse("is too long for mount(2)"));
  }
  if (asking.fault !== undefined) return;
  const option = (key: string): string => stringOf(options.get(key));
  const [type, device, words] = [option("type"), option("device"), option("o").split(",")];
  if (type === "" && device === "" && option("o") === "") return;
  if (words.includes("bind") || words.includes("rbind")) {
    judgeBind(device, words, asking, isRelabelled);
  } else if (type !== "tmpfs" || device !== "tmpfs" || !isPlainTmpfs(option("o"))) {
    asking.ask("mount", encodeValue(type === "" ? "none" : type));
  }
}

function judgeBind(device: string, words: readonly string[], asking: Asking, isRelabelled: boolean): void {
  const path = cleanHostPath(device);
  // The last of ro and rw counts; a remount or a propagation is more than a bind.
  const isPlain = words.every((word) => ["bind", "rbind", "ro", "rw", ""].includes(word));
  if (path === undefined || !isPlain) asking.ask("mount", "bind", device);
  if (isRelabelled) asking.ask("relabel", path === undefined ? "/" : encodePath(path), device);
  if (path !== undefined) {
    const isReadOnly = words.findLast((word) => word === "ro" || word === "rw") === "ro";
    // mount(2) makes only the top of a recursive bind read-only, and another one does not show what is mounted below.
    const mode = !isReadOnly ? "" : words.includes("rbind") ? READ_ONLY_TOP : READ_ONLY;
    asking.ask("bind", `${encodePath(path)}${mode}`, device);
  }
}

/** Asks for what the engine says of a volume: it may have been made with any options, and its files may get other labels. */
export function volumeInspectPowers(inspected: JsonValue, asking: Asking, isRelabelled = false): void {
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
  asking.within("Options", () => judgeLocalVolume(members.get("Options") ?? null, asking, isRelabelled));
}

const createBody = struct(
  {
    Name: named("volume"),
    Driver: text(["volume-driver"], (driver, asking) => {
      if (driver !== "local") asking.ask("volume-driver", encodeValue(driver), driver);
    }),
    DriverOpts: harmless,
    Labels: labelsField,
  },
  {
    nouns: volumeNouns,
    judge: (members, asking) => {
      const driver = stringOf(members.get("Driver"));
      if (driver === "" || driver === "local") {
        asking.within("DriverOpts", () => judgeLocalVolume(members.get("DriverOpts") ?? null, asking));
      }
    },
  },
);

const volumeInPath: PathMeaning = objectInPath("volume", "{name}");

/** What the operations on volumes may ask for. ClusterVolumeSpec is not known, and so a power `field:`. */
export const volumePowers: Partial<Record<OperationName, OperationPowers>> = {
  VolumeCreate: { query: query({ keys: {}, repeatsBody: true }), body: createBody },
  VolumeUpdate: { path: volumeInPath, query: query({ keys: { version: harmless } }), body: struct({}) },
  VolumeDelete: { path: volumeInPath },
  VolumePrune: { itself: [{ noun: "volume", value: "(any)" }] },
};
