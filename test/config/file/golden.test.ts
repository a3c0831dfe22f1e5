import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { PolicyFile } from "../../../src/config/file/policy-file.ts";
import { explainFileProblem } from "../../../src/config/file/file-problem.ts";
import { readPolicyFile } from "../../../src/config/file/read-policy.ts";
import { someSeams } from "./seams.ts";

/** A file that is gone must not go unnoticed. */
const FEWEST_FILES = 110;

const folder = fileURLToPath(new URL("golden", import.meta.url));
/** Between a policy and what must come of it: what is made of it as JSON, or its problems. `-u` writes outcomes anew. */
const dashes = `${"-".repeat(40)}\n`;
const files = readdirSync(folder).toSorted();

describe("a policy file is read, or every problem in it is told with its place", () => {
  test.each(files)("%s", async (file) => {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    const at = text.indexOf(dashes);
    expect([file, at >= 0]).toEqual([file, true]);
    const policy = text.slice(0, at);
    await expect(`${policy}${dashes}${outcomeOf(policy)}`).toMatchFileSnapshot(path);
  });

  test("in as many files as were written, and no other", () => {
    expect(files.length).toBeGreaterThanOrEqual(FEWEST_FILES);
    expect(files.filter((file) => basename(file, ".yaml") === file)).toEqual([]);
  });
});

function outcomeOf(policy: string): string {
  const read = readPolicyFile(policy, "policy.yaml", someSeams);
  return read.ok
    ? `${explainPolicy(read.value)}\n`
    : read.error.map((problem) => `${explainFileProblem(problem)}\n`).join("");
}

/** A set of powers as its entries; whatever the file leaves to the environment is left out. */
function explainPolicy({ engine, listen, revoke, clients }: PolicyFile): string {
  const plain = clients.map((client) => ({ ...client, powers: client.powers?.entries }));
  return JSON.stringify({ engine, listen, revoke, clients: plain }, undefined, 2);
}
