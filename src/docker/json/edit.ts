import { isJsonArray, isJsonObject, type JsonValue } from "./value.ts";

/** A text that goes on in the place of what a client wrote. */
export interface Edit {
  /** The keys and indexes that lead to it. */
  readonly at: readonly (string | number)[];
  readonly text: string;
}

/** Returns the value with each edit's text in its place. An edit of what is not there changes nothing. */
export function applyEdits(value: JsonValue, edits: readonly Edit[]): JsonValue {
  if (edits.length === 0) return value;
  const whole = edits.find(({ at }) => at.length === 0);
  if (whole !== undefined) return whole.text;
  // What is large is copied once, not once for each edit.
  const steps = new Set(edits.map(({ at: [step] }) => step));
  const edited = (member: JsonValue, step: string | number): JsonValue =>
    steps.has(step) ? applyEdits(member, below(edits, step)) : member;
  if (isJsonArray(value)) return value.map((entry, index) => edited(entry, index));
  if (!isJsonObject(value)) return value;
  return new Map([...value].map(([key, member]) => [key, edited(member, key)]));
}

function below(edits: readonly Edit[], step: string | number): readonly Edit[] {
  return edits.flatMap(({ at: [first, ...rest], text }) => (first === step ? [{ at: rest, text }] : []));
}
