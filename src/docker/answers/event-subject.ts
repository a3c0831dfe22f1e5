import { isJsonObject, type JsonObject, type JsonValue, stringOf } from "../json/value.ts";
import type { Identity } from "../objects/identity.ts";
import type { ObjectKind } from "../objects/object-kind.ts";
import { canonicalImage } from "../powers/image-reference.ts";

/** What an event is about, as far as it says who may know of it. */
export interface EventSubject {
  readonly kind: ObjectKind;
  /** Its whole id; a volume's or an image's may be its name. */
  readonly id: string;
  /** Who it is, where the event says it beyond doubt. */
  readonly identity: Identity | undefined;
  /** Who an image is that is told of under one of its names, by the event alone. */
  readonly named: Identity | undefined;
  /** The container that it was joined with or taken from. */
  readonly container: string | undefined;
  readonly change: "made" | "changed" | "gone";
}

/** Events of all else, such as the engine itself, its builder and pods, tell of nobody's objects or of everybody's. */
const KINDS: ReadonlyMap<string, ObjectKind> = new Map<string, ObjectKind>([
  ["container", "container"],
  ["image", "image"],
  ["network", "network"],
  ["volume", "volume"],
  ["service", "service"],
  ["secret", "secret"],
  ["config", "config"],
  ["node", "node"],
  ["plugin", "plugin"],
]);

/** Docker's words for the end of an object, and Podman's. */
const ENDS: ReadonlySet<string> = new Set(["destroy", "remove", "delete"]);

/**
 * What an engine puts into the attributes of a container's event beside its labels, at any action. A label of the same key
 * takes its place, or is lost in it (dockerd: `name` and `image` are written last, all others first): none of these is
 * taken for a label.
 */
const NO_LABELS: ReadonlySet<string> = new Set([
  ...([
    "name",
    "image",
    "oldName",
    "exitCode",
    "execDuration",
    "execID",
    "signal",
    "height",
    "width",
  ] as const),
  ...(["comment", "imageID", "imageRef", "containerExitCode", "podId", "health_status"] as const),
]);

/** Reads what an event is about; undefined where it is about nothing that could be in a scope, or can't be read. */
export function readEventSubject(event: JsonValue): EventSubject | undefined {
  if (!isJsonObject(event)) return undefined;
  const kind = KINDS.get(stringOf(event.get("Type")));
  const actor = event.get("Actor") ?? null;
  if (kind === undefined || !isJsonObject(actor)) return undefined;
  const id = stringOf(actor.get("ID"));
  const attributes = actor.get("Attributes") ?? null;
  // A prune has no id.
  if (id === "" || !(attributes === null || isJsonObject(attributes))) return undefined;
  const action = stringOf(event.get("Action"));
  const container = stringOf(attributes?.get("container"));
  return {
    kind,
    id,
    identity: kind === "container" && attributes !== null ? containerOf(id, attributes) : undefined,
    named: kind === "image" ? namedImage(id, attributes ?? new Map()) : undefined,
    container: kind !== "container" && container !== "" ? container : undefined,
    change: ENDS.has(action) ? "gone" : action === "create" ? "made" : "changed",
  };
}

/** An image is in events by its id or a name, and then once more by a name, or by its id. */
function namedImage(id: string, attributes: JsonObject): Identity | undefined {
  const words = [id, stringOf(attributes.get("name"))].filter((word) => word !== "");
  const name = words.map((word) => canonicalImage(word) ?? word).find((word) => !IMAGE_ID.test(word));
  return name === undefined ? undefined : { kind: "image", id, names: [name], labels: labelsIn(attributes) };
}

const IMAGE_ID = /^sha\d+:[0-9a-f]+$/u;

/** All labels of a container are attributes of its events, and its name. */
function containerOf(id: string, attributes: JsonObject): Identity | undefined {
  const name = stringOf(attributes.get("name"));
  if (name === "") return undefined;
  return { kind: "container", id, names: [name], labels: labelsIn(attributes) };
}

function labelsIn(attributes: JsonObject): ReadonlyMap<string, string> {
  const labels = [...attributes].flatMap(([key, value]): readonly (readonly [string, string])[] =>
    NO_LABELS.has(key) || typeof value !== "string" ? [] : [[key, value]],
  );
  return new Map(labels);
}
