import { readFileSync } from "node:fs";
import { familyOf } from "./process-family.ts";

/**
 * What a process and its descendants have written in memory for themselves alone, in KiB: what each further one of them takes.
 * Without the pages of files, such as of the program, which are the page cache's and there once for all that run it.
 */
export function privateMemory(pid: number): number {
  return familyOf(pid).reduce(
    (sum, member) => sum + parsePrivateMemory(readFileSync(`/proc/${member}/smaps_rollup`, "latin1")),
    0,
  );
}

/** The written private pages in a smaps_rollup file (proc(5)), in KiB. Throws where the line is missing. */
export function parsePrivateMemory(text: string): number {
  const [, kibibytes] = /^Private_Dirty: +(\d+) kB$/mu.exec(text) ?? [];
  if (kibibytes === undefined) {
    throw new Error(`no Private_Dirty in smaps_rollup: ${JSON.stringify(text)}`);
  }
  return Number(kibibytes);
}
