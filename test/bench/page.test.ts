import { expect, test } from "vitest";
import { replaceMeasured } from "../../bench/page.ts";
import { readDocument } from "../docs/document.ts";

const page = "# Title\n\n<!-- measured -->\n\nold\n\n<!-- end of measured -->\n\nThe end.\n";

test("what was measured takes the place of what stood between the markers, and of nothing else", () => {
  expect(replaceMeasured(page, "new\n")).toBe(page.replace("old", "new"));
});

test("twice is as once", () => {
  expect(replaceMeasured(replaceMeasured(page, "new"), "new")).toBe(replaceMeasured(page, "new"));
});

test.each([
  ["no marker", "# Title\n"],
  ["no end", page.replace("<!-- end of measured -->\n", "")],
  ["two beginnings", page.replace("old", "<!-- measured -->\n")],
  ["two ends", `${page}<!-- end of measured -->\n`],
  ["the end first", "<!-- end of measured -->\n<!-- measured -->\n"],
])("a page with %s is left alone", (_, text) => {
  expect(() => replaceMeasured(text, "new")).toThrow("once each and in this order");
});

test("the page of the documentation can be written", () => {
  expect(replaceMeasured(readDocument("docs/benchmark.md"), "new")).toContain("\n\nnew\n\n");
});
