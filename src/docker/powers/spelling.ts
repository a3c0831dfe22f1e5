import { foldCase } from "../fold-case.ts";
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from "../json/value.ts";

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
  const folded = new Map([...known.keys()].map((name) => [foldCase(name), name]));
  const nameOf = (key: string): string | undefined =>
    known.has(key) ? key : isAscii(key) ? folded.get(foldCase(key)) : undefined;
  return (value) =>
    isJsonObject(value)
      ? respellBelow(respellKeys(value, known, nameOf), (key) => known.get(key)?.respell)
      : value;
}

/** The same for each entry of a list. */
export function respellEntries(respell: Respell): Respell {
  return (value) => {
    if (!isJsonArray(value)) return value;
    const entries = value.map((entry) => respell(entry));
    return entries.some((entry, index) => entry !== value[index]) ? entries : value;
  };
}

/** The same for each member of an object, whose keys are the client's own. */
export function respellValues(respell: Respell): Respell {
  return (value) => (isJsonObject(value) ? respellBelow(value, () => respell) : value);
}

function isAscii(text: string): boolean {
  return !/[^\u0000-\u007f]/u.test(text);
}

function respellKeys(
  members: JsonObject,
  known: ReadonlyMap<string, Spelling>,
  nameOf: (key: string) => string | undefined,
): JsonObject {
  const isPlain = (key: string): boolean =>
    nameOf(key) === (known.has(key) ? key : undefined) && known.get(key)?.isLeftOut !== true;
  if ([...members.keys()].every((key) => isPlain(key))) return members;
  const said = new Map<string, JsonValue>();
  const unclear = new Set<string>();
  for (const [key, member] of members) {
    const name = nameOf(key);
    if (name === undefined) continue;
    const before = said.get(name);
    if (before !== undefined && !isSameScalar(before, member)) unclear.add(name);
    else if (member !== null) said.set(name, member);
  }
  const respelt = new Map<string, JsonValue>();
  for (const [key, member] of members) {
    const name = nameOf(key);
    if (name !== undefined && known.get(name)?.isLeftOut === true) continue;
    if (name === undefined || unclear.has(name)) respelt.set(key, member);
    else if (said.has(name) || key === name) respelt.set(name, said.get(name) ?? null);
  }
  return respelt;
}

function isSameScalar(one: JsonValue, other: JsonValue): boolean {
  return one instanceof JsonNumber && other instanceof JsonNumber ? one.text === other.text : one === other;
}

function respellBelow(members: JsonObject, respellOf: (key: string) => Respell | undefined): JsonObject {
  let respelt: Map<string, JsonValue> | undefined;
  for (const [key, member] of members) {
    const next = respellOf(key)?.(member) ?? member;
    if (next === member) continue;
    respelt ??= new Map(members);
    respelt.set(key, next);
  }
  return respelt ?? members;
}
