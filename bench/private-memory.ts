import { readFileSync } from "node:fs";
import { familyOf } from "./process-family.ts";

/** What a process and its descendants have in memory for themselves alone, in KiB: what their end would give back. */
export function privateMemory(pid: number): number {
  return familyOf(pid).reduce(
    (sum, member) => sum + parsePrivateMemory(readFileSync(`/proc/${member}/smaps_rollup`, "latin1")),
    0,
  );
}

/** The sum of the private pages in a smaps_rollup file (proc(5)), in KiB. Throws where a line is missing. */
export function parsePrivateMemory(text: string): number {
  return ["Private_Clean", "Private_Dirty"].reduce((sum, name) => {
    const [, kibibytes] = new RegExp(`^${name}: +(\\d+) kB$`, "mu").exec(text) ?? [];
    if (kibibytes === undefined) {
      throw new Error(`no ${name} in smaps_rollup: ${JSON.stringify(text)}`);
    }
    return sum + Number(kibibytes);
  }, 0);
}
