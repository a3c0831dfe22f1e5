import { isJsonObject, type JsonObject, stringOf } from "../json/value.ts";
import { longestName } from "../limits.ts";
import type { Asking } from "./asking.ts";
import { cleanHostPath } from "./host-path.ts";
import { labelsField } from "./identity.ts";
import { judgeImage } from "./image-name.ts";
import { harmless, harmlessText, listOf, mapOf, type Meaning, named, struct, text } from "./meaning.ts";
import { encodePath, encodeValue } from "./power.ts";
import { askForBind, type BindMode } from "./read-only-bind.ts";
import { isPlainTmpfs } from "./tmpfs.ts";
import { judgeLocalVolume, localVolumeNouns, volumeNouns } from "./volume.ts";

const RELABELLING: ReadonlySet<string> = new Set(["z", "Z"]);
const PROPAGATIONS: ReadonlySet<string> = new Set(["shared", "rshared", "slave", "rslave"]);
/** Say nothing that reaches further: who may write is looked at on its own. */
const QUIET_MODES: ReadonlySet<string> = new Set(
  "ro rw private rprivate nocopy consistent cached delegated".split(" "),
);

const NOT_A_SOURCE = "must have a source that is an absolute path without ..";

/**
 * `source:destination[:mode]`, as `docker run --volume` writes it. An absolute source is a path of the host; of a volume
 * the engine is asked how it was made.
 */
export const bindsField: Meaning = listOf(
  text(["bind", "relabel", "relabel-volume", "propagation", ...volumeNouns], (bind, asking) => {
    const [source = "", destination, mode = "", ...rest] = bind.split(":", 4);
    // Only a destination: a volume without a name.
    if (destination === undefined) return;
    // Beyond a length it is no list of modes, and is not taken apart.
    const modes = mode === "" || mode.length > longestName ? [] : mode.split(",");
    const isKnown = modes.every(
      (word) => QUIET_MODES.has(word) || RELABELLING.has(word) || PROPAGATIONS.has(word),
    );
    if (rest.length > 0 || source === "" || mode.length > longestName || !isKnown) {
      asking.refuse("must be source:destination, with a mode that Docker knows");
      return;
    }
    // A dot begins no volume's name, and a path for Podman.
    const judgeSource = /^[/.]/u.test(source) ? judgeHostSource : judgeVolumeSource;
    judgeSource(source, modes, bind, asking);
    for (const word of modes.filter((candidate) => PROPAGATIONS.has(candidate))) {
      asking.ask("propagation", word, bind);
    }
  }),
);

function judgeHostSource(source: string, modes: readonly string[], bind: string, asking: Asking): void {
  const path = cleanHostPath(source);
  if (path === undefined) {
    asking.refuse(NOT_A_SOURCE);
    return;
  }
  const isReadOnly = modes.includes("ro") && !modes.includes("rw");
  askForBind(path, isReadOnly ? "read-only" : "writable", "container", bind, asking);
  if (isRelabelled(modes)) asking.ask("relabel", encodePath(path), bind);
}

function judgeVolumeSource(name: string, modes: readonly string[], bind: string, asking: Asking): void {
  if (isRelabelled(modes)) asking.ask("relabel-volume", encodeValue(name), bind);
  asking.lookUp("volume", name, isRelabelled(modes));
}

function isRelabelled(modes: readonly string[]): boolean {
  return modes.some((word) => RELABELLING.has(word));
}

/** The driver of volumes that the request makes. */
export const volumeDriverField: Meaning = named("volume-driver");

/** `destination: options` of file systems in memory. */
export const tmpfsField: Meaning = mapOf(["mount"], (destination, options, asking) => {
  // Podman joins the two with a colon.
  const isPlain = !destination.includes(":") && typeof options === "string" && isPlainTmpfs(options);
  if (!isPlain) asking.ask("mount", "tmpfs", options);
});

/** A service's words are read in any letters: Go makes capitals of them, for which U+0131 is I and U+017F is S. */
function foldWord(word: string): string {
  return word.toUpperCase().toLowerCase();
}

const propagationField: Meaning = text(["propagation"], (word, asking) => {
  refuseOptions(word, asking);
  const kind = foldWord(word);
  if (!["private", "rprivate"].includes(kind)) asking.ask("propagation", encodeValue(kind), word);
});

/** Podman writes a mount as one text of options with commas between them, and reads it again. */
function refuseOptions(value: string, asking: Asking): void {
  if (/[,"\r\n]/u.test(value)) asking.refuse("must have no comma, quote or line end");
}

/** A part of a mount that gives nothing by itself. */
const plainText: Meaning = text([], refuseOptions);

const driverConfig: Meaning = struct(
  { Name: harmlessText, Options: harmless },
  {
    nouns: ["volume-driver", ...localVolumeNouns],
    judge: (members, asking) => {
      const name = stringOf(members.get("Name"));
      if (name !== "" && name !== "local") {
        asking.ask("volume-driver", encodeValue(name), name);
      } else {
        asking.within("Options", () => judgeLocalVolume(members.get("Options") ?? null, asking));
      }
    },
  },
);

const mountFields = {
  Type: harmlessText,
  Source: plainText,
  Target: plainText,
  ReadOnly: harmless,
  Consistency: plainText,
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
    Subpath: plainText,
  }),
  ImageOptions: struct({ Subpath: plainText }),
  TmpfsOptions: struct({ SizeBytes: harmless, Mode: harmless, Options: harmless }),
  ClusterOptions: struct({}),
} as const;

/** An image by reference, of which one sees the files. */
function imageOf(owner: Owner): Meaning {
  return text(["image"], (reference, asking) => {
    judgeImage(reference, asking);
    asking.mention("image", reference, "used", owner === "service");
  });
}

/** The image of what is made, which has its labels. */
export function baseImageOf(owner: Owner): Meaning {
  return text(["image"], (reference, asking) => {
    judgeImage(reference, asking);
    asking.mention("image", reference, "base", owner === "service");
  });
}

type Owner = "container" | "service";

function mountsOf(owner: Owner): Meaning {
  const mount = struct(mountFields, {
    nouns: ["bind", "image", ...volumeNouns],
    judge: (members, asking) => judgeMountSource(members, owner, asking),
  });
  return listOf(mount);
}

/** Mounts of a container, as `docker run --mount` writes them. */
export const mountsField: Meaning = mountsOf("container");

/** The same of a service. */
export const serviceMountsField: Meaning = mountsOf("service");

/** A service's types are read in any letters, and none is a bind; a container has none of these. */
function judgeMountSource(members: JsonObject, owner: Owner, asking: Asking): void {
  const [type, source] = [stringOf(members.get("Type")), stringOf(members.get("Source"))];
  const kind = foldWord(type);
  if (kind === "" || kind !== type) asking.within("Type", () => judgeMountType(type, asking));
  switch (kind) {
    case "":
    case "bind":
      if (kind === "" && source === "") return;
      asking.within("Source", () => judgeBindSource(source, modeOf(members), owner, asking));
      return;
    case "volume":
      if (source === "") return;
      asking.within("Source", () => {
        asking.lookUp("volume", source);
        if (owner === "service") asking.mention("volume", source, "used", true);
      });
      return;
    case "image":
      asking.within("Source", () => imageOf(owner).judge(source, asking));
      return;
    case "tmpfs":
      // It has none, but Podman makes that folder on the host.
      if (source !== "") asking.within("Source", () => asking.ask("mount", "tmpfs", source));
      return;
    default:
      if (kind === type) asking.within("Type", () => judgeMountType(type, asking));
      // A volume of the swarm, or what nobody knows.
      if (source !== "") asking.within("Source", () => asking.mention("volume", source, "used", true));
  }
}

function judgeMountType(type: string, asking: Asking): void {
  asking.ask("mount", encodeValue(type === "" ? "(none)" : type), type);
}

function judgeBindSource(source: string, mode: BindMode, owner: Owner, asking: Asking): void {
  const path = cleanHostPath(source);
  if (path === undefined) asking.refuse("must be an absolute path without ..");
  else askForBind(path, mode, owner, source, asking);
}

function modeOf(members: JsonObject): BindMode {
  if (members.get("ReadOnly") !== true) return "writable";
  const options = members.get("BindOptions") ?? null;
  const isTop = isJsonObject(options) && (options.get("ReadOnlyNonRecursive") ?? false) !== false;
  return isTop ? "read-only top" : "read-only";
}
