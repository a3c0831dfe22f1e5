import { expect, test } from "vitest";
import { LINE_SCHEMA, LOG_PAGE, renderLogPage } from "../../scripts/log-page.ts";
import { renderLineSchema } from "../../src/audit/line-schema.ts";
import { LOG_LEVELS } from "../../src/kernel/log-words.ts";
import { namesInTable, readDocument } from "./document.ts";

/** So that a table can be read on a screen. */
const WIDEST_ROW = 180;

test("the page of the log is what the script writes: npx tsx scripts/log-page.ts", () => {
  expect(readDocument(LOG_PAGE)).toBe(renderLogPage());
});

test("the package's schema of a line is what the script writes: npx tsx scripts/log-page.ts", () => {
  expect(readDocument(LINE_SCHEMA)).toBe(renderLineSchema());
});

test("no row of the page is wider than a screen", () => {
  const rows = renderLogPage()
    .split("\n")
    .filter((row) => row.startsWith("|"));
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => row.length > WIDEST_ROW)).toEqual([]);
});

test("the page has every level", () => {
  expect(namesInTable(readDocument(LOG_PAGE), "level").toSorted()).toEqual([...LOG_LEVELS].toSorted());
});
