import { expect, test } from "vitest";
import { contents } from "../../src/docker/answers/content.ts";
import { policyJsonSchema } from "../../src/config/file/json-schema.ts";
import { codeIn, namesInTable, readDocument } from "./document.ts";
import { settingsWith } from "./policy-settings.ts";

const PAGE = "docs/scope-and-view.md";
const page = readDocument(PAGE);

test("the page has every word of a view", () => {
  const sentence = /The words are [^;]*/u.exec(page)?.[0] ?? "";
  expect(codeIn(sentence)).toEqual(Object.keys(contents));
});

test("the page has every key of a scope", () => {
  const schema = JSON.stringify(policyJsonSchema());
  const keys = namesInTable(page, "key");
  expect(keys).toEqual(["own", "label", "name", "project", "image"]);
  expect(keys.filter((key) => !schema.includes(`"${key}":{`))).toEqual([]);
});

/** Each policy or part of one on the page, as a whole policy. */
const policies = [...page.matchAll(/```yaml\n([^`]*)```/gu)].map(([, text = ""]) => {
  if (text.startsWith("clients:")) return text;
  const indent = (spaces: string): string => text.replaceAll(/^(?=.)/gmu, spaces);
  if (/^(?:scope|only|hide):/u.test(text))
    return `clients:\n  a:\n    from: a\n    allow: ping\n${indent("    ")}`;
  return `clients:\n${indent("  ")}`;
});

test.each(policies)("the gate takes the policy on the page: %s", async (policy) => {
  expect((await settingsWith(policy)).clients.length).toBeGreaterThan(0);
});

test("the page was seen to have policies", () => {
  expect(policies.length).toBeGreaterThan(6);
});
