import { isJsonArray, isJsonObject, type JsonValue, stringOf } from "../json/value.ts";
import type { Asking } from "./asking.ts";
import type { EngineFact } from "./engine-fact.ts";
import { encodePath } from "./power.ts";

/** Stands behind a path that is only read, with all that is mounted below it. */
export const READ_ONLY = ":ro";
/** Stands behind a path that is only read, while what is mounted below it stays writable: `ReadOnlyNonRecursive`. */
export const READ_ONLY_TOP = ":ro-nonrecursive";

/** How a path of the host is shown. */
export type BindMode = "read-only" | "read-only top" | "writable";

/**
 * Asks for a path of the host. Read-only is it with what is mounted below since API 1.44, so the engine is asked which it is;
 * a request of an older version gets no more than the top.
 */
export function askForBind(
  path: string,
  mode: BindMode,
  owner: "container" | "service",
  shown: string,
  asking: Asking,
): void {
  const value = encodePath(path);
  if (mode === "read-only") asking.lookUpEngine(`read-only ${owner}`, value, shown);
  else asking.ask("bind", mode === "writable" ? value : `${value}${READ_ONLY_TOP}`, shown);
}

const FIRST_RECURSIVE = 44;

/** Whether a container's read-only bind holds for what is mounted below: the version of the request decides too. */
export const readOnlyOfContainer: EngineFact = {
  question: `whether it has API 1.${FIRST_RECURSIVE} and makes what is mounted below a read-only path so too`,
  target: (version) => (version === undefined || isRecursive(version) ? "/version" : undefined),
  isSo: isRecent,
  least: (path) => [["bind", `${path}${READ_ONLY}`]],
  most: (path) => [["bind", `${path}${READ_ONLY_TOP}`]],
  isUsual: true,
};

/** The same of a service's, whose containers the engine makes by itself, in no version. */
export const readOnlyOfService: EngineFact = { ...readOnlyOfContainer, target: () => "/version" };

/** Podman takes every version in a path, and makes no more than the top read-only. */
function isRecent(answer: JsonValue): boolean {
  if (!isJsonObject(answer)) return false;
  const components = answer.get("Components") ?? null;
  const isPodman =
    isJsonArray(components) &&
    components.some((one) => isJsonObject(one) && stringOf(one.get("Name")).startsWith("Podman"));
  return !isPodman && isRecursive(stringOf(answer.get("ApiVersion")));
}

function isRecursive(version: string): boolean {
  const minor = /^1\.([0-9]{1,3})$/u.exec(version)?.[1];
  return minor !== undefined && Number(minor) >= FIRST_RECURSIVE;
}
