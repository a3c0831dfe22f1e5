import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contents } from "../../../src/docker/answers/content.ts";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import type { Viewer } from "../../../src/docker/answers/viewer.ts";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { serializeJson } from "../../../src/docker/json/write.ts";
import { arbitraryAnswer, marksIn } from "./arbitrary-answers.ts";
import { scoped, viewerOf } from "./viewers.ts";

const words: fc.Arbitrary<string[]> = fc.subarray([...Object.keys(contents), "labels:<0*"]);
const RUNS = { numRuns: 25 };

/** What is read of an answer: "" where all of it is withheld. */
function textOf(value: JsonValue | undefined): string {
  return value === undefined ? "" : serializeJson(value);
}

describe.each([...operationAnswers])("the answer of %s", (_, { part }) => {
  const answer = arbitraryAnswer(part);

  test("is the same value for whoever may read all of it", () => {
    fc.assert(
      fc.property(answer, (value) => {
        expect(part.review(value, viewerOf({}))).toBe(value);
      }),
      RUNS,
    );
  });

  test("is not changed, and what was seen of it is seen as it is", () => {
    fc.assert(
      fc.property(answer, words, fc.boolean(), (value, chosen, isStrict) => {
        const before = serializeJson(value);
        const viewer = viewerOf(isStrict ? { only: chosen } : { hide: chosen });
        const once = part.review(value, viewer);
        expect(serializeJson(value)).toBe(before);
        if (once !== undefined) expect(part.review(once, viewer)).toBe(once);
      }),
      RUNS,
    );
  });

  test("shows no more where more is hidden, less is shown, or a scope comes to it", () => {
    fc.assert(
      fc.property(answer, words, words, (value, some, others) => {
        const reads = (viewer: Viewer): readonly string[] => [...marksIn(textOf(part.review(value, viewer)))];
        const both = [...some, ...others];
        expect(reads(viewerOf({ hide: some }))).toEqual(
          expect.arrayContaining([...reads(viewerOf({ hide: both })), ...reads(scoped({}, { hide: some }))]),
        );
        expect(reads(viewerOf({ only: both }))).toEqual(
          expect.arrayContaining([...reads(viewerOf({ only: some })), ...reads(scoped({}, { only: both }))]),
        );
      }),
      RUNS,
    );
  });
});
