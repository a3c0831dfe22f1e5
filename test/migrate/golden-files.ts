import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate, type Migration } from "../../src/migrate/migrate.ts";

/** A golden file: a Compose file, a line of dashes, what it becomes, a line of dashes, what the person is told. */
export interface MigrationFile {
  readonly name: string;
  readonly path: string;
  readonly input: string;
  /** Puts another outcome below the same input; the whole is what the file must be. */
  render(output: string, told: readonly string[]): string;
}

const dashes = `${"-".repeat(40)}\n`;
const folder = fileURLToPath(new URL("golden", import.meta.url));

/** Every golden file. `npx vitest run test/migrate -u` writes outcomes anew. */
export const migrationFiles: readonly MigrationFile[] = readdirSync(folder)
  .toSorted()
  .map((file) => {
    const path = join(folder, file);
    const [input = ""] = readFileSync(path, "utf8").split(dashes, 1);
    return {
      name: basename(file, ".txt"),
      path,
      input,
      render: (output, told) => [input, output, told.map((line) => `${line}\n`).join("")].join(dashes),
    };
  });

/** Converts a text that can be converted. */
export function migrated(text: string): Migration {
  const result = migrate(text);
  if (!result.ok) {
    throw new Error(`it can't be converted: ${result.error.message}`);
  }
  return result.value;
}
