import { expect, test } from "vitest";
import { LINE_SCHEMA } from "../../scripts/log-page.ts";
import { POLICY_SCHEMA } from "../../scripts/policy-page.ts";
import { readDocument } from "../docs/document.ts";
import { quaygate } from "./quaygate-command.ts";

test("quaygate schema prints the schema that the package has", async () => {
  const { stdout, stderr, code } = await quaygate(["schema"]);
  expect({ stdout, stderr, code }).toEqual({ stdout: readDocument(POLICY_SCHEMA), stderr: "", code: 0 });
});

test("quaygate schema log prints the schema of the log's lines that the package has", async () => {
  const { stdout, stderr, code } = await quaygate(["schema", "log"]);
  expect({ stdout, stderr, code }).toEqual({ stdout: readDocument(LINE_SCHEMA), stderr: "", code: 0 });
});

test.each([["policy.yaml"], ["log", "policy.yaml"]])("quaygate schema knows no %s %s", async (...words) => {
  const { stdout, stderr, code } = await quaygate(["schema", ...words]);
  expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  expect(stderr).toBe(`quaygate: schema takes nothing or log, and got "${words.join(" ")}"\n`);
});
