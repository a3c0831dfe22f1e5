import type { OperationName } from "./operations.ts";

/** A key of a query that engines read otherwise from a version v1.N on, or only from there, or no longer. */
interface KeyChange {
  readonly key: string;
  readonly since: number;
}

const SIGNAL: KeyChange = { key: "signal", since: 42 };
const PLATFORM: KeyChange = { key: "platform", since: 48 };

/** Of the operations that only read or that start and stop; in all else of them a request means the same in each version. */
const KEY_CHANGES: ReadonlyMap<OperationName, readonly KeyChange[]> = new Map<
  OperationName,
  readonly KeyChange[]
>([
  ["ContainerLogs", [{ key: "format", since: 54 }]],
  ["ContainerRestart", [SIGNAL]],
  ["ContainerStats", [{ key: "one-shot", since: 41 }]],
  ["ContainerStop", [SIGNAL]],
  // Read from 1.30 on; until 1.33 what removal gives is another.
  ["ContainerWait", [{ key: "condition", since: 34 }]],
  ["ImageGet", [PLATFORM]],
  ["ImageGetAll", [PLATFORM]],
  ["ImageHistory", [PLATFORM]],
  [
    "ImageInspect",
    [
      { key: "manifests", since: 48 },
      { key: "platform", since: 49 },
    ],
  ],
  [
    "ImageList",
    [
      // Read until 1.24, by engines before 29 until 1.40.
      { key: "filter", since: 41 },
      { key: "shared-size", since: 42 },
      { key: "manifests", since: 47 },
      { key: "identity", since: 54 },
    ],
  ],
  ["ServiceList", [{ key: "status", since: 41 }]],
  [
    "SystemDataUsage",
    [
      { key: "type", since: 42 },
      { key: "verbose", since: 52 },
    ],
  ],
]);

/** Returns a key of the query that would mean something else in a later version; undefined where none would. */
export function changedKey(
  operation: OperationName,
  query: string | undefined,
  asked: number,
  later: number,
): string | undefined {
  const changes = KEY_CHANGES.get(operation);
  if (changes === undefined || query === undefined) return undefined;
  const given = new URLSearchParams(query);
  return changes.find(({ key, since }) => asked < since && since <= later && given.has(key))?.key;
}
