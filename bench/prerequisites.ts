import { spawnSync } from "node:child_process";
import { explainMissingEngine } from "../test/support/engine.ts";

/** Says what is missing for a measurement, one sentence each. */
export function missingPrerequisites(programs: readonly string[]): readonly string[] {
  const missing = programs
    .filter((program) => spawnSync(program, ["-v"], { stdio: "ignore" }).error !== undefined)
    .map((program) => `"${program}" is not installed (Debian: apt-get install ${program})`);
  const engine = explainMissingEngine("installed");
  return engine === undefined ? missing : [...missing, engine];
}
