import { applyEdits, below, type Edit } from "./json/edit.ts";
import { parseJson } from "./json/parse.ts";
import { serializeJson } from "./json/write.ts";
import { parseQuery, serializeQuery } from "./query.ts";

/** Puts what was found for the names in a judged query in their places. A key that holds JSON is written anew. */
export function editQuery(query: string | undefined, edits: readonly Edit[]): string | undefined {
  if (query === undefined || !edits.some(({ at: [key] }) => typeof key === "string" && key.startsWith("?"))) {
    return query;
  }
  const parsed = parseQuery(query, () => true);
  if (!parsed.ok) return query;
  const edited = [...parsed.value].map(([key, values]) => {
    const ofKey = below(edits, `?${key}`);
    const list = typeof values === "string" ? [values] : values;
    return [key, list.map((value) => editValue(value, ofKey))] as const;
  });
  return serializeQuery(new Map(edited));
}

function editValue(value: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return value;
  const whole = edits.find(({ at }) => at.length === 0);
  if (whole !== undefined) return whole.text ?? "";
  const parsed = parseJson(Buffer.from(value, "utf8"));
  return parsed.ok ? serializeJson(applyEdits(parsed.value, edits)) : value;
}
