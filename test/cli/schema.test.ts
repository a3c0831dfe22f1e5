import { expect, test } from "vitest";
import { POLICY_SCHEMA } from "../../scripts/policy-page.ts";
import { readDocument } from "../docs/document.ts";
import { quaygate } from "./quaygate-command.ts";

test("quaygate schema prints the schema that the package has", async () => {
  const { stdout, stderr, code } = await quaygate(["schema"]);
  expect({ stdout, stderr, code }).toEqual({ stdout: readDocument(POLICY_SCHEMA), stderr: "", code: 0 });
});

test("quaygate schema takes no argument", async () => {
  const { stdout, stderr, code } = await quaygate(["schema", "policy.yaml"]);
  expect({ stdout, code }).toEqual({ stdout: "", code: 2 });
  expect(stderr).toBe('quaygate: schema takes no argument, and got "policy.yaml"\n');
});
