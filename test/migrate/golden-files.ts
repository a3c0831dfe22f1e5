import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate, type Migration } from "../../src/migrate/migrate.ts";

/** A golden file: a Compose file, then what it becomes and what the person is told, with a line of dashes between each two. */
export interface MigrationFile {
  readonly name: string;
  readonly path: string;
  readonly input: string;
  /** Puts another outcome below the same input; the whole is what the file must be. */
  render(...outcome: readonly string[]): string;
}

const dashes = `${"-".repeat(40)}\n`;
/** Every golden file of what becomes of a file. `npx vitest run test/migrate -u` writes outcomes anew. */
export const migrationFiles: readonly MigrationFile[] = filesIn("golden");

/** The same of one gate for the file, with a policy. */
export const policyFiles: readonly MigrationFile[] = filesIn("golden-policy");

function filesIn(name: string): readonly MigrationFile[] {
  const folder = fileURLToPath(new URL(name, import.meta.url));
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const path = join(folder, file);
      const [input = ""] = readFileSync(path, "utf8").split(dashes, 1);
      return {
        name: basename(file, ".txt"),
        path,
        input,
        render: (...outcome) => [input, ...outcome].join(dashes),
      };
    });
}

/** What a person is told, a line each. */
export function toldLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Converts a text that can be converted. */
export function migrated(text: string, policyFile?: string): Migration {
  const result = migrate(text, policyFile);
  if (!result.ok) {
    throw new Error(`it can't be converted: ${result.error.message}`);
  }
  return result.value;
}
