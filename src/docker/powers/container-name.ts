import { isJsonObject, type JsonValue } from "../json/value.ts";
import type { Asking, ContainerLookup, ContainerUse } from "./asking.ts";
import { text, type Meaning } from "./meaning.ts";
import { encodeValue } from "./power.ts";

/**
 * Names that can stand in a path without being taken for anything else. Behind a slash stands the name that a legacy
 * link gives: `web/db` is what web calls db.
 */
const PLAIN_NAME = /^[0-9A-Za-z][0-9A-Za-z_.-]{0,254}(?:\/[0-9A-Za-z][0-9A-Za-z_.-]{0,254})?$/u;

const WHOLE_ID = /^[0-9a-f]{64}$/u;

/** Tells a container's whole id, which goes before every name for as long as there is that container. */
export function isWholeId(word: string): boolean {
  return WHOLE_ID.test(word);
}

/** Stands for the volumes of a container, which nobody knows. */
const ANY = "(any)";

/** A mode that gives files other SELinux labels, alone or among others. */
const RELABELLING = /[:,]z(?:[:,]|$)/iu;

/** A part of an alias that leads out of the container's own names: `web/../db` would be a name of its own. */
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:\/|$)/u;

/** Stands for a container's name that nobody knows; no real one can be spelt so. */
const UNKNOWN = "(unknown)";

/** Takes off the slash that engines write before a name, and that clients may. */
function withoutSlash(name: string): string {
  return name.replace(/^\//u, "");
}

/**
 * Asks for a container by a client's word. Engines take it for an id, then for a name, then for the beginning of an id,
 * so the engine is asked which container that is.
 */
function judgeContainerName(word: string, use: ContainerUse, shown: string, asking: Asking): void {
  asking.lookUpContainer(withoutSlash(word), use, shown);
}

/** `NAME[:MODE]`: a container whose mounts are taken over. Podman gives all of them other labels with `z`. */
export const volumesFromField: Meaning = text(
  ["volumes-from", "relabel", "relabel-volume"],
  (from, asking) => {
    const [name = ""] = from.split(":", 1);
    const modes = from.slice(name.length);
    if (RELABELLING.test(modes)) {
      asking.ask("relabel", "/", from);
      asking.ask("relabel-volume", ANY, from);
    }
    const withId = (id: string): string => `${id}${modes}`;
    judgeContainerName(name, { noun: "volumes-from", before: "", withId }, from, asking);
  },
);

/** The word before the container whose namespace is joined. */
export const CONTAINER = "container:";

/** Asks for the namespace of another container where a mode says `container:NAME`, or tells that it does not. */
export function judgeJoining(kind: string, mode: string, asking: Asking): boolean {
  if (!mode.startsWith(CONTAINER)) return false;
  const withId = (id: string): string => `${CONTAINER}${id}`;
  const use = { noun: "join", before: `${kind}:`, withId } as const;
  judgeContainerName(mode.slice(CONTAINER.length), use, mode, asking);
  return true;
}

/**
 * `NAME[:ALIAS]`: a legacy link, by which the environment of another container is read. An engine writes its own as
 * `/NAME:/THIS/ALIAS`, and reads that again.
 */
export const legacyLinkField: Meaning = text(["link"], (link, asking) => {
  const [name = "", alias = name, ...rest] = link.split(":", 3);
  if (rest.length > 0) {
    asking.refuse("must be a container, and an alias behind a colon");
    return;
  }
  const isFromEngine = name.startsWith("/") && alias !== name;
  const kept = isFromEngine ? alias.slice(alias.lastIndexOf("/") + 1) : withoutSlash(alias);
  // dockerd joins the container's name and the alias to one more name of the other container, and cleans it as a path.
  if (DOT_SEGMENT.test(kept)) {
    asking.refuse("must have an alias without dot segments");
    return;
  }
  const withId = (id: string): string => `${id}:${kept}`;
  judgeContainerName(name, { noun: "link", before: "", withId }, link, asking);
});

/** Returns where to ask the engine which container a name means: nowhere where no path can carry it beyond doubt. */
export function containerTargets(name: string): readonly string[] {
  return PLAIN_NAME.test(name) ? [`/containers/${name}/json`] : [];
}

/** A container as the engine knows it. */
export interface KnownContainer {
  readonly id: string;
  readonly name: string;
}

/** Reads what the engine says of a container. Without an id there is nothing that could go on. */
export function readContainer(inspected: JsonValue): KnownContainer | undefined {
  if (!isJsonObject(inspected)) return undefined;
  const [id, name] = [inspected.get("Id"), inspected.get("Name")];
  return typeof id === "string" && isWholeId(id)
    ? { id, name: typeof name === "string" && name !== "" ? withoutSlash(name) : UNKNOWN }
    : undefined;
}

/** Asks for the power that a container of this name gives; without a name it may be any. */
export function askForContainer(
  { noun, before }: ContainerLookup,
  name: string | undefined,
  asking: Asking,
): void {
  asking.ask(noun, `${before}${name === undefined ? UNKNOWN : encodeValue(name)}`);
}
