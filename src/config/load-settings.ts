import type { Result } from "../kernel/result.ts";
import { MODE_SETTING } from "../policy/grant.ts";
import type { Environment } from "./environment.ts";
import type { Surroundings } from "./gate-settings.ts";
import type { Problem } from "./problem.ts";
import { POLICY_SETTING, readSettings, readSettingsWith } from "./read-settings.ts";
import type { Settings } from "./settings.ts";

/**
 * Reads all settings, those of the policy file too where one is named, or tells every problem at once. What reads such a file,
 * or lets clients learn, is loaded only then.
 */
export async function loadSettings(
  environment: Environment,
  surroundings: Surroundings,
): Promise<Result<Settings, readonly Problem[]>> {
  const file = (environment[POLICY_SETTING] ?? "").trim();
  if (file === "") {
    if ((environment[MODE_SETTING] ?? "").trim() === "") return readSettings(environment, surroundings);
    const { readLearning } = await import("./learning.ts");
    return readSettingsWith(environment, surroundings, readLearning);
  }
  const { readPolicySettings } = await import("./file/policy-settings.ts");
  return readPolicySettings(file, environment, surroundings);
}
