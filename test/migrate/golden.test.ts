import { describe, expect, test } from "vitest";
import { explainRemarks } from "../../src/migrate/remark.ts";
import { migrated, migrationFiles, toldLines } from "./golden-files.ts";

/** A file that is gone must not go unnoticed. */
const FEWEST_FILES = 32;

test("there are as many golden files as there were", () => {
  expect(migrationFiles.length).toBeGreaterThanOrEqual(FEWEST_FILES);
});

describe("a file is converted as its golden file says", () => {
  test.each(migrationFiles)("$name", async ({ input, path, render }) => {
    const { text, remarks } = migrated(input);
    await expect(render(text, toldLines(explainRemarks(remarks)))).toMatchFileSnapshot(path);
  });
});
