import { type AimsByConnections, judgedAims, meteredAims, requestAims, reviewedAims } from "./aims.ts";

/** A request that is sent over and over. */
export interface Workload {
  readonly title: string;
  /** What stands behind the proxies. */
  readonly backend: "engine" | "fixed";
  readonly method: "GET" | "POST";
  readonly path: string;
  /** The status that both proxies must give. */
  readonly status: number;
  /** How many connections send it at the same time, one measurement each. */
  readonly connections: readonly number[];
  /** Each request comes on a connection of its own. */
  readonly closes?: true;
  /** Each answer has other bytes, as many of them. */
  readonly differs?: true;
  /** The shortest round that says something, in seconds, where the backend itself is slow. */
  readonly leastSeconds?: number;
  /** How long it is sent before the first round, where a second is not enough: Node compiles as it learns what is used. */
  readonly warmUpSeconds?: number;
  /** What is asked for in that time instead, where the backend is too slow to give enough of it. */
  readonly warmUpPath?: string;
  /** What the CPU a request is hoped to be. */
  readonly aims?: AimsByConnections;
}

/** Creating a container, let through: what it costs to judge the body is the gate's against its own forwarding. */
export const judgedWorkload: Workload = {
  title: "judged: POST /v1.41/containers/create",
  backend: "fixed",
  method: "POST",
  path: "/v1.41/containers/create?name=web",
  status: 200,
  connections: [1, 16, 64],
  warmUpSeconds: 8,
  aims: judgedAims,
};

/** A list of which each entry is read, asked for again and again: what that costs is the gate's against its own forwarding. */
export const reviewedWorkload: Workload = {
  title: "reviewed: list of 100 containers",
  backend: "fixed",
  method: "GET",
  path: "/v1.41/containers/json?all=1",
  status: 200,
  connections: [1, 16, 64],
  warmUpSeconds: 5,
  aims: reviewedAims,
};

/** The same of one that has other containers each time. */
export const reviewedAnewWorkload: Workload = {
  title: "reviewed: list of 100 other containers",
  backend: "fixed",
  method: "GET",
  path: "/v1.41/containers/json?all=1&size=1",
  status: 200,
  connections: [1, 16, 64],
  differs: true,
  warmUpSeconds: 5,
};

/** The shortest request, of which counting it is the largest part: with metrics, against the gate without. */
export const meteredWorkload: Workload = {
  title: "metered: GET /_ping",
  backend: "fixed",
  method: "GET",
  path: "/_ping",
  status: 200,
  connections: [1, 16, 64],
  warmUpSeconds: 3,
  aims: meteredAims,
};

/** Containers on the engine while the short list is asked for. */
const FEW_CONTAINERS = 3;
const SHORT_LIST = `/v1.41/containers/json?all=1&limit=${FEW_CONTAINERS}`;
/** Containers on the engine in all: the long list. */
export const MANY_CONTAINERS = 100;

/** What is measured, in this order. */
export const workloads: readonly Workload[] = [
  {
    title: "fixed answer: GET /_ping",
    backend: "fixed",
    method: "GET",
    path: "/_ping",
    status: 200,
    connections: [1, 16, 64, 256],
    warmUpSeconds: 3,
    aims: requestAims.ping,
  },
  {
    title: "fixed answer: GET /_ping, a new connection each",
    backend: "fixed",
    method: "GET",
    path: "/_ping",
    status: 200,
    connections: [16, 64],
    closes: true,
  },
  {
    title: "streamed megabyte: GET /v1.41/containers/web/archive",
    backend: "fixed",
    method: "GET",
    path: "/v1.41/containers/web/archive?path=/data",
    status: 200,
    connections: [1, 16, 64],
    warmUpSeconds: 3,
    aims: requestAims.megabyte,
  },
  {
    title: "denied: POST /v1.41/containers/create",
    backend: "fixed",
    method: "POST",
    path: "/v1.41/containers/create?name=web",
    status: 403,
    connections: [1, 16, 64],
    warmUpSeconds: 3,
    aims: requestAims.denied,
  },
  {
    title: "engine: GET /_ping",
    backend: "engine",
    method: "GET",
    path: "/_ping",
    status: 200,
    connections: [1, 16, 64, 256],
    warmUpSeconds: 3,
    aims: requestAims.ping,
  },
  {
    title: `engine: list of ${FEW_CONTAINERS} containers`,
    backend: "engine",
    method: "GET",
    path: SHORT_LIST,
    status: 200,
    connections: [1, 16, 64],
    warmUpSeconds: 6,
    aims: requestAims.shortList,
  },
  {
    title: `engine: list of ${MANY_CONTAINERS} containers`,
    backend: "engine",
    method: "GET",
    path: "/v1.41/containers/json?all=1",
    status: 200,
    connections: [1, 16, 64],
    leastSeconds: 3,
    warmUpSeconds: 8,
    warmUpPath: SHORT_LIST,
    aims: requestAims.longList,
  },
];
