import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, stringOf } from "../json/value.ts";
import { isWholeId } from "../powers/container-name.ts";
import { canonicalImage } from "../powers/image-reference.ts";
import type { Identity } from "./identity.ts";
import type { ObjectKind } from "./object-kind.ts";

/** Where the parts of an identity stand in what an engine says of an object. */
interface Places {
  readonly id: readonly string[];
  readonly isId: (text: string) => boolean;
  readonly names: (members: JsonObject) => readonly string[] | undefined;
  /** Undefined for what has no labels. */
  readonly labels: readonly string[] | undefined;
}

const IMAGE_ID = /^sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$/u;
/** A swarm's ids, and those of Podman's secrets. */
const SWARM_ID = /^[0-9a-z]{25}$/u;

const NO_LABELS: ReadonlyMap<string, string> = new Map();

const isSwarmId = (text: string): boolean => SWARM_ID.test(text);
const ofSwarm: Places = {
  id: ["ID"],
  isId: isSwarmId,
  names: (members) => oneName(textAt(members, ["Spec", "Name"])),
  labels: ["Spec", "Labels"],
};
const container: Omit<Places, "names" | "labels"> = { id: ["Id"], isId: isWholeId };
const image: Omit<Places, "labels"> = { id: ["Id"], isId: (text) => IMAGE_ID.test(text), names: imageNames };
/** What an engine says of one of these in a list, it says of it alone. */
const alike: Readonly<Record<Exclude<ObjectKind, "container" | "image">, Places>> = {
  // Both are somebody else's: see `belongsTo`.
  exec: { id: ["ID"], isId: isWholeId, names: () => [], labels: undefined },
  task: { id: ["ID"], isId: isSwarmId, names: () => [], labels: undefined },
  network: {
    id: ["Id"],
    isId: (text) => isWholeId(text) || isSwarmId(text),
    names: (members) => oneName(members.get("Name")),
    labels: ["Labels"],
  },
  volume: {
    id: ["Name"],
    isId: (text) => text !== "",
    names: (members) => oneName(members.get("Name")),
    labels: ["Labels"],
  },
  service: ofSwarm,
  secret: ofSwarm,
  config: ofSwarm,
  node: {
    ...ofSwarm,
    names: (members) => {
      const names = [textAt(members, ["Spec", "Name"]), textAt(members, ["Description", "Hostname"])];
      return names.map((name) => stringOf(name)).filter((name) => name !== "");
    },
  },
  plugin: {
    id: ["Id"],
    isId: isWholeId,
    names: (members) => oneName(members.get("Name")),
    labels: undefined,
  },
};

const inspected: Readonly<Record<ObjectKind, Places>> = {
  ...alike,
  container: {
    ...container,
    names: (members) => oneName(members.get("Name"), containerName),
    labels: ["Config", "Labels"],
  },
  image: { ...image, labels: ["Config", "Labels"] },
};

const listed: Readonly<Record<ObjectKind, Places>> = {
  ...alike,
  container: {
    ...container,
    // A name with a slash in it is what another container calls it, by a legacy link: not its own.
    names: (members) =>
      textsAt(members, "Names")
        ?.map((name) => containerName(name))
        .filter((name) => !name.includes("/")),
    labels: ["Labels"],
  },
  image: { ...image, labels: ["Labels"] },
};

/** Reads who an object is from the engine's answer about it alone; undefined where that can't be known for certain. */
export function readInspected(kind: ObjectKind, answer: JsonValue): Identity | undefined {
  return read(kind, inspected[kind], answer);
}

/** The same of its entry in a list. */
export function readListed(kind: ObjectKind, entry: JsonValue): Identity | undefined {
  return read(kind, listed[kind], entry);
}

/** The members of what an engine says of an object, of whatever kind, from which it is read who it is. */
export const IDENTITY_MEMBERS: readonly string[] = [
  ...(["Id", "ID", "Name", "Names", "RepoTags", "RepoDigests"] as const),
  ...(["Labels", "Config", "Spec", "Description"] as const),
];

/** Of what an exec instance or a task is a part: its container or its service, by the whole id. */
export interface Keeper {
  readonly kind: "container" | "service";
  readonly id: string;
}

/**
 * Reads of whom an exec instance or a task is a part, from an answer about it or its entry in a list. Undefined where it
 * is nobody's, as a task that only attaches a container to a network, and for all other kinds.
 */
export function readKeeper(kind: ObjectKind, value: JsonValue): Keeper | undefined {
  if (!isJsonObject(value)) return undefined;
  const [containerId, serviceId] = ["ContainerID", "ServiceID"].map((key) => stringOf(value.get(key)));
  if (kind === "exec" && containerId !== undefined && isWholeId(containerId)) {
    return { kind: "container", id: containerId };
  }
  if (kind === "task" && serviceId !== undefined && isSwarmId(serviceId)) {
    return { kind: "service", id: serviceId };
  }
  return undefined;
}

function read(kind: ObjectKind, places: Places, value: JsonValue): Identity | undefined {
  if (!isJsonObject(value)) return undefined;
  const id = stringOf(textAt(value, places.id));
  const names = places.names(value);
  const labels = places.labels === undefined ? NO_LABELS : labelsAt(value, places.labels);
  if (!places.isId(id) || names === undefined || labels === undefined) return undefined;
  return { kind, id, names, labels };
}

/** The one name that each of its kind has. */
function oneName(
  name: JsonValue | undefined,
  write: (name: string) => string = (text) => text,
): readonly string[] | undefined {
  const text = write(stringOf(name));
  return text === "" ? undefined : [text];
}

function containerName(name: string): string {
  return name.startsWith("/") ? name.slice(1) : name;
}

/** Tags and digests. What is no reference, as `<none>:<none>`, is no name. */
function imageNames(members: JsonObject): readonly string[] | undefined {
  const [tags, digests] = [textsAt(members, "RepoTags"), textsAt(members, "RepoDigests")];
  if (tags === undefined || digests === undefined) return undefined;
  return [...tags, ...digests].flatMap((text) => {
    // A name that may be an id as well is written whole here.
    const canonical = canonicalImage(text);
    return canonical?.includes("/") === true ? [canonical] : [];
  });
}

/** Texts in a list; none where there is no list. */
function textsAt(members: JsonObject, key: string): readonly string[] | undefined {
  const list = members.get(key) ?? null;
  if (list === null) return [];
  if (!isJsonArray(list)) return undefined;
  const texts = list.filter((text) => typeof text === "string");
  return texts.length === list.length ? texts : undefined;
}

function labelsAt(members: JsonObject, path: readonly string[]): ReadonlyMap<string, string> | undefined {
  const labels = textAt(members, path) ?? null;
  if (labels === null) return NO_LABELS;
  return isJsonObject(labels) && areTexts(labels) ? labels : undefined;
}

function areTexts(members: JsonObject): members is ReadonlyMap<string, string> {
  for (const value of members.values()) {
    if (typeof value !== "string") return false;
  }
  return true;
}

function textAt(members: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = members;
  for (const key of path)
    value = value !== undefined && value !== null && isJsonObject(value) ? value.get(key) : undefined;
  return value;
}
