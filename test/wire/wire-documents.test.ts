import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CHUNKED_BODY } from "../../src/http1/framing.ts";
import { parseRequestHead } from "../../src/http1/request-head.ts";
import { parseResponseHead } from "../../src/http1/response-head.ts";
import { type Outcome, parseWireDocument, type WireCase } from "../support/wire-document.ts";
import { readBody, readMessage, singleBytes, splitsOf } from "./reading.ts";
import { renderBody, renderRequest, renderResponse } from "./rendering.ts";

interface WireDocument {
  readonly file: string;
  /** A reader of documents that sees fewer cases has gone blind. */
  readonly fewestCases: number;
  readonly render: (chunks: readonly Buffer[], wireCase: WireCase) => Outcome;
}

const documents: readonly WireDocument[] = [
  {
    file: "requests.md",
    fewestCases: 150,
    render: (chunks) => renderRequest(readMessage(chunks, parseRequestHead)),
  },
  {
    file: "request-fields.md",
    fewestCases: 90,
    render: (chunks) => renderRequest(readMessage(chunks, parseRequestHead)),
  },
  {
    file: "chunked-bodies.md",
    fewestCases: 95,
    render: (chunks) => renderBody(readBody(chunks, CHUNKED_BODY)),
  },
  {
    file: "responses.md",
    fewestCases: 55,
    render: (chunks, { name }) => {
      const toHead = name.startsWith("HEAD: ");
      return renderResponse(readMessage(chunks, (text) => parseResponseHead(text, toHead)));
    },
  },
];

describe.each(documents)("$file", ({ file, fewestCases, render }) => {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  const cases = parseWireDocument(text);

  test("has enough cases, one for each heading of the third level and for each pair of blocks", () => {
    expect(cases.length).toBeGreaterThanOrEqual(fewestCases);
    expect(cases.length).toBe(text.match(/^###(?!#)/gmu)?.length);
    expect(cases.length * 4).toBe(text.match(/```/gu)?.length);
  });

  for (const wireCase of cases) {
    test(`${wireCase.name} (line ${wireCase.line})`, () => {
      const { bytes, outcome } = wireCase;
      expect(render([bytes], wireCase)).toEqual(outcome);
      for (const split of splitsOf(bytes)) {
        const outcomeOfSplit = render(split, wireCase);
        if (!isSame(outcomeOfSplit, outcome)) {
          expect.soft(outcomeOfSplit, `cut after byte ${split[0].length}`).toEqual(outcome);
        }
      }
      expect(render(singleBytes(bytes), wireCase)).toEqual(outcome);
    });
  }
});

/** The cheap comparison: hundreds of splits of each case are compared. */
function isSame(left: Outcome, right: Outcome): boolean {
  return (
    left.length === right.length &&
    left.every(([key, value], at) => key === right[at]?.[0] && value === right[at]?.[1])
  );
}
