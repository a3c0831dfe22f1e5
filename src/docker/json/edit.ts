import { isJsonArray, isJsonObject, type JsonValue } from "./value.ts";

/** A text that goes on in the place of what a client wrote. */
export interface Edit {
  /** The keys and indexes that lead to it. */
  readonly at: readonly (string | number)[];
  /** Undefined where nothing goes on of it. */
  readonly text: string | undefined;
}

/** Returns the value with each edit's text in its place. An edit of what is not there changes nothing. */
export function applyEdits(value: JsonValue, edits: readonly Edit[]): JsonValue {
  return edited(value, edits) ?? null;
}

function edited(value: JsonValue, edits: readonly Edit[]): JsonValue | undefined {
  if (edits.length === 0) return value;
  const whole = edits.find(({ at }) => at.length === 0);
  if (whole !== undefined) return whole.text;
  // What is large is copied once, not once for each edit.
  const steps = new Set(edits.map(({ at: [step] }) => step));
  const next = (member: JsonValue, step: string | number): JsonValue | undefined =>
    steps.has(step) ? edited(member, below(edits, step)) : member;
  if (isJsonArray(value)) return value.map(next).filter((entry) => entry !== undefined);
  if (!isJsonObject(value)) return value;
  const members = new Map<string, JsonValue>();
  for (const [key, member] of value) {
    const kept = next(member, key);
    if (kept !== undefined) members.set(key, kept);
  }
  return members;
}

/** Returns the edits of what stands at a key or an index, each with the rest of its way. */
export function below(edits: readonly Edit[], step: string | number): readonly Edit[] {
  return edits.flatMap(({ at: [first, ...rest], text }) => (first === step ? [{ at: rest, text }] : []));
}

/**
 * Returns the value with these members in the object at a place, which is made where only itself is not there. What is
 * no object stays as it is.
 */
export function withMembers(
  value: JsonValue,
  [step, ...rest]: readonly string[],
  members: ReadonlyMap<string, JsonValue>,
): JsonValue {
  const object = value === null ? new Map<string, JsonValue>() : value;
  if (!isJsonObject(object)) return value;
  if (step === undefined) return new Map([...object, ...members]);
  const inner = object.get(step) ?? null;
  if (inner === null && rest.length > 0) return value;
  return new Map([...object, [step, withMembers(inner, rest, members)]]);
}
