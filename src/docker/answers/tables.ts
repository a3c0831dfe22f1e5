import type { ObjectKind } from "../objects/object-kind.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";

/** An answer that is one value. `needs` are kinds of objects of which ids alone stand in it. */
export function valueAnswer(part: AnswerPart, ...needs: readonly ObjectKind[]): AnswerTable {
  return { layout: "value", part, needs };
}

/** An answer that is a list of such. Engines write an empty one as null too. */
export function listAnswer(entry: AnswerPart, ...needs: readonly ObjectKind[]): AnswerTable {
  return { layout: "list", part: entry, needs };
}

/** An answer that goes on and on: one value behind the other. */
export function sequenceAnswer(value: AnswerPart, ...needs: readonly ObjectKind[]): AnswerTable {
  return { layout: "sequence", part: value, needs };
}
