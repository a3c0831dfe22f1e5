import { ALL, listOutline, makesNothing, NOTHING, objectOutline, type Outline } from "../json/outline.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import type { AnswerPart } from "./answer-table.ts";
import type { Content } from "./content.ts";
import { hiddenForm, hiddenTime } from "./hidden-form.ts";
import type { Viewer } from "./viewer.ts";

/** Tells nothing that a view could hide: ids, words of the API, whether something went well. */
export const always: AnswerPart = { review: (value) => value, outline: () => NOTHING };

/** A value that is of these kinds as a whole, with all that stands in it: whoever may not read one of them reads nothing. */
export function is(...contents: readonly Content[]): AnswerPart {
  return {
    contents,
    review: (value, viewer) => (hidesAny(viewer, contents) ? hiddenForm(value) : value),
    outline: (viewer) => (hidesAny(viewer, contents) ? ALL : NOTHING),
  };
}

/** The same of a time: hidden, it is Docker's time that never was. */
export function time(...contents: readonly Content[]): AnswerPart {
  return {
    contents,
    review: (value, viewer) => (hidesAny(viewer, contents) ? hiddenTime(value) : value),
    outline: (viewer) => (hidesAny(viewer, contents) ? ALL : NOTHING),
  };
}

/** A value that is of this kind as a whole, and whose parts tell other things besides. */
export function under(content: Content, inner: AnswerPart): AnswerPart {
  return {
    ...likewise(inner, (viewer, outline) => (viewer.hides(content) ? ALL : outline)),
    contents: [content],
    review: (value, viewer, around) =>
      viewer.hides(content) ? hiddenForm(value) : inner.review(value, viewer, around),
  };
}

/**
 * What a part tells of itself that stands around another one and reads it its own way; `change` makes its outline of that of the
 * inner one.
 */
export function likewise(
  { contents, fields, each: entry, outline }: AnswerPart,
  change: (viewer: Viewer, inner: Outline) => Outline,
): Omit<AnswerPart, "review"> {
  return {
    ...(contents === undefined ? {} : { contents }),
    ...(fields === undefined ? {} : { fields }),
    ...(entry === undefined ? {} : { each: entry }),
    ...(outline === undefined ? {} : { outline: (viewer) => change(viewer, outline(viewer)) }),
  };
}

/** The same part for fields of several names. */
export function each(part: AnswerPart, ...names: readonly string[]): Readonly<Record<string, AnswerPart>> {
  return Object.fromEntries(names.map((name) => [name, part]));
}

/**
 * An object with known fields, as the engine writes them, which tells of one object of the engine. A field that is not
 * known is left out for whoever reads by a list of what is shown, and is there for all others.
 */
export function shape(fields: Readonly<Record<string, AnswerPart>>): AnswerPart {
  return known(fields, (viewer) => viewer.isStrict);
}

/**
 * The same of what tells of many objects, of the engine as a whole, or of who uses an object. A field that is not known
 * may tell of anybody's there, so whoever has a scope does not get it either.
 */
export function shapeOfMany(fields: Readonly<Record<string, AnswerPart>>): AnswerPart {
  return known(fields, (viewer) => viewer.isStrict || viewer.isScoped);
}

function known(
  fields: Readonly<Record<string, AnswerPart>>,
  withholds: (viewer: Viewer) => boolean,
): AnswerPart {
  const parts = new Map(Object.entries(fields));
  return {
    fields: parts,
    review: (value, viewer) =>
      reviewObject(value, (member, key, around) => {
        const part = parts.get(key);
        if (part !== undefined) return part.review(member, viewer, around);
        return withholds(viewer) ? undefined : member;
      }),
    ...([...parts.values()].every(({ outline }) => outline !== undefined)
      ? { outline: (viewer) => outlineOf(parts, viewer, withholds(viewer)) }
      : {}),
  };
}

function outlineOf(
  parts: ReadonlyMap<string, AnswerPart>,
  viewer: Viewer,
  withholdsOthers: boolean,
): Outline {
  const members = new Map([...parts].map(([key, part]) => [key, part.outline?.(viewer) ?? ALL] as const));
  return withAll(objectOutline(members, withholdsOthers ? ALL : NOTHING), besideThem(members));
}

function besideThem(members: ReadonlyMap<string, Outline>): readonly string[] {
  return [...members.values()].flatMap((outline) => (outline.kind === "all" ? outline.beside : []));
}

/** The same with all of these members. */
export function withAll(outline: Outline, keys: readonly string[]): Outline {
  if (outline.kind !== "object") return outline;
  const { members, others } = outline;
  return objectOutline(new Map([...members, ...keys.map((key) => [key, ALL] as const)]), others);
}

/** A list of which each entry is the same. An entry that is not there for the viewer is left out. */
export function list(entry: AnswerPart): AnswerPart {
  const { outline } = entry;
  return {
    each: entry,
    ...(outline === undefined ? {} : { outline: (viewer) => listOutline(outline(viewer)) }),
    review: (value, viewer) => {
      if (!isJsonArray(value)) return value === null ? null : undefined;
      const reviewed: JsonValue[] = [];
      for (const item of value) {
        const seen = entry.review(item, viewer);
        if (seen !== undefined) reviewed.push(seen);
      }
      // As many and each the same: the list itself.
      const isSame = reviewed.length === value.length && reviewed.every((item, at) => item === value[at]);
      return isSame ? value : reviewed;
    },
  };
}

/** An object whose keys are no fields: names, addresses, numbers. */
export function map(member: AnswerPart): AnswerPart {
  const { outline } = member;
  return {
    each: member,
    ...(outline === undefined ? {} : { outline: (viewer) => mapOutline(outline(viewer)) }),
    review: (value, viewer) =>
      reviewObject(value, (entry, _key, around) => member.review(entry, viewer, around)),
  };
}

/** What stands in an entry and is looked at is looked at in all of them. */
export function mapOutline(entry: Outline): Outline {
  return makesNothing(entry) ? objectOutline(new Map(), entry) : ALL;
}

/** An object without the members that are not there; what is neither an object nor null is not understood, and not there. */
export function reviewObject(
  value: JsonValue,
  review: (member: JsonValue, key: string, around: JsonObject) => JsonValue | undefined,
): JsonValue | undefined {
  if (!isJsonObject(value)) return value === null ? null : undefined;
  // Most objects stay as they are: nothing is made of them before the first member that does not.
  let reviewed: Map<string, JsonValue> | undefined;
  value.forEach((member, key) => {
    const seen = review(member, key, value);
    if (reviewed === undefined && seen !== member) reviewed = membersBefore(value, key);
    if (seen !== undefined) reviewed?.set(key, seen);
  });
  return reviewed ?? value;
}

function membersBefore(value: JsonObject, end: string): Map<string, JsonValue> {
  const members = new Map<string, JsonValue>();
  for (const [key, member] of value) {
    if (key === end) break;
    members.set(key, member);
  }
  return members;
}

function hidesAny(viewer: Viewer, contents: readonly Content[]): boolean {
  return contents.some((content) => viewer.hides(content));
}
