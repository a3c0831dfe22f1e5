import { expect, test } from "vitest";
import { EXAMPLE, POLICY_PAGE, POLICY_SCHEMA, renderPolicyPage } from "../../scripts/policy-page.ts";
import { renderJsonSchema } from "../../src/config/file/json-schema.ts";
import { readPolicyFile } from "../../src/config/file/read-policy.ts";
import { someSeams } from "../config/file/seams.ts";
import { readDocument } from "./document.ts";

/** So that a table can be read on a screen. */
const WIDEST_ROW = 180;

test("the page of the policy file is what the script writes: npx tsx scripts/policy-page.ts", () => {
  expect(readDocument(POLICY_PAGE)).toBe(renderPolicyPage());
});

test("the package's schema is what the script writes: npx tsx scripts/policy-page.ts", () => {
  expect(readDocument(POLICY_SCHEMA)).toBe(renderJsonSchema());
});

test("no row of the page is wider than a screen", () => {
  const rows = renderPolicyPage()
    .split("\n")
    .filter((line) => line.startsWith("|"));
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => row.length > WIDEST_ROW)).toEqual([]);
});

test("the policy on the page is one", () => {
  expect(readDocument(POLICY_PAGE)).toContain(EXAMPLE);
  const read = readPolicyFile(EXAMPLE, "policy.yaml", someSeams);
  expect(read.ok ? read.value.clients.length : read.error).toBe(5);
});

test("what the page says is refused is refused", () => {
  const page = readDocument(POLICY_PAGE);
  const numbers = /Numbers are plain[^(]*\((?<codes>[^)]+)\)/u.exec(page)?.groups?.["codes"] ?? "";
  const doubtful = [...numbers.matchAll(/`([^`]+)`/gu)].map(([, code = ""]) => code);
  expect(doubtful.length).toBeGreaterThan(5);
  for (const code of doubtful) {
    const [plain, quoted] = [code, `"${code}"`].map((text) =>
      readPolicyFile(`clients: { ci: { from: ${text}, allow: ContainerList } }`, "policy.yaml", someSeams),
    );
    expect([code, plain?.ok, quoted?.ok]).toEqual([code, false, true]);
  }
});
