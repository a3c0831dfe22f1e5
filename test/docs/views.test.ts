import { expect, test } from "vitest";
import { parse } from "yaml";
import { coveredBy, renderViewsPage, VIEWS_PAGE } from "../../scripts/views-page.ts";
import { contents, isContent } from "../../src/docker/answers/content.ts";
import { parseViewWord } from "../../src/policy/view/view-word.ts";
import { readDocument } from "./document.ts";

const text = readDocument(VIEWS_PAGE);

test("the page of views is what the script writes: npx tsx scripts/views-page.ts", () => {
  expect(text).toBe(renderViewsPage());
});

test("each word covers something in some answer", () => {
  const words = Object.keys(contents).filter((word) => isContent(word));
  expect(words.filter((word) => coveredBy(word).length === 0)).toEqual([]);
});

test("the words of the example are words", () => {
  const [, yaml = ""] = /```yaml\n([^`]*)```/u.exec(text) ?? [];
  const file: { clients: Record<string, { hide?: string[]; only?: string[] }> } = parse(yaml);
  const words = Object.values(file.clients).flatMap(({ hide = [], only = [] }) => [...hide, ...only]);
  expect(words.length).toBeGreaterThan(5);
  expect(words.filter((word) => !parseViewWord(word).ok)).toEqual([]);
});
