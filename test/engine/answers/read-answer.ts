import type { AnswerPart, AnswerTable } from "../../../src/docker/answers/answer-table.ts";
import type { Viewer } from "../../../src/docker/answers/viewer.ts";
import { parseJson } from "../../../src/docker/json/parse.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";

/** The values that a table's part is of, in what an engine answered: of a list its entries, of a sequence one a line. */
export function valuesOf({ layout }: AnswerTable, text: string): readonly JsonValue[] {
  if (layout === "sequence") {
    return text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [parsed(line)]));
  }
  const value = parsed(text);
  if (layout === "value" || layout === "members") return [value];
  if (value === null) return [];
  if (!isJsonArray(value)) throw new Error("an engine answers no list");
  return value;
}

/** What a viewer reads of an answer, in bytes. */
export function readAs(table: AnswerTable, text: string, viewer: Viewer): string {
  const seen = valuesOf(table, text).flatMap((value) => table.part.review(value, viewer) ?? []);
  return seen.map((value) => serializeJson(value)).join("\n");
}

function parsed(text: string): JsonValue {
  const value = parseJson(Buffer.from(text, "utf8"));
  if (!value.ok) throw new Error(`an engine answers ${text}: ${value.error.reason}`);
  return value.value;
}

/** The places of fields that no table knows. */
export function unknownFields({ fields, each }: AnswerPart, value: JsonValue, path = ""): readonly string[] {
  if (fields !== undefined && isJsonObject(value)) {
    return [...value].flatMap(([name, member]) => {
      const part = fields.get(name);
      return part === undefined ? [`${path}.${name}`] : unknownFields(part, member, `${path}.${name}`);
    });
  }
  if (each === undefined || value === null) return [];
  const members = isJsonArray(value) ? value : isJsonObject(value) ? [...value.values()] : [];
  return members.flatMap((member) => unknownFields(each, member, path));
}
