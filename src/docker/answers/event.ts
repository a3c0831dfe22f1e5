import { type JsonObject, stringOf } from "../json/value.ts";
import type { ObjectKind } from "../objects/object-kind.ts";
import type { AnswerPart } from "./answer-table.ts";
import type { Content } from "./content.ts";
import { trouble } from "./free-text.ts";
import { ofAll } from "./object-parts.ts";
import { always, each, is, reviewObject, shapeOfMany } from "./shape.ts";

/** What happened: a word. What an exec runs stands behind it, and how a health check ended. */
const action: AnswerPart = {
  contents: ["command", "state"],
  review: (value, viewer) => {
    const [word, content] = readAction(stringOf(value));
    return content !== undefined && viewer.hides(content) ? word : value;
  },
};

/** Reads the word of what happened, and of which kind is what stands behind it, if anything does. */
export function readAction(text: string): readonly [word: string, content: Content | undefined] {
  const end = text.indexOf(":");
  if (end === -1) return [text, undefined];
  const word = text.slice(0, end);
  return [word, word === "health_status" ? "state" : "command"];
}

/** Of images it is what they were called in a request; of all others an id, or a volume's name. */
const actorId: AnswerPart = {
  contents: ["image"],
  review: (value, viewer, around) => {
    const isName = stringOf(around?.get("Type")) === "image" && !isDigest(stringOf(value));
    return isName && viewer.hides("image") ? "" : value;
  },
};

function isDigest(text: string): boolean {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(text);
}

/** A container that something else was done with: known to whoever sees it. */
const containerId: AnswerPart = {
  review: (value, viewer) =>
    !viewer.isScoped || viewer.knows("container", stringOf(value)) ? value : undefined,
};

function labelOf(key: string): AnswerPart {
  return alsoLabel(key, always);
}

/** What may as well be a label: there where that one is. */
function alsoLabel(key: string, part: AnswerPart): AnswerPart {
  const { contents } = part;
  return {
    ...(contents === undefined ? {} : { contents }),
    review: (value, viewer) => (viewer.hidesLabel(key) ? undefined : part.review(value, viewer)),
  };
}

/** What became free when everybody's unused objects were deleted. */
const reclaimed = ofAll(is("usage"), "0");

const host = is("host");
const names = is("names");
const state = is("state");
const image = is("image");

/**
 * What stands in the attributes of an event beside labels, by the type of object; with an action, only in events of that.
 * Labels have no place of their own: what is not here is one.
 */
const attributes: ReadonlyMap<string, ReadonlyMap<string, AnswerPart>> = byEvent({
  container: {
    name: names,
    image,
    // Podman's. With Docker a label may be called so.
    podId: alsoLabel("podId", state),
    network: alsoLabel("network", is("networks")),
    error: alsoLabel("error", trouble),
  },
  "container prune": { reclaimed },
  "container die": each(state, "exitCode", "execDuration"),
  "container died": each(state, "containerExitCode", "oomKilled"),
  "container exec_create": { execID: always },
  "container exec_start": { execID: always },
  "container exec_detach": { execID: always },
  "container exec_die": { execID: always, exitCode: state },
  "container kill": { signal: state },
  "container rename": { oldName: names },
  "container resize": each(is("settings"), "height", "width"),
  // The image that somebody made of it.
  "container commit": { comment: is("settings"), ...each(ofAll(image, ""), "imageID", "imageRef") },
  image: { name: image },
  "image prune": { reclaimed },
  network: { ...each(is("networks"), "name", "network"), type: is("settings"), container: containerId },
  "network prune": { reclaimed },
  volume: { driver: is("settings"), container: containerId },
  "volume mount": each(is("mounts"), "destination", "read/write", "propagation"),
  "volume prune": { reclaimed },
  "builder prune": { reclaimed },
  plugin: { name: names },
  service: {
    name: names,
    ...each(image, "image.new", "image.old"),
    ...each(state, "replicas.new", "replicas.old", "updatestate.new", "updatestate.old"),
  },
  node: {
    name: is("names", "host"),
    ...each(state, "state.new", "state.old"),
    ...each(
      host,
      "availability.new",
      "availability.old",
      "role.new",
      "role.old",
      "leader.new",
      "leader.old",
      "reachability.new",
      "reachability.old",
    ),
  },
  secret: { name: names },
  config: { name: names },
  daemon: {
    name: is("names", "host"),
    ...each(
      host,
      "allow-nondistributable-artifacts",
      "cluster-advertise",
      "cluster-store",
      "cluster-store-opts",
      "debug",
      "default-runtime",
      "default-shm-size",
      "insecure-registries",
      "labels",
      "live-restore",
      "max-concurrent-downloads",
      "max-concurrent-uploads",
      "max-download-attempts",
      "registry-mirrors",
      "runtimes",
      "shutdown-timeout",
    ),
  },
});

function byEvent(
  events: Readonly<Record<string, Readonly<Record<string, AnswerPart>>>>,
): ReadonlyMap<string, ReadonlyMap<string, AnswerPart>> {
  return new Map(Object.entries(events).map(([words, parts]) => [words, new Map(Object.entries(parts))]));
}

/**
 * The kinds of what an attribute with this key tells in any event, beside being a label. An engine looks for a label among all
 * attributes, so whoever may not read one of these may not ask for such a label either.
 */
export function attributeContents(key: string): readonly Content[] {
  return [...attributes.values()].flatMap((parts) => parts.get(key)?.contents ?? []);
}

/** The attributes of an event with these words, by their keys. */
function attributesOf(event: JsonObject | undefined): (key: string) => AnswerPart {
  const type = stringOf(event?.get("Type"));
  const [word = ""] = stringOf(event?.get("Action")).split(":", 1);
  const inAll = attributes.get(type);
  const here = attributes.get(`${type} ${word}`);
  return (key) => here?.get(key) ?? inAll?.get(key) ?? labelOf(key);
}

/** What the engine says of the object besides; `around` is the event. */
const actorAttributes: AnswerPart = {
  contents: ["names", "state", "image", "networks", "mounts", "usage", "settings", "labels", "host"],
  review: (value, viewer, around) => {
    const partOf = attributesOf(around);
    return reviewObject(value, (text, key) => partOf(key).review(text, viewer));
  },
};

const actorFields: ReadonlyMap<string, AnswerPart> = new Map([
  ["ID", actorId],
  ["Attributes", actorAttributes],
]);

/** The object that an event is of, which the event around it tells how to read. */
const actor: AnswerPart = {
  fields: actorFields,
  review: (value, viewer, around) =>
    reviewObject(value, (member, key) => {
      const part = actorFields.get(key);
      if (part !== undefined) return part.review(member, viewer, around);
      return viewer.isStrict || viewer.isScoped ? undefined : member;
    }),
};

/**
 * Kinds whose events do not say who the object is. Of what is gone nobody can be asked any more: what is in scope when the
 * events begin has to be known. A container's say it themselves.
 */
export const eventKinds: readonly ObjectKind[] = [
  "image",
  "network",
  "volume",
  "service",
  "secret",
  "config",
];

/** Something that happened to an object; the first three are older words for what stands in the others. */
export const event: AnswerPart = shapeOfMany({
  status: action,
  id: actorId,
  from: image,
  ...each(always, "Type", "scope", "time", "timeNano"),
  Action: action,
  Actor: actor,
  // Podman's.
  HealthStatus: state,
});
