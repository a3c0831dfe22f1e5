import { describe, expect, test } from "vitest";
import { contents, isContent } from "../../src/docker/answers/content.ts";
import { operationAnswers } from "../../src/docker/answers/operation-answers.ts";
import { viewerOf } from "../docker/answers/viewers.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { readAs, unknownFields, valuesOf } from "./answers/read-answer.ts";
import { marks, type Answered, useRichEngine } from "./answers/rich-engine.ts";

const words = Object.keys(contents).filter((word) => isContent(word));

describe.runIf(hasEngine)("what a real engine answers", () => {
  const rich = useRichEngine();

  const tableOf = ({ operation }: Answered): NonNullable<ReturnType<typeof operationAnswers.get>> => {
    const table = operationAnswers.get(operation);
    if (table === undefined) throw new Error(`${operation} has no table`);
    return table;
  };

  test("has no field that no table knows", () => {
    const unknown = rich().answers.flatMap((answer) => {
      const table = tableOf(answer);
      const fields = valuesOf(table, answer.text).flatMap((value) => unknownFields(table.part, value));
      return [...new Set(fields)].map((field) => `${answer.operation} ${field}`);
    });
    expect(unknown).toEqual([]);
  });

  test("is there as it is for whoever may read all of it", () => {
    for (const answer of rich().answers) {
      const { part, ...table } = tableOf(answer);
      for (const value of valuesOf({ part, ...table }, answer.text)) {
        expect(part.review(value, viewerOf({}))).toBe(value);
        expect(part.review(value, viewerOf({ only: [...words] }))).toBe(value);
      }
    }
  });

  test("holds each mark, so that it is worth something not to find one", () => {
    const all = rich()
      .answers.map(({ text }) => text)
      .join("\n");
    const data = Buffer.from(marks.data).toString("base64");
    for (const mark of Object.values({ ...marks, data })) expect(all).toContain(mark);
  });

  test.each(Object.keys(marks).filter((word) => isContent(word)))(
    "shows no mark of %s where it is hidden",
    (word) => {
      // The labels that a swarm writes hold names.
      const viewer = viewerOf({ hide: word === "names" ? [word, "labels"] : [word] });
      const mark = word === "data" ? Buffer.from(marks.data).toString("base64") : `mark${word}`;
      const shown = rich().answers.filter((answer) =>
        readAs(tableOf(answer), answer.text, viewer).includes(mark),
      );
      expect(shown.map(({ operation, path }) => `${operation} ${path}`)).toEqual([]);
    },
  );

  test.each(words)("shows only what is asked for: %s", (word) => {
    const viewer = viewerOf({ only: [word] });
    const carried = word === "labels" ? ["labels", "names"] : [word];
    const others = Object.keys(marks).filter((other) => !carried.includes(other));
    const shown = rich().answers.flatMap((answer) => {
      const text = readAs(tableOf(answer), answer.text, viewer);
      return others.flatMap((other) =>
        text.includes(`mark${other}`) ? [`${answer.operation} ${other}`] : [],
      );
    });
    expect(shown).toEqual([]);
  });
});
