import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/set-up.mjs";

/** Reads a document by its place in the repository. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every document for people, by its place in the repository. */
export const documents: readonly string[] = [root, join(root, "docs")].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .toSorted()
    .map((name) => (folder === root ? name : `docs/${name}`)),
);

/** The first column of the table that has this heading there: what stands in backquotes, in order. */
export function namesInTable(text: string, heading: string): readonly string[] {
  return rowsOfTable(text, heading).flatMap(([first = ""]) => codeIn(first));
}

/** The rows of the table whose first column has this heading, cell by cell. */
export function rowsOfTable(text: string, heading: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.split("|")[1]?.trim() === heading);
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  if (start === -1 || length < 3) {
    throw new Error(`there is no table of "${heading}"`);
  }
  return lines.slice(start + 2, start + length).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backquotes. */
export function codeIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map(([, code = ""]) => code);
}
