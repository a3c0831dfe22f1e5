import { foldCase } from "../fold-case.ts";
import { isJsonArray, isJsonObject, isJsonNumber, type JsonObject, type JsonValue } from "../json/value.ts";

/** Writes a value as Docker would, and gives back the same one where it is written so already. */
export type Respell = (value: JsonValue) => JsonValue;

/** How a field goes on to the engine. */
export interface Spelling {
  /** Without it nothing below has a spelling of its own: keys are the client's, or nobody's business. */
  readonly respell?: Respell;
  /** Set where it goes no further. */
  readonly isLeftOut?: true;
}

/**
 * Gives the fields of an object Docker's letters, as Go's decoder takes them in any (encoding/json, Unmarshal): what is
 * judged and what goes on has one spelling. A null in other letters says nothing and goes no further.
 *
 * What decoders do not all read the same is left as it is, and whoever judges it refuses it: two that say something, unless
 * it is the same; a null behind one that does, which takes it back or not by the field's type; letters beyond ASCII.
 */
export function respellFields(known: ReadonlyMap<string, Spelling>): Respell {
  const table = tableOf(known);
  return (value) => {
    if (!isJsonObject(value)) return value;
    const members = isSpelt(value, table) ? withoutLeftOut(value, table) : respellKeys(value, table);
    let respelt: Map<string, JsonValue> | undefined;
    for (const { name, respell } of table.below) {
      const member = members.get(name);
      const next = member === undefined ? member : respell(member);
      if (next === undefined || next === member) continue;
      respelt ??= copyOf(members);
      respelt.set(name, next);
    }
    return respelt ?? members;
  };
}

/** The same for each entry of a list. */
export function respellEntries(respell: Respell): Respell {
  return (value) => {
    if (!isJsonArray(value)) return value;
    let respelt: JsonValue[] | undefined;
    for (const [index, entry] of value.entries()) {
      const next = respell(entry);
      if (next === entry) continue;
      respelt ??= [...value];
      respelt[index] = next;
    }
    return respelt ?? value;
  };
}

/** The same for each member of an object, whose keys are the client's own. */
export function respellValues(respell: Respell): Respell {
  return (value) => {
    if (!isJsonObject(value)) return value;
    let respelt: Map<string, JsonValue> | undefined;
    for (const [key, member] of value) {
      const next = respell(member);
      if (next === member) continue;
      respelt ??= copyOf(value);
      respelt.set(key, next);
    }
    return respelt ?? value;
  };
}

/** What is known of an object's fields, made ready once: nearly all are written so already, and nothing is made for them. */
interface Table {
  readonly known: ReadonlyMap<string, Spelling>;
  /** The names by their folded letters. */
  readonly folded: ReadonlyMap<string, string>;
  readonly leftOut: readonly string[];
  /** The fields below which something has a spelling. */
  readonly below: readonly { readonly name: string; readonly respell: Respell }[];
}

function tableOf(known: ReadonlyMap<string, Spelling>): Table {
  const fields = [...known];
  return {
    known,
    folded: new Map(fields.map(([name]) => [foldCase(name), name])),
    leftOut: fields.flatMap(([name, { isLeftOut }]) => (isLeftOut === true ? [name] : [])),
    below: fields.flatMap(([name, { respell }]) => (respell === undefined ? [] : [{ name, respell }])),
  };
}

/** The field that a key is taken for. */
function nameOf(key: string, { known, folded }: Table): string | undefined {
  if (known.has(key)) return key;
  return isAscii(key) ? folded.get(foldCase(key)) : undefined;
}

function isAscii(text: string): boolean {
  return !/[^\u0000-\u007f]/u.test(text);
}

/** Whether each field that is known stands in Docker's letters. */
function isSpelt(members: JsonObject, table: Table): boolean {
  for (const key of members.keys()) {
    if (!table.known.has(key) && nameOf(key, table) !== undefined) return false;
  }
  return true;
}

/** Docker's own clients send fields that go no further. */
function withoutLeftOut(members: JsonObject, { leftOut }: Table): JsonObject {
  if (!leftOut.some((name) => members.has(name))) return members;
  const kept = new Map<string, JsonValue>();
  members.forEach((member, key) => {
    if (!leftOut.includes(key)) kept.set(key, member);
  });
  return kept;
}

function respellKeys(members: JsonObject, table: Table): JsonObject {
  const said = new Map<string, JsonValue>();
  const unclear = new Set<string>();
  for (const [key, member] of members) {
    const name = nameOf(key, table);
    if (name === undefined) continue;
    const before = said.get(name);
    if (before !== undefined && !isSameScalar(before, member)) unclear.add(name);
    else if (member !== null) said.set(name, member);
  }
  const respelt = new Map<string, JsonValue>();
  for (const [key, member] of members) {
    const name = nameOf(key, table);
    if (name !== undefined && table.leftOut.includes(name)) continue;
    if (name === undefined || unclear.has(name)) respelt.set(key, member);
    else if (said.has(name) || key === name) respelt.set(name, said.get(name) ?? null);
  }
  return respelt;
}

function isSameScalar(one: JsonValue, other: JsonValue): boolean {
  return isJsonNumber(one) && isJsonNumber(other) ? one.text === other.text : one === other;
}

/** V8 copies a map in a loop in half the time of its own way. */
function copyOf(members: JsonObject): Map<string, JsonValue> {
  const copy = new Map<string, JsonValue>();
  members.forEach((member, key) => copy.set(key, member));
  return copy;
}
