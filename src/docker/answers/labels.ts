import { isJsonArray, type JsonValue } from "../json/value.ts";
import { ALL } from "../json/outline.ts";
import type { AnswerPart } from "./answer-table.ts";
import { reviewObject } from "./shape.ts";
import type { Viewer } from "./viewer.ts";

/**
 * Labels or annotations: each is there or not by its key. As an object, as nearly everywhere, or as a list of
 * `key=value`, as an engine has its own.
 */
export const labels: AnswerPart = {
  contents: ["labels"],
  outline: () => ALL,
  review: (value, viewer) => {
    if (!isJsonArray(value)) {
      return reviewObject(value, (text, key) => (viewer.hidesLabel(key) ? undefined : text));
    }
    const seen = value.filter((entry) => !hidesEntry(entry, viewer));
    return seen.length === value.length ? value : seen;
  },
};

function hidesEntry(entry: JsonValue, viewer: Viewer): boolean {
  return typeof entry !== "string" || viewer.hidesLabel(entry.split("=", 1)[0] ?? "");
}
