import type { JudgedMemory } from "../../src/proxy/judged-memory.ts";

/** The most that somebody can hold of what is left, in bytes. */
export function mostIn(memory: JudgedMemory): number {
  let most = 0;
  for (let step = 64 * 1024 * 1024; step >= 1; step /= 2) {
    if (!memory.change("probe", most, most + step)) continue;
    most += step;
  }
  memory.change("probe", most, 0);
  return most;
}
