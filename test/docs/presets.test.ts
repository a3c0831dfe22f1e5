import { expect, test } from "vitest";
import { PRESETS_PAGE, renderPresetsPage } from "../../scripts/presets-page.ts";
import { readPolicyFile } from "../../src/config/file/read-policy.ts";
import { presetNames } from "../../src/config/presets.ts";
import { someSeams } from "../config/file/seams.ts";
import { codeIn, readDocument, rowsOfTable } from "./document.ts";

const text = readDocument(PRESETS_PAGE);

test("the page of presets is what the script writes: npx tsx scripts/presets-page.ts", () => {
  expect(text).toBe(renderPresetsPage());
});

test("the page has every preset that is shipped, among those that look or those that act", () => {
  const [looking = "", acting = ""] = text.split("## Programs that act");
  const names = [looking, acting].flatMap((part) =>
    rowsOfTable(part, "preset").flatMap(([first = ""]) => codeIn(first)),
  );
  expect(names.toSorted()).toEqual(presetNames());
});

test("the policy on the page is one", () => {
  const [, yaml = ""] = /```yaml\n([^`]*)```/u.exec(text) ?? [];
  const read = readPolicyFile(yaml, "policy.yaml", someSeams);
  expect(read.ok ? read.value.clients.map(({ use }) => use) : read.error).toEqual([
    ["traefik"],
    ["dozzle"],
    ["dockge"],
  ]);
});
