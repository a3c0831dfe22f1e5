import { spawnSync } from "node:child_process";
import { explainMissingEngine } from "../test/support/engine.ts";
import type { Opponent } from "./plan.ts";

/** Says what is missing for a measurement, one sentence each. */
export function missingPrerequisites(opponent: Opponent): readonly string[] {
  const programs = ["wrk", "curl", ...(opponent.kind === "haproxy" ? ["haproxy"] : [])];
  const missing = programs
    .filter((program) => spawnSync(program, ["-v"], { stdio: "ignore" }).error !== undefined)
    .map((program) => `"${program}" is not installed (Debian: apt-get install ${program})`);
  const engine = explainMissingEngine("installed");
  return engine === undefined ? missing : [...missing, engine];
}
