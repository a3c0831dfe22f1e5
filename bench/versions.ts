import { execFileSync } from "node:child_process";
import { availableParallelism, release } from "node:os";
import { gateNode } from "./image-process.ts";

/** What was measured with, in one line; nothing of it tells which machine it was. */
export function describeVersions(): string {
  const kernel = /^\d+\.\d+/u.exec(release())?.[0] ?? "of an unknown version";
  const node = firstLine(gateNode, "--version").trim().slice(1);
  const haproxy = /version (\d[\d.]*\d)/u.exec(firstLine("haproxy", "-v"))?.[1] ?? "none";
  const engine = /version (\d[^\s,]*)/u.exec(firstLine("dockerd", "--version"))?.[1] ?? "none";
  const processors = availableParallelism();
  return `Node ${node}, HAProxy ${haproxy}, dockerd ${engine}, Linux ${kernel}, ${processors} processors`;
}

function firstLine(program: string, word: string): string {
  try {
    return execFileSync(program, [word], { encoding: "utf8" });
  } catch {
    return "";
  }
}
