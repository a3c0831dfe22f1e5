import fc from "fast-check";
import type { AnswerPart } from "../../../src/docker/answers/answer-table.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { json, viewerOf } from "./viewers.ts";

/** What a text that was made for a test looks like, wherever it comes out. */
const MARK = /<[0-9a-z]{6}>/gu;

const mark: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 36 ** 6 - 1 })
  .map((number) => `<${number.toString(36).padStart(6, "0")}>`);

/** A value that no table looks into. */
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  mark,
  fc.array(mark, { maxLength: 2 }),
  fc.dictionary(mark, mark, { maxKeys: 2 }),
  fc.constantFrom(null, true, 7),
);

const everything = viewerOf({});

/** Answers as a part has them, whose texts are all marks; now and then with a field that no table knows. */
export function arbitraryAnswer(part: AnswerPart): fc.Arbitrary<JsonValue> {
  return answerOf(part).map((value) => json(value));
}

function answerOf(part: AnswerPart): fc.Arbitrary<unknown> {
  const { fields, each } = part;
  if (fields !== undefined) {
    const known = Object.fromEntries([...fields].map(([name, field]) => [name, answerOf(field)]));
    return fc.record({ ...known, Unheard: leaf }, { requiredKeys: [] });
  }
  if (each === undefined) return leaf.filter((value) => isUnderstood(part, value));
  return isUnderstood(part, [])
    ? fc.array(answerOf(each), { maxLength: 2 })
    : fc.dictionary(mark, answerOf(each), { maxKeys: 2 });
}

function isUnderstood(part: AnswerPart, value: unknown): boolean {
  return part.review(json(value), everything) !== undefined;
}

/** The marks that somebody can read in a text. */
export function marksIn(text: string): ReadonlySet<string> {
  return new Set(text.match(MARK) ?? []);
}
