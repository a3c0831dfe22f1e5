import { readdirSync, readFileSync } from "node:fs";

// Positions in /proc/PID/stat behind the name of the command (proc(5)).
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** The CPU time of a process, all its threads and all its descendants until now, in clock ticks. */
export function cpuTime(pid: number): number {
  return family(pid).reduce((sum, member) => {
    const stat = readFileSync(`/proc/${member}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return sum + Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
  }, 0);
}

/** The most memory that the largest process of the family ever had resident, in KiB. */
export function peakMemory(pid: number): number {
  return Math.max(
    ...family(pid).map((member) => {
      const status = readFileSync(`/proc/${member}/status`, "latin1");
      return Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1] ?? 0);
    }),
  );
}

/** The number of threads of the process of the family that has most of them. */
export function threadCount(pid: number): number {
  return Math.max(...family(pid).map((member) => readdirSync(`/proc/${member}/task`).length));
}

function family(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "latin1").trim().split(" "),
  );
  return [pid, ...children.filter((child) => child !== "").flatMap((child) => family(Number(child)))];
}
