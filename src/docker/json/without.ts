import { isJsonArray, isJsonObject, type JsonValue } from "./value.ts";

/** The keys and indexes that lead to a value. */
export type JsonPath = readonly (string | number)[];

/** The value without the members that the paths lead to; all else is the same, in its order. */
export function without(value: JsonValue, paths: readonly JsonPath[]): JsonValue {
  if (paths.length === 0) return value;
  const below = (step: string | number): readonly JsonPath[] =>
    paths.filter(([first]) => first === step).map(([, ...rest]) => rest);
  if (isJsonArray(value)) return value.map((entry, index) => without(entry, below(index)));
  if (!isJsonObject(value)) return value;
  const kept = new Map<string, JsonValue>();
  for (const [key, member] of value) {
    const inner = below(key);
    if (!inner.some((path) => path.length === 0)) kept.set(key, without(member, inner));
  }
  return kept;
}
