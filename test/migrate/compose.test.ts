import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { testFolder } from "../cli/quaygate-command.ts";
import { migrated, migrationFiles, policyFiles } from "./golden-files.ts";

/** Whether a program is there. */
function has(program: string, word: string): boolean {
  return spawnSync(program, [word], { stdio: "ignore" }).status === 0;
}

/** A folder with the files that the golden files name, and this text as a Compose file. */
function composeFolder(text: string): string {
  const folder = testFolder();
  mkdirSync(join(folder, "backend"));
  for (const file of [".env", "own.env", "policy.yaml"]) writeFileSync(join(folder, file), "");
  writeFileSync(join(folder, "compose.yaml"), text);
  return folder;
}

/** What a program says against a file; empty when it takes it. */
function complaintOf(program: string, words: readonly string[], text: string): Promise<string> {
  const child = spawn(program, words, { cwd: composeFolder(text), stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let complaint = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (part: string) => {
      complaint += part;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? "" : complaint || `it ended with ${code}`));
  });
}

/** The old docker-compose, which Debian has, judges a file by its schema and needs no engine for that. */
describe.runIf(has("docker-compose", "version"))("docker-compose takes what becomes of", () => {
  test.each(migrationFiles)("$name", async ({ input }) => {
    expect(
      await complaintOf("docker-compose", ["-f", "compose.yaml", "config", "-q"], migrated(input).text),
    ).toBe("");
  });

  test.each(policyFiles)("$name, with one gate", async ({ input }) => {
    const { text } = migrated(input, "./policy.yaml");
    expect(await complaintOf("docker-compose", ["-f", "compose.yaml", "config", "-q"], text)).toBe("");
  });

  test("nothing with a setting that there is not", async () => {
    const broken = "services:\n  web:\n    imagine: nginx\n";
    expect(await complaintOf("docker-compose", ["-f", "compose.yaml", "config", "-q"], broken)).toContain(
      "imagine",
    );
  });
});

describe.runIf(has("docker", "--version"))("docker stack takes what becomes of a stack file", () => {
  const words = ["stack", "config", "--compose-file", "compose.yaml"];

  test.each(migrationFiles.filter(({ name }) => name.startsWith("stack")))("$name", async ({ input }) => {
    expect(await complaintOf("docker", words, migrated(input).text)).toBe("");
  });

  test.each(policyFiles.filter(({ name }) => name.startsWith("stack")))(
    "$name, with one gate",
    async ({ input }) => {
      expect(await complaintOf("docker", words, migrated(input, "./policy.yaml").text)).toBe("");
    },
  );
});
