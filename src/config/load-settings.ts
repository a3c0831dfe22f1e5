import type { Result } from "../kernel/result.ts";
import type { Environment } from "./environment.ts";
import type { Surroundings } from "./gate-settings.ts";
import type { Problem } from "./problem.ts";
import { POLICY_SETTING, readSettings } from "./read-settings.ts";
import type { Settings } from "./settings.ts";

/**
 * Reads all settings, those of the policy file too where one is named, or tells every problem at once. What reads such a file
 * is loaded only then.
 */
export async function loadSettings(
  environment: Environment,
  surroundings: Surroundings,
): Promise<Result<Settings, readonly Problem[]>> {
  const file = (environment[POLICY_SETTING] ?? "").trim();
  if (file === "") {
    return readSettings(environment, surroundings);
  }
  const { readPolicySettings } = await import("./file/policy-settings.ts");
  return readPolicySettings(file, environment, surroundings);
}
