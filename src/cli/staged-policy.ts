import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { loadSettings } from "../config/load-settings.ts";
import { POLICY_SETTING } from "../config/read-settings.ts";
import { explainFileFailure } from "../kernel/file-failure.ts";
import type { Result } from "../kernel/result.ts";
import type { WrittenPolicy } from "../migrate/migrate.ts";
import { findPolicyDifferences } from "../migrate/policy/verify-policy.ts";
import type { AskedPolicy } from "./migrate-words.ts";

/** A policy file that is written and was read as the gate reads it, and is not in its place yet. */
export interface StagedPolicy {
  /** Puts it there, whole at once; gives a sentence where that fails. */
  place(): string | undefined;
  /** Takes it away. */
  discard(): void;
}

/** The gate's user reads it, who is not whoever wrote it. It has no secrets. */
const MODE = 0o644;

/** Writes a policy beside its place and compares what the gate makes of it with what it was written from. */
export async function stagePolicy(
  { path, isOverwritten }: AskedPolicy,
  { text, clients }: WrittenPolicy,
): Promise<Result<StagedPolicy, string>> {
  const taken = `${path}: is there already; with --overwrite the new one takes its place`;
  if (!isOverwritten && existsSync(path)) return { ok: false, error: taken };
  const staged = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  const discard = (): void => rmSync(staged, { force: true });
  try {
    writeFileSync(staged, text, { flag: "wx", mode: MODE });
    // Whatever the shell's mask is.
    chmodSync(staged, MODE);
  } catch (error) {
    return { ok: false, error: `${path}: ${explainFileFailure(error)}` };
  }
  const differences = await differencesIn(staged, clients);
  if (differences.length > 0) {
    discard();
    return { ok: false, error: `the policy would not be what was before: ${differences.join("; ")}` };
  }
  const place = (): string | undefined => {
    try {
      if (isOverwritten) {
        renameSync(staged, path);
      } else {
        // Unlike a rename, a link never takes another file's place.
        linkSync(staged, path);
        discard();
      }
      return undefined;
    } catch (error) {
      discard();
      return existsSync(path) && !isOverwritten ? taken : `${path}: ${explainFileFailure(error)}`;
    }
  };
  return { ok: true, value: { place, discard } };
}

async function differencesIn(file: string, clients: WrittenPolicy["clients"]): Promise<readonly string[]> {
  const settings = await loadSettings({ [POLICY_SETTING]: file }, { terminal: false });
  return settings.ok
    ? findPolicyDifferences(clients, settings.value)
    : settings.error.map(({ message }) => message);
}
