import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { holdToOneBuild } from "../../scripts/one-build.mjs";
import { testFolder } from "./quaygate-command.ts";

const LOADER = `/* first */ export const load = async () => (await import("./parts/late.js")).late;\n`;
const LATE = `export const late = "LATE";\n`;

/** A build of three modules, of which the second is loaded on demand and the third has nothing to do with it. */
function build(changed: Readonly<Record<string, string>> = {}): string {
  const folder = testFolder();
  mkdirSync(join(folder, "parts"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const modules = { "loader.js": LOADER, "parts/late.js": LATE, "other.js": "export {};\n", ...changed };
  for (const [path, text] of Object.entries(modules)) writeFileSync(join(folder, path), text);
  expect(holdToOneBuild(folder)).toEqual(["parts/late.js"]);
  return folder;
}

function load(folder: string): Promise<unknown> {
  const loader = pathToFileURL(join(folder, "loader.js")).href;
  return import(loader).then(({ load: call }: { load: () => Promise<unknown> }) => call());
}

test("loads a part of its own build, and keeps the lines where they were", async () => {
  const folder = build();
  expect(await load(folder)).toBe("LATE");
  expect(readFileSync(join(folder, "loader.js"), "utf8").split("\n")[0]).toContain("/* first */");
  expect(readFileSync(join(folder, "other.js"), "utf8")).toBe("export {};\n");
});

test.each([
  { what: "the part itself", changed: { "parts/late.js": LATE.replace("LATE", "LATER") } },
  { what: "what loads it", changed: { "loader.js": LOADER.replace("first", "second") } },
  { what: "any other module", changed: { "other.js": "export const other = 1;\n" } },
])("refuses the part of a build in which $what is another", async ({ changed }) => {
  const [folder, other] = [build(), build(changed)];
  writeFileSync(join(folder, "parts", "late.js"), readFileSync(join(other, "parts", "late.js")));
  await expect(load(folder)).rejects.toThrow(
    "late.js is not of the same build as loader.js: quaygate was replaced meanwhile, or is not whole",
  );
});

test("refuses a part that was cut off behind all that is asked of it", async () => {
  const folder = build();
  writeFileSync(join(folder, "parts", "late.js"), LATE);
  await expect(load(folder)).rejects.toThrow("late.js is not of the same build");
});

test("makes the same of the same, wherever it stands", () => {
  const [one, other] = [build(), build()].map((folder) =>
    readFileSync(join(folder, "parts/late.js"), "utf8"),
  );
  expect(one).toBe(other);
});
