import { isJsonArray, type JsonValue } from "../json/value.ts";
import type { Identity } from "../objects/identity.ts";
import { asMeant } from "../objects/image-names.ts";
import { missingText } from "../objects/missing-text.ts";
import { readInspected } from "../objects/read-identity.ts";
import type { Edit } from "../json/edit.ts";
import type { MentionLookup } from "./asking.ts";
import { canonicalImage } from "./image-reference.ts";
import { type NamedLookup, objectOf } from "./lookup.ts";
import { networksMeant } from "./network-name.ts";

/** Whether a client may know an object. */
export type Sees = (object: Identity) => boolean;

/** What a name is to a client with a scope. */
export interface Sighting {
  /** What of the engine's answers counts for it: all of them, or none. */
  readonly answers: readonly JsonValue[];
  /** What it means, where that is there for the client, and not for everybody. */
  readonly object: Identity | undefined;
  /** The same where it is not: for the record alone. */
  readonly hidden: Identity | undefined;
  /** Why the request can't go on: the same of what is not there and of what is not for the client. */
  readonly absence: Absence | undefined;
  /** What does not go on, because there is no such thing for the client. */
  readonly edits: readonly Edit[];
}

/** What a client is told of a thing that is not there for it. */
export interface Absence {
  readonly kind: "container" | "image" | "thing" | "scope";
  readonly reason: string;
}

/** Networks that every engine has: whether a client may use one is a matter of its powers. */
const EVERYBODYS: ReadonlySet<string> = new Set(["bridge", "host", "none", "ingress"]);

/** Works out what a name is to a client that does not see everything. What a path names has been judged before. */
export function sight(lookup: NamedLookup, answers: readonly JsonValue[], sees: Sees): Sighting {
  if (lookup.kind === "object") return { answers, ...NOTHING };
  const meant = objectsMeant(lookup, answers);
  const isThere = meant.length > 0;
  const heldId = lookup.kind === "mention" ? (lookup.heldId ?? "") : "";
  const isSeen = meant.every(
    (object) => object !== undefined && (isEverybodys(object) || object.id === heldId || sees(object)),
  );
  if (isThere && isSeen) {
    const object = theOne(meant);
    return { answers, ...NOTHING, object, ...lasting(lookup, object, sees) };
  }
  const role = lookup.kind === "mention" ? lookup.role : "used";
  const edits = role === "spare" && lookup.kind === "mention" ? [{ at: lookup.at, text: undefined }] : [];
  const absence = absenceOf(lookup, isThere, sees);
  return { answers: [], object: undefined, hidden: meant[0], absence, edits };
}

const NOTHING = { object: undefined, hidden: undefined, absence: undefined, edits: [] } as const;

/**
 * How what is looked for again goes on: as it is where its name alone says that it is the client's, and an image or a network
 * by its id. Of a volume nothing but its name can be said, which may be another's by then.
 */
function lasting(
  lookup: Exclude<NamedLookup, { kind: "object" }>,
  object: Identity | undefined,
  sees: Sees,
): Pick<Sighting, "absence" | "edits"> {
  if (lookup.kind !== "mention" || lookup.isLater !== true || object === undefined || isByName(lookup, sees))
    return { absence: undefined, edits: [] };
  const { name, at } = lookup;
  if (object.kind === "network") return { absence: undefined, edits: [{ at, text: object.id }] };
  if (object.kind === "image") {
    // A digest means the same for ever.
    const isDigest = canonicalImage(name)?.includes("@") === true;
    return { absence: undefined, edits: isDigest ? [] : [{ at, text: object.id }] };
  }
  return { absence: { kind: "scope", reason: onlyByName(name) }, edits: [] };
}

/** To make such a volume helps nobody: its mark says nothing of the one that has the name by then. */
function onlyByName(volume: string): string {
  return `a service looks for the volume ${volume} whenever a task starts, when it may be another client's: only one whose name the scope has can be mounted`;
}

/** What is meant beyond doubt, and is not there for everybody. */
function theOne(meant: readonly (Identity | undefined)[]): Identity | undefined {
  const [first] = meant;
  const isOne =
    first !== undefined && !isEverybodys(first) && meant.every((object) => object?.id === first.id);
  return isOne ? first : undefined;
}

/** Why a request can't go on with a name of which the engine can't be asked. */
export function unsighted(lookup: NamedLookup): Absence | undefined {
  if (lookup.kind === "object") return undefined;
  return lookup.kind === "mention" && lookup.role === "given" ? taken(lookup) : absent(lookup);
}

/** A name that something is to get, and that is not free. */
function taken({ name, object }: MentionLookup): Absence {
  return { kind: "scope", reason: takenText(object, name) };
}

/** Says that a name can't be given, because it is that of something out of scope. */
export function takenText(object: MentionLookup["object"], name: string): string {
  return `the name ${name} is that of ${object === "image" ? "an" : "a"} ${object} which is not in the client's scope`;
}

/** All that the name can mean. Undefined stands for what can't be read, which is nobody's. */
function objectsMeant(
  lookup: Exclude<NamedLookup, { kind: "object" }>,
  answers: readonly JsonValue[],
): readonly (Identity | undefined)[] {
  const kind = objectOf(lookup);
  const things = kind === "network" ? networksMeant(lookup.name, answers) : answers;
  const name = kind === "image" ? canonicalImage(lookup.name) : lookup.name;
  const objects = things.map((thing) => {
    const object = isJsonArray(thing) ? undefined : readInspected(kind, thing);
    return object && asMeant(object, name);
  });
  // A name that something gets is only that of what has the whole of it.
  const isGiven = lookup.kind === "mention" && lookup.role === "given";
  return isGiven ? objects.filter((object) => object?.names.includes(name ?? "") !== false) : objects;
}

function isEverybodys({ kind, names }: Identity): boolean {
  return kind === "network" && names.some((name) => EVERYBODYS.has(name));
}

function absenceOf(
  lookup: Exclude<NamedLookup, { kind: "object" }>,
  isThere: boolean,
  sees: Sees,
): Absence | undefined {
  if (lookup.kind === "mention" && lookup.role === "spare") return undefined;
  if (lookup.kind === "mention" && lookup.role === "given") return isThere ? taken(lookup) : undefined;
  // What will be in scope by its name alone may be made under it, or is the engine's to miss.
  return objectOf(lookup) !== "container" && isByName(lookup, sees) ? undefined : absent(lookup);
}

function isByName(lookup: NamedLookup, sees: Sees): boolean {
  const kind = objectOf(lookup);
  const name = kind === "image" ? (canonicalImage(lookup.name) ?? lookup.name) : lookup.name;
  return sees({ kind, id: "", names: [name], labels: new Map() });
}

function absent(lookup: Exclude<NamedLookup, { kind: "object" }>): Absence {
  const kind = objectOf(lookup);
  const { name } = lookup;
  switch (kind) {
    case "container":
    case "image":
      return { kind, reason: missingText(kind, name) };
    case "volume":
      return {
        kind: "scope",
        reason:
          lookup.kind === "mention" && lookup.isLater === true
            ? onlyByName(name)
            : `there is no volume ${name} for this client: create it first, so that it is marked as this client's`,
      };
    default:
      return { kind: "thing", reason: missingText(kind, name) };
  }
}
