import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { OWN_SETTINGS } from "../../src/config/setting-definitions.ts";
import { documents, namesInTable, readDocument } from "./document.ts";

interface Manifest {
  readonly scripts: readonly string[];
  readonly dependencies: readonly string[];
}

function readManifest(): Manifest {
  const manifest: unknown = JSON.parse(readDocument("package.json"));
  const keysOf = (name: "scripts" | "dependencies"): readonly string[] => {
    const part = new Map<string, unknown>(Object.entries(manifest ?? {})).get(name);
    return typeof part === "object" && part !== null ? Object.keys(part) : [];
  };
  return { scripts: keysOf("scripts"), dependencies: keysOf("dependencies") };
}

/** Of the tests, and what Kubernetes tells of a Service that has the gate's name. */
const NO_SETTINGS: ReadonlySet<string> = new Set(["QUAYGATE_TESTS_CACHE", "QUAYGATE_SERVICE_HOST"]);

describe.each(documents)("%s", (document) => {
  const text = readDocument(document);

  test("links to files that are there", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/gu)].map(([, target = ""]) =>
      target.replace(/#.*$/u, ""),
    );
    const relative = links.filter((target) => target !== "" && !/^[a-z]+:/u.test(target));
    expect(relative.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
  });

  test("names no setting that there is not", () => {
    const names = text.match(/\bQUAYGATE_[A-Z]+(?:_[A-Z]+)*\b/gu) ?? [];
    const others = names.filter((name) => !NO_SETTINGS.has(name));
    expect(others.filter((name) => !OWN_SETTINGS.some((known) => known.name === name))).toEqual([]);
  });

  test("names no npm script that there is not", () => {
    const scripts = [...text.matchAll(/\bnpm run ([a-z-]+)/gu)].map(([, name = ""]) => name);
    expect(scripts.filter((name) => !readManifest().scripts.includes(name))).toEqual([]);
  });
});

test("the documents are seen", () => {
  expect(documents).toEqual(
    expect.arrayContaining(["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/errors.md"]),
  );
});

test("the architecture gives a reason for each runtime dependency, and for no other package", () => {
  expect(namesInTable(readDocument("docs/architecture.md"), "package").toSorted()).toEqual(
    readManifest().dependencies.toSorted(),
  );
});

test("the architecture's map has the rooms that there are", () => {
  const rooms = namesInTable(readDocument("docs/architecture.md"), "room");
  expect(rooms.length).toBeGreaterThan(8);
  expect(rooms.filter((room) => !existsSync(join(root, "src", room)))).toEqual([]);
});
