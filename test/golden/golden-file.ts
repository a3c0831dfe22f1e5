import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A golden file: what goes in, a line of dashes, what must come out. */
export interface GoldenFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** The environment: `NAME=value`, one a line; a line that starts with `#` says why the file is there. */
  readonly environment: Readonly<Record<string, string>>;
  /** Puts another outcome below the same input; the whole is what the file must be. */
  render(outcome: readonly string[]): string;
}

const dashes = "-".repeat(40);

/** Reads every golden file of a folder beside this one. `npx vitest run test/golden -u` writes outcomes anew. */
export function readGoldenFiles(folder: string): readonly GoldenFile[] {
  const place = fileURLToPath(new URL(folder, import.meta.url));
  return readdirSync(place)
    .toSorted()
    .map((file) => parseGoldenFile(join(place, file), readFileSync(join(place, file), "utf8")));
}

function parseGoldenFile(path: string, text: string): GoldenFile {
  const [input = ""] = text.split(`${dashes}\n`, 1);
  const lines = input.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const malformed = lines.find((line) => !/^[A-Za-z_][\w-]*=/u.test(line));
  if (malformed !== undefined || !text.includes(`${dashes}\n`)) {
    throw new Error(`${path}: ${malformed ?? "there is no line of dashes"}`);
  }
  return {
    name: basename(path, ".txt"),
    path,
    text,
    environment: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    ),
    render: (outcome) => `${input}${dashes}\n${outcome.map((line) => `${line}\n`).join("")}`,
  };
}
