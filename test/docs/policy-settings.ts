import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { loadSettings } from "../../src/config/load-settings.ts";
import type { Settings } from "../../src/config/settings.ts";
import { temporaryFolder } from "../support/docker-cli.ts";

/** The settings of a gate with this policy, read by the product's own reader; throws with all problems where there are some. */
export async function settingsWith(policy: string): Promise<Settings> {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const file = join(folder.path, "policy.yaml");
  writeFileSync(file, policy);
  const settings = await loadSettings({ QUAYGATE_POLICY: file }, { terminal: false });
  if (!settings.ok) throw new Error(settings.error.map(({ message }) => message).join("\n"));
  return settings.value;
}
