import type { StreamKind } from "../docker/operation.ts";
import type { Label } from "./labels.ts";
import { byLabel, durationsOf, limitHitsOf, one, requestsOf, type Sample } from "./samples.ts";
import type { MetricSources } from "./sources.ts";

/** One metric, as Prometheus and the page of metrics have it. */
export interface MetricDefinition {
  /** By Prometheus' conventions: the unit behind the subject, and `_total` behind what only grows. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** What it says, as a plain sentence without an end. */
  readonly help: string;
  readonly labels: readonly Label[];
  /** Gives its numbers; none where there is nothing to say, as of a policy where there is none. */
  readonly read: (sources: MetricSources) => readonly Sample[];
}

const NOTHING_UNDER_WAY: readonly (readonly [string, number])[] = Object.entries({
  none: 0,
  blocks: 0,
  "long-poll": 0,
  stream: 0,
  "stream-finite": 0,
  upload: 0,
  "upload+stream": 0,
  tunnel: 0,
} satisfies Readonly<Record<StreamKind | "tunnel", number>>);

const MILLI = 1_000;
const MICRO = 1_000_000;

/** Every metric there is. The exposition and docs/metrics.md have this list. */
export const METRICS: readonly MetricDefinition[] = [
  {
    name: "quaygate_requests_total",
    type: "counter",
    help: "Exchanges that are over, whatever became of them",
    labels: ["client", "operation", "verdict", "code", "status"],
    read: ({ tally }) => tally.clients.flatMap(requestsOf),
  },
  {
    name: "quaygate_request_duration_seconds",
    type: "histogram",
    help: "How long requests took that the engine answered, from the request's head to the answer's end; without what streams",
    labels: ["operation"],
    read: ({ tally }) =>
      tally.times.flatMap(({ operation, duration }) => durationsOf(duration, { operation })),
  },
  {
    name: "quaygate_engine_response_seconds",
    type: "histogram",
    help: "How long the engine took of that, from the request's head to the first byte of its answer",
    labels: ["operation"],
    read: ({ tally }) =>
      tally.times.flatMap(({ operation, engineTime }) => durationsOf(engineTime, { operation })),
  },
  {
    name: "quaygate_stream_duration_seconds",
    type: "histogram",
    help: "How long exchanges lasted that stream, wait or became a tunnel",
    labels: ["stream"],
    read: ({ tally }) =>
      [...tally.streams].flatMap(([stream, durations]) => durationsOf(durations, { stream })),
  },
  {
    name: "quaygate_received_bytes_total",
    type: "counter",
    help: "Bytes of content from clients, of exchanges that are over",
    labels: ["client"],
    read: ({ tally }) => tally.clients.map(({ client, bytesIn: value }) => ({ labels: { client }, value })),
  },
  {
    name: "quaygate_sent_bytes_total",
    type: "counter",
    help: "Bytes of content to clients, of exchanges that are over",
    labels: ["client"],
    read: ({ tally }) => tally.clients.map(({ client, bytesOut: value }) => ({ labels: { client }, value })),
  },
  {
    name: "quaygate_limit_hits_total",
    type: "counter",
    help: "Requests that were beyond a limit, and so were refused with 429 or 413",
    labels: ["client", "limit"],
    read: ({ tally }) => tally.clients.flatMap(limitHitsOf),
  },
  {
    name: "quaygate_exchanges",
    type: "gauge",
    help: "Exchanges that are under way",
    labels: ["stream"],
    read: ({ underWay }) => byLabel("stream", new Map([...NOTHING_UNDER_WAY, ...underWay])),
  },
  {
    name: "quaygate_client_connections",
    type: "gauge",
    help: "Open connections of clients",
    labels: [],
    read: ({ seats }) => one(seats.taken),
  },
  {
    name: "quaygate_client_connections_limit",
    type: "gauge",
    help: "How many of them there may be",
    labels: [],
    read: ({ seats }) => one(seats.limit),
  },
  {
    name: "quaygate_draining",
    type: "gauge",
    help: "1 while the gate stops and takes no new requests",
    labels: [],
    read: ({ isDraining }) => one(Number(isDraining)),
  },
  {
    name: "quaygate_engine_up",
    type: "gauge",
    help: "1 where the engine answers, which is asked at each scrape",
    labels: [],
    read: ({ engine }) => one(Number(engine.isReachable)),
  },
  {
    name: "quaygate_engine_connections",
    type: "gauge",
    help: "Open connections to the engine",
    labels: ["state"],
    read: ({ engine: { used, idle } }) => byLabel("state", new Map(Object.entries({ used, idle }))),
  },
  {
    name: "quaygate_engine_connections_opened_total",
    type: "counter",
    help: "Connections to the engine that were opened",
    labels: [],
    read: ({ engine }) => one(engine.opened),
  },
  {
    name: "quaygate_policy_generation",
    type: "gauge",
    help: "1 for the policy file that the gate began with, and one more for each that took over",
    labels: [],
    read: ({ policy }) => (policy === undefined ? [] : one(policy.generation)),
  },
  {
    name: "quaygate_policy_rejected",
    type: "gauge",
    help: "1 while the policy file can't be used, and the last good one is in force",
    labels: [],
    read: ({ policy }) => (policy === undefined ? [] : one(Number(policy.isRejected))),
  },
  {
    name: "quaygate_log_dropped_lines_total",
    type: "counter",
    help: "Lines of the log that were dropped, because nobody took them in time",
    labels: ["sink"],
    read: ({ droppedLines }) => byLabel("sink", droppedLines),
  },
  {
    name: "quaygate_event_loop_active_seconds_total",
    type: "counter",
    help: "How long the gate's one thread was busy: its rate is near 1 where it can do no more",
    labels: [],
    read: () => one(performance.eventLoopUtilization().active / MILLI),
  },
  {
    name: "quaygate_event_loop_lag_seconds",
    type: "gauge",
    help: "How long what is to be done at once waits for the gate's one thread, measured at each scrape",
    labels: [],
    read: ({ eventLoopLag }) => one(eventLoopLag),
  },
  {
    name: "quaygate_build_info",
    type: "gauge",
    help: "1, for its labels",
    labels: ["version", "node"],
    read: ({ version }) => [{ labels: { version, node: process.versions.node }, value: 1 }],
  },
  {
    name: "process_cpu_seconds_total",
    type: "counter",
    help: "Time on processors, of the process and the system for it",
    labels: [],
    read: () => {
      const { user, system } = process.cpuUsage();
      return one((user + system) / MICRO);
    },
  },
  {
    name: "process_resident_memory_bytes",
    type: "gauge",
    help: "Memory that the process has",
    labels: [],
    read: () => one(process.memoryUsage.rss()),
  },
  {
    name: "process_start_time_seconds",
    type: "gauge",
    help: "When the process started, in seconds since 1970",
    labels: [],
    read: () => one(performance.timeOrigin / MILLI),
  },
  {
    name: "nodejs_heap_size_used_bytes",
    type: "gauge",
    help: "Memory of the heap that is in use",
    labels: [],
    read: () => one(process.memoryUsage().heapUsed),
  },
];
