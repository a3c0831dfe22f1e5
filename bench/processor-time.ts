import { readFileSync } from "node:fs";
import { familyOf, tasksOf } from "./process-family.ts";

/** How long each thread of a family of processes was on a processor until now, in nanoseconds, by the thread's id. */
export type ProcessorTime = ReadonlyMap<string, number>;

/** What a family used between two readings. */
export interface ProcessorUse {
  readonly nanoseconds: number;
  /** Threads that ended in between: what they used since the first reading is not in the sum. */
  readonly endedThreads: number;
}

/** Reads the time of all threads of a process and of its descendants. */
export function readProcessorTime(pid: number): ProcessorTime {
  const times = new Map<string, number>();
  for (const member of familyOf(pid)) {
    for (const task of tasksOf(member)) {
      const text = readSchedstat(member, task);
      if (text !== undefined) {
        times.set(task, parseSchedstat(text));
      }
    }
  }
  return times;
}

/** What was used between two readings; a thread that began in between counts whole. */
export function processorUse(before: ProcessorTime, after: ProcessorTime): ProcessorUse {
  let nanoseconds = 0;
  for (const [task, time] of after) {
    nanoseconds += time - (before.get(task) ?? 0);
  }
  const endedThreads = [...before.keys()].filter((task) => !after.has(task)).length;
  return { nanoseconds, endedThreads };
}

/**
 * The first number of a schedstat file: nanoseconds on a processor (Linux, Documentation/scheduler/sched-stats.rst). The
 * kernel counts them exactly, where the ticks of /proc/PID/stat are hundredths of a second. Throws on other text.
 */
export function parseSchedstat(text: string): number {
  const [, nanoseconds] = /^(\d+) \d+ \d+\n$/u.exec(text) ?? [];
  if (nanoseconds === undefined) {
    throw new Error(`not the text of a schedstat file: ${JSON.stringify(text)}`);
  }
  return Number(nanoseconds);
}

/** A thread may end while the others are read. */
function readSchedstat(pid: number, task: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) {
      return undefined;
    }
    throw error;
  }
}
