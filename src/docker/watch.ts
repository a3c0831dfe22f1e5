import { isOn } from "./bool-value.ts";
import type { StreamKind } from "./operation.ts";
import type { Operation, OperationName } from "./operations.ts";

/** What makes an answer one without an end: nothing more, or a key of the query that is on, by default or when given. */
type Watch =
  | { readonly by: "itself" }
  | { readonly by: "key"; readonly key: "follow" | "stream"; readonly byDefault: boolean };

const ALWAYS: Watch = { by: "itself" };
const WHEN_FOLLOWED: Watch = { by: "key", key: "follow", byDefault: false };
const UNLESS_TOLD: Watch = { by: "key", key: "stream", byDefault: true };
const WHEN_TOLD: Watch = { by: "key", key: "stream", byDefault: false };

const WATCHES: ReadonlyMap<OperationName, Watch> = new Map<OperationName, Watch>([
  ["SystemEvents", ALWAYS],
  ["ContainerLogs", WHEN_FOLLOWED],
  ["ServiceLogs", WHEN_FOLLOWED],
  ["TaskLogs", WHEN_FOLLOWED],
  ["ContainerStats", UNLESS_TOLD],
  ["SystemEventsLibpod", UNLESS_TOLD],
  ["ContainerLogsLibpod", WHEN_FOLLOWED],
  ["ContainerStatsLibpod", UNLESS_TOLD],
  ["ContainersStatsAllLibpod", UNLESS_TOLD],
  ["ContainerTopLibpod", WHEN_TOLD],
  ["PodStatsAllLibpod", WHEN_TOLD],
  ["PodTopLibpod", WHEN_TOLD],
]);

/**
 * Tells whether a request only watches: its answer has no end of its own, and one that breaks off loses nothing that
 * can't be asked for again. What is told to go on until a moment ends there.
 */
export function isWatching(operation: OperationName, query: string | undefined): boolean {
  const watch = WATCHES.get(operation);
  if (watch === undefined) return false;
  const values = new URLSearchParams(query);
  if ((values.get("until") ?? "") !== "") return false;
  if (watch.by === "itself") return true;
  const value = values.get(watch.key);
  return value === null ? watch.byDefault : isOn(value);
}

const STREAMS: ReadonlySet<StreamKind> = new Set(["stream", "stream-finite", "upload", "upload+stream"]);

/**
 * Tells whether a request is a stream: its connection turns raw, or its body or answer is as long as the engine or the client
 * makes it. Of statistics and processes one reading is none, although the same operation can go on.
 */
export function isStream({ name, stream, hijack }: Operation, query: string | undefined): boolean {
  const watch = WATCHES.get(name);
  return watch?.by === "key" && watch.key === "stream"
    ? mayGoOn(watch.byDefault, query)
    : hijack !== "none" || STREAMS.has(stream);
}

const SURELY_OFF: ReadonlySet<string> = new Set(["0", "no", "false", "none"]);

/**
 * Whether any engine may take the query for one that goes on: dockerd reads the first `stream`, Podman the last, in letters of any
 * size, and an empty one as if it were not there.
 */
function mayGoOn(byDefault: boolean, query: string | undefined): boolean {
  const given = [...new URLSearchParams(query)].filter(([key]) => key.toLowerCase() === "stream");
  const isOff = given.every(([, value]) => SURELY_OFF.has(value.trim().toLowerCase()));
  return !isOff || (byDefault && !given.some(([key]) => key === "stream"));
}
