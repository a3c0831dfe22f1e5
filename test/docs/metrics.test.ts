import { expect, test } from "vitest";
import { METRICS_PAGE, renderMetricsPage } from "../../scripts/metrics-page.ts";
import { readDocument } from "./document.ts";

test("the page of metrics is what the script writes: npx tsx scripts/metrics-page.ts", () => {
  expect(readDocument(METRICS_PAGE)).toBe(renderMetricsPage());
});
