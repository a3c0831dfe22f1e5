import { isJsonObject, type JsonObject } from "../json/value.ts";
import type { Asking } from "./asking.ts";
import { cleanHostPath } from "./host-path.ts";
import { labelsField } from "./identity.ts";
import { canonicalImage } from "./image-reference.ts";
import { harmless, listOf, mapOf, type Meaning, struct, text } from "./meaning.ts";
import { encodePath, encodeValue } from "./power.ts";
import { isPlainTmpfs } from "./tmpfs.ts";
import { judgeLocalVolume, localVolumeNouns, volumeNouns } from "./volume.ts";

const RELABELLING: ReadonlySet<string> = new Set(["z", "Z"]);
const PROPAGATIONS: ReadonlySet<string> = new Set(["shared", "rshared", "slave", "rslave"]);
/** Say nothing that reaches further: who may write is looked at on its own. */
const QUIET_MODES: ReadonlySet<string> = new Set([
  ...["ro", "rw", "private", "rprivate", "nocopy", "consistent", "cached", "delegated"],
]);

/** `source:destination[:mode]`, as `docker run --volume` writes it. An absolute source is a path of the host. */
export const bindsField: Meaning = listOf(
  text(["bind", "relabel", "propagation", ...volumeNouns], (bind, asking) => {
    const [source = "", destination, mode = "", ...rest] = bind.split(":");
    // Only a destination: a volume without a name.
    if (destination === undefined) return;
    const modes = mode === "" ? [] : mode.split(",");
    const isKnown = modes.every(
      (word) => QUIET_MODES.has(word) || RELABELLING.has(word) || PROPAGATIONS.has(word),
    );
    if (rest.length > 0 || source === "" || !isKnown) {
      asking.refuse("must be source:destination, with a mode that Docker knows");
      return;
    }
    const path = cleanHostPath(source);
    if (path === undefined) {
      judgeVolumeName(source, asking);
      return;
    }
    const isReadOnly = modes.includes("ro") && !modes.includes("rw");
    asking.ask("bind", `${encodePath(path)}${isReadOnly ? ":ro" : ""}`, bind);
    if (modes.some((word) => RELABELLING.has(word))) asking.ask("relabel", encodePath(path), bind);
    for (const word of modes.filter((candidate) => PROPAGATIONS.has(candidate))) {
      asking.ask("propagation", word, bind);
    }
  }),
);

/** A volume by name: what it gives depends on how it was made, so the engine is asked. */
function judgeVolumeName(name: string, asking: Asking): void {
  asking.lookUp("volume", name);
}

/** The driver of volumes that the request makes. */
export const volumeDriverField: Meaning = text(["volume-driver"], (driver, asking) =>
  asking.ask("volume-driver", encodeValue(driver), driver),
);

/** `destination: options` of file systems in memory. */
export const tmpfsField: Meaning = mapOf(["mount"], (_destination, options, asking) => {
  if (typeof options !== "string" || !isPlainTmpfs(options)) asking.ask("mount", "tmpfs", options);
});

const propagationField: Meaning = text(["propagation"], (word, asking) => {
  if (!["private", "rprivate"].includes(word)) asking.ask("propagation", encodeValue(word), word);
});

const driverConfig: Meaning = struct(
  { Name: harmless, Options: harmless },
  {
    nouns: ["volume-driver", ...localVolumeNouns],
    judge: (members, asking) => {
      const name = members.get("Name") ?? "";
      if (name !== "" && name !== "local") {
        asking.ask("volume-driver", encodeValue(String(name)), name);
      } else {
        asking.within("Options", () => judgeLocalVolume(members.get("Options") ?? null, asking));
      }
    },
  },
);

const mountFields = {
  Type: harmless,
  Source: harmless,
  Target: harmless,
  ReadOnly: harmless,
  Consistency: harmless,
  BindOptions: struct({
    Propagation: propagationField,
    NonRecursive: harmless,
    CreateMountpoint: harmless,
    ReadOnlyNonRecursive: harmless,
    ReadOnlyForceRecursive: harmless,
  }),
  VolumeOptions: struct({
    NoCopy: harmless,
    Labels: labelsField,
    DriverConfig: driverConfig,
    Subpath: harmless,
  }),
  ImageOptions: struct({ Subpath: harmless }),
  TmpfsOptions: struct({ SizeBytes: harmless, Mode: harmless, Options: harmless }),
  ClusterOptions: struct({}),
} as const;

/** One entry of `Mounts`, of containers and of services. */
const mount: Meaning = struct(mountFields, {
  nouns: ["bind", "image", ...volumeNouns],
  judge: (members, asking) => {
    const source = members.get("Source") ?? "";
    if (typeof source !== "string") {
      asking.within("Source", () => asking.refuse("must be a string"));
      return;
    }
    judgeMountSource(String(members.get("Type") ?? ""), source, members, asking);
  },
});

/** Mounts as `docker run --mount` writes them. */
export const mountsField: Meaning = listOf(mount);

function judgeMountSource(type: string, source: string, members: JsonObject, asking: Asking): void {
  switch (type) {
    case "bind":
      asking.within("Source", () => judgeBindSource(source, isReadOnly(members), asking));
      return;
    case "volume":
      if (source !== "") asking.within("Source", () => judgeVolumeName(source, asking));
      return;
    case "image":
      asking.within("Source", () => judgeImage(source, asking));
      return;
    case "tmpfs":
      return;
    default:
      asking.within("Type", () => asking.ask("mount", encodeValue(type === "" ? "(none)" : type), type));
  }
}

function judgeBindSource(source: string, readOnly: boolean, asking: Asking): void {
  const path = cleanHostPath(source);
  if (path === undefined) {
    asking.refuse("must be an absolute path");
  } else {
    asking.ask("bind", `${encodePath(path)}${readOnly ? ":ro" : ""}`, source);
  }
}

/** What is mounted below the source stays writable with `ReadOnlyNonRecursive`. */
function isReadOnly(members: JsonObject): boolean {
  const options = members.get("BindOptions") ?? null;
  const isShallow = isJsonObject(options) && (options.get("ReadOnlyNonRecursive") ?? false) !== false;
  return members.get("ReadOnly") === true && !isShallow;
}

/** An image by reference. */
export const imageField: Meaning = text(["image"], judgeImage);

function judgeImage(reference: string, asking: Asking): void {
  const canonical = canonicalImage(reference);
  if (canonical === undefined) asking.refuse("must be an image reference");
  else asking.ask("image", encodeValue(canonical), reference);
}
