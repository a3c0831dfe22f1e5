import { isJsonArray, isJsonNumber, JsonNumber, type JsonObject, type JsonValue } from "../json/value.ts";

const ZERO = new JsonNumber("0");
const NO_ENTRIES: readonly JsonValue[] = [];
const NO_MEMBERS: JsonObject = new Map();

/** What Docker writes for a time that never was; Go reads no empty text as a time. */
const NO_TIME = "0001-01-01T00:00:00Z";

/**
 * What stands in the place of a hidden value: as Docker writes nothing in a field of that type. The field stays and keeps its
 * type, so that programs which read it go on: a list that is null, or not there, ends many of them.
 */
export function hiddenForm(value: JsonValue): JsonValue {
  if (value === null) return null;
  if (isJsonArray(value)) return value.length === 0 ? value : NO_ENTRIES;
  if (isJsonNumber(value)) return value.isZero ? value : ZERO;
  if (typeof value === "string") return "";
  if (typeof value === "boolean") return false;
  return value.size === 0 ? value : NO_MEMBERS;
}

/** The same of a time, be it a text or a number of seconds. */
export function hiddenTime(value: JsonValue): JsonValue {
  return typeof value === "string" && value !== "" ? NO_TIME : hiddenForm(value);
}
