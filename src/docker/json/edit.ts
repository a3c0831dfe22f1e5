import { isJsonArray, isJsonObject, type JsonValue } from "./value.ts";

/** A text that goes on in the place of what a client wrote. */
export interface Edit {
  /** The keys and indexes that lead to it. */
  readonly at: readonly (string | number)[];
  readonly text: string;
}

/** Returns the value with each edit's text in its place. An edit of what is not there changes nothing. */
export function applyEdits(value: JsonValue, edits: readonly Edit[]): JsonValue {
  return edits.reduce((edited, { at, text }) => replaceAt(edited, at, text), value);
}

function replaceAt(value: JsonValue, at: readonly (string | number)[], text: string): JsonValue {
  const [step, ...rest] = at;
  if (step === undefined) return text;
  if (isJsonArray(value)) {
    return value.map((entry, index) => (index === step ? replaceAt(entry, rest, text) : entry));
  }
  const inner = isJsonObject(value) && typeof step === "string" ? value.get(step) : undefined;
  if (!isJsonObject(value) || typeof step !== "string" || inner === undefined) return value;
  // Maps keep the place of a key that is set again.
  return new Map(value).set(step, replaceAt(inner, rest, text));
}
