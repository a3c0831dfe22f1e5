import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { operations } from "../../src/docker/operations.ts";
import { endpointFacts } from "./facts/facts.ts";

const documentPath = fileURLToPath(
  new URL("../../../shared/knowledge/engine-api-v1.55.yaml", import.meta.url),
);
const present = existsSync(documentPath);
const leftOut = "Left out: the comparison with Docker's OpenAPI document, because it is not at hand.";
if (!present) process.stdout.write(`${leftOut}\n`);

/** Reads method, path and operationId by the indentation that Docker's document keeps. */
function readDocumented(text: string): string[] {
  const documented: string[] = [];
  let path = "";
  let method = "";
  for (const line of text.slice(text.indexOf("\npaths:")).split("\n")) {
    path = /^ {2}(\/[^:]*):$/.exec(line)?.[1] ?? path;
    method = /^ {4}(get|head|post|put|delete|patch|options):$/.exec(line)?.[1]?.toUpperCase() ?? method;
    const name = /^ {6}operationId: "?(\w+)"?$/.exec(line)?.[1];
    if (name !== undefined) documented.push(`${method} ${path} ${name}`);
  }
  return documented;
}

describe.runIf(present)("Docker's OpenAPI document", () => {
  test("documents exactly the operations that carry a name of Docker's", () => {
    const ownNames = new Set(endpointFacts.flatMap((fact) => (fact.namedBy === "gate" ? fact.name : [])));
    const fromTable = operations.flatMap(({ name, methods, template }) =>
      ownNames.has(name)
        ? []
        : methods.map((method) => `${method} ${template.replaceAll("...}", "}")} ${name}`),
    );
    const documented = readDocumented(readFileSync(documentPath, "utf8"));
    expect(documented.length).toBeGreaterThan(100);
    expect(fromTable.toSorted()).toEqual(documented.toSorted());
  });
});
