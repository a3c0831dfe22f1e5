import { ALL, NOTHING, type Outline } from "../json/outline.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, stringOf } from "../json/value.ts";
import type { ObjectKind } from "../objects/object-kind.ts";
import { IDENTITY_MEMBERS, readListed } from "../objects/read-identity.ts";
import type { AnswerPart } from "./answer-table.ts";
import type { Content } from "./content.ts";
import { likewise, mapOutline, reviewObject, withAll } from "./shape.ts";
import type { Viewer } from "./viewer.ts";

/** An object of the engine as lists have it: not there where it is not the viewer's, or can't be read as one. */
export function entry(kind: ObjectKind, part: AnswerPart): AnswerPart {
  return {
    ...likewise(part, (viewer, inner) => (viewer.isScoped ? withAll(inner, IDENTITY_MEMBERS) : inner)),
    review: (value, viewer, around) =>
      !viewer.isScoped || sees(kind, value, viewer) ? part.review(value, viewer, around) : undefined,
  };
}

function sees(kind: ObjectKind, value: JsonValue, viewer: Viewer): boolean {
  const identity = readListed(kind, value);
  return identity !== undefined && viewer.sees(identity);
}

/** An object that belongs to one of another kind, whose id stands in the field: there where that one is. */
export function ownedBy(kind: ObjectKind, field: string, part: AnswerPart): AnswerPart {
  return {
    ...likewise(part, (viewer, inner) => (viewer.isScoped ? withAll(inner, [field]) : inner)),
    review: (value, viewer, around) => {
      const owner = isJsonObject(value) ? stringOf(value.get(field)) : "";
      return !viewer.isScoped || viewer.knows(kind, owner) ? part.review(value, viewer, around) : undefined;
    },
  };
}

/** An object whose keys are ids of objects. */
export function keyedBy(kind: ObjectKind, part: AnswerPart): AnswerPart {
  const { outline } = part;
  return {
    each: part,
    ...(outline === undefined
      ? {}
      : { outline: (viewer) => (viewer.isScoped ? ALL : mapOutline(outline(viewer))) }),
    review: (value, viewer) =>
      reviewObject(value, (member, key, around) =>
        !viewer.isScoped || viewer.knows(kind, key) ? part.review(member, viewer, around) : undefined,
      ),
  };
}

/** What tells of everybody's objects, such as how many there are: whoever has a scope gets the other value instead. */
export function ofAll(part: AnswerPart, instead: JsonValue): AnswerPart {
  return {
    ...likewise(part, (viewer, inner) => (viewer.isScoped ? ALL : inner)),
    review: (value, viewer, around) => (viewer.isScoped ? instead : part.review(value, viewer, around)),
  };
}

/** What is kept for everybody, of which nobody can tell whose it is: not there for whoever has a scope. */
export function ofNobody(part: AnswerPart): AnswerPart {
  return {
    ...likewise(part, (viewer, inner) => (viewer.isScoped ? ALL : inner)),
    review: (value, viewer, around) => (viewer.isScoped ? undefined : part.review(value, viewer, around)),
  };
}

/** As many digits of an id as Docker shows, and understands in the place of a name. */
const SHORT_ID = 12;

/**
 * The name of an object, or a list of its names, beside its id. Hidden, its short id stands there as if it were the name:
 * most programs show the first name of each container without looking whether there is one.
 */
export function nameBeside(idField: string, content: Content = "names"): AnswerPart {
  return {
    contents: [content],
    outline: (viewer): Outline => (viewer.hides(content) ? { kind: "all", beside: [idField] } : NOTHING),
    review: (value, viewer, around) => {
      if (!viewer.hides(content)) return value;
      if (!isJsonArray(value)) return nameless(value, idField, around);
      const first = nameless(value[0] ?? null, idField, around);
      return first === null || (value.length === 1 && first === value[0]) ? value : [first];
    },
  };
}

function nameless(name: JsonValue, idField: string, around: JsonObject | undefined): JsonValue {
  if (name === null) return null;
  const id = stringOf(around?.get(idField)).slice(0, SHORT_ID);
  return stringOf(name).startsWith("/") ? `/${id}` : id;
}
