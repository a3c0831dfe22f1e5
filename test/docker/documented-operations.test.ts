import { describe, expect, test } from "vitest";
import { operations } from "../../src/docker/operations.ts";
import { documentedNames, endpointFacts } from "./facts/facts.ts";

const documented = documentedNames.filter(({ place }) => place === "operation");
const own = endpointFacts.filter(({ namedBy }) => namedBy === "gate").map(({ name }) => name);

describe("Docker's documents", () => {
  test("document exactly the operations that carry a name of Docker's", () => {
    const ownNames = new Set(own);
    const fromTable = operations.flatMap(({ name, methods, template }) =>
      ownNames.has(name)
        ? []
        : methods.map((method) => `${method} ${template.replaceAll("...}", "}")} ${name}`),
    );
    const current = documented.flatMap(({ operation, name, last }) =>
      last === undefined ? [`${name} ${operation}`] : [],
    );
    expect(current.length).toBeGreaterThan(100);
    expect(fromTable.toSorted()).toEqual(current.toSorted());
  });

  test("have no name for what has one of ours", () => {
    const names = new Set(documented.map(({ operation }) => operation));
    expect(own).toHaveLength(16);
    expect(own.filter((name) => names.has(name) || name === "")).toEqual([]);
  });

  test("and the facts agree on the version that brought an operation", () => {
    const facts = new Map(endpointFacts.map((fact) => [`${fact.method} ${fact.name}`, fact.since]));
    const late = documented.filter(({ since }) => since !== undefined);
    const told = late.map(({ operation, name, since }) => [`${name.split(" ", 1)[0]} ${operation}`, since]);
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.map(([name]) => [name, facts.get(name ?? "")]));
  });
});
