import { readdirSync, readFileSync } from "node:fs";

/** A process and all its descendants: HAProxy is a master and a worker. */
export function familyOf(pid: number): readonly number[] {
  const children = tasksOf(pid).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "latin1").trim().split(" "),
  );
  return [pid, ...children.filter((child) => child !== "").flatMap((child) => familyOf(Number(child)))];
}

/** The ids of the threads of one process. */
export function tasksOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`);
}

/** The number of threads of the process of the family that has most of them. */
export function threadCount(pid: number): number {
  return Math.max(...familyOf(pid).map((member) => tasksOf(member).length));
}
