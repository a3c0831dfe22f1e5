import type { Operation, OperationName } from "../docker/operations.ts";
import { minorVersionOf, withMinorVersion } from "../docker/path.ts";
import { changedKey } from "../docker/version-changes.ts";
import type { Allow, Refuse } from "./verdict.ts";

/** How much is taken on in a version that the engine no longer speaks: what only reads, or that and starts and stops. */
export const SHIM_SCOPES = ["reads", "lifecycle"] as const;

/** One of them. */
export type ShimScope = (typeof SHIM_SCOPES)[number];

/** What means the same in each version, and changes no more than whether a container that is there runs. */
const LIFECYCLE: ReadonlySet<OperationName> = new Set([
  "ContainerStart",
  "ContainerStop",
  "ContainerRestart",
  "ContainerKill",
  "ContainerPause",
  "ContainerUnpause",
  "ContainerWait",
  "ContainerDelete",
]);

const READING_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/**
 * Decides how an allowed request goes on to an engine that speaks no version before v1.N, `oldest`: as it came where the
 * engine speaks its version; in the oldest one where it means the same there; else not at all. What is given back is
 * what is judged and sent.
 */
export function translateVersion(
  verdict: Allow,
  query: string | undefined,
  scope: ShimScope,
  oldest: number,
): Allow | Refuse {
  const { operation, path } = verdict;
  const asked = minorVersionOf(path);
  if (asked === undefined || asked >= oldest) return verdict;
  if (!isTaken(operation, scope)) {
    return refuse(verdict, asked, oldest, `QUAYGATE_API_SHIM=${scope} does not take this operation on`);
  }
  const key = changedKey(operation.name, query, asked, oldest);
  if (key !== undefined) {
    return refuse(verdict, asked, oldest, `its ${key} means something else there`);
  }
  return { ...verdict, path: withMinorVersion(path, oldest) };
}

function isTaken({ name, effect, methods, hijack }: Operation, scope: ShimScope): boolean {
  const isRead =
    effect === "read" && hijack === "none" && methods.every((method) => READING_METHODS.has(method));
  return isRead || (scope === "lifecycle" && LIFECYCLE.has(name));
}

/** What cures it: in the program, around it, and at the engine. */
export function explainCures(asked: number, oldest: number): string {
  return (
    `have the program speak 1.${oldest} or later by a newer release or its own setting, or by ` +
    `DOCKER_API_VERSION=1.${oldest} where it reads that; or let the engine take 1.${asked} by ` +
    `"min-api-version": "1.${asked}" in its daemon.json`
  );
}

function refuse({ operation, path }: Allow, asked: number, oldest: number, why: string): Refuse {
  const reason = `API version 1.${asked} is older than 1.${oldest}, the oldest that the engine speaks, and ${why}: ${explainCures(asked, oldest)}`;
  return { kind: "refuse", code: "version_too_old", reason, path, operation };
}
