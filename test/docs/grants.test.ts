import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { GRANTS_PAGE, renderGrantsPage } from "../../scripts/grants-page.ts";
import type { Method } from "../../src/docker/operation.ts";
import { decide } from "../../src/policy/decide.ts";
import { explainVerdict } from "../../src/policy/explain.ts";
import { grantOfWords, openIn, selectedBy } from "../policy/words/words.ts";
import { codeIn, readDocument, rowsOfTable } from "./document.ts";

const text = readDocument(GRANTS_PAGE);
const ADDRESS = "172.25.0.3";

test("the page of grants is what the script writes: npx tsx scripts/grants-page.ts", () => {
  expect(text).toBe(renderGrantsPage());
});

test("each kind of word on the page selects something", () => {
  const words = rowsOfTable(text, "word").flatMap(([, examples = ""]) => codeIn(examples));
  expect(words.length).toBeGreaterThan(5);
  for (const word of words) expect(selectedBy(word).length).toBeGreaterThan(0);
});

describe("the client on the page", () => {
  const [, yaml = ""] = /```yaml\n([^`]*)```/u.exec(text) ?? [];
  const file: { clients: { dashboard: { allow: string[]; deny: string[] } } } = parse(yaml);
  const { allow, deny } = file.clients.dashboard;
  const grant = grantOfWords(allow, deny);

  test("may do something", () => {
    expect(openIn(grant)).toEqual(expect.arrayContaining(["SystemPing", "ContainerList", "NetworkInspect"]));
  });

  test.each([
    ["POST", "/containers/web/start"],
    ["GET", "/containers/web/stats"],
  ] as const)("is answered as the page says: %s %s", (method: Method, path) => {
    const verdict = decide(grant, { method, path, hasBody: false, contentTypes: [] });
    const sentence = verdict.kind === "allow" ? "allowed" : explainVerdict(verdict, method, ADDRESS);
    expect(text.split("\n")).toContain(sentence);
  });
});

test("what the page says of Podman is so: a name is one operation, a star is both", () => {
  expect(openIn(grantOfWords(["containers:read"], ["ContainerStats"]))).toContain("ContainerStatsLibpod");
  expect(openIn(grantOfWords(["containers:read"], ["ContainerStats*"]))).not.toContain(
    "ContainerStatsLibpod",
  );
});
