/** A JSON value (RFC 8259) that keeps what `JSON.parse` loses: the text of numbers, and keys such as `__proto__`. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** Members in their order. No key stands twice. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number as it was written: 64-bit integers stay exact. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether it is 0, however it is written. */
  get isZero(): boolean {
    return Number(this.text) === 0;
  }
}

/** Tells arrays from objects; `Array.isArray` does not narrow readonly ones. */
export function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Tells objects from all others. */
export function isJsonObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}

/** Tells numbers from all others: by what they are not, since another bundle of the gate has a class of its own. */
export function isJsonNumber(value: JsonValue): value is JsonNumber {
  return typeof value === "object" && value !== null && !isJsonArray(value) && !isJsonObject(value);
}

/** The text of a string, and "" of anything else. */
export function stringOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** What stands below these keys; null where nothing does. */
export function valueAt(value: JsonValue, place: readonly string[]): JsonValue {
  let at: JsonValue = value;
  for (const step of place) at = isJsonObject(at) ? (at.get(step) ?? null) : null;
  return at;
}
