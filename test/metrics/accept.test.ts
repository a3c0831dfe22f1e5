import { expect, test } from "vitest";
import { formOf } from "../../src/metrics/accept.ts";

/** What Prometheus 2.42 sends. */
const PROMETHEUS =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

test.each([
  [undefined, "prometheus"],
  ["", "prometheus"],
  ["*/*", "prometheus"],
  ["text/plain", "prometheus"],
  ["text/html,application/xhtml+xml,*/*;q=0.8", "prometheus"],
  ["application/openmetrics-text", "openmetrics"],
  ["Application/OpenMetrics-Text; version=1.0.0", "openmetrics"],
  [PROMETHEUS, "openmetrics"],
  ["application/openmetrics-text;q=0.5, text/plain", "prometheus"],
  ["application/openmetrics-text;q=0.5, text/plain;q=0.5", "openmetrics"],
  ["application/openmetrics-text;q=0, */*", "prometheus"],
  ["application/openmetrics-text;q=much", "prometheus"],
  [",;,q=1", "prometheus"],
] as const)("who accepts %j gets %s", (accept, form) => {
  expect(formOf(accept)).toBe(form);
});
