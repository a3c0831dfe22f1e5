/** What one room may bring in. */
export interface Room {
  /** Rooms whose values it may import, besides itself. */
  readonly values: readonly string[];
  /** Further rooms of which it may import types only. */
  readonly types: readonly string[];
  /** Packages it may import, types or values. */
  readonly packages: readonly string[];
  /** Whether it may import Node's built-ins that touch the outside: files, sockets, processes. */
  readonly outside: boolean;
}

const every = [
  "http1",
  "docker",
  "policy",
  "gate-error",
  "engine",
  "clients",
  "proxy",
  "audit",
  "journal",
  "config",
  "admin",
  "metrics",
  "traces",
  "sample",
  "learn",
  "migrate",
  "callers",
  "gate",
  "cli",
  "kernel",
];

/**
 * The floor plan: a room is a folder of src or a file standing directly in it. `kernel` holds the smallest
 * shared things, which every room may use. A new arrow is a change here first.
 */
export const floorPlan: Readonly<Record<string, Room>> = {
  kernel: { values: [], types: [], packages: [], outside: false },
  http1: { values: ["kernel"], types: [], packages: [], outside: false },
  docker: { values: ["kernel"], types: [], packages: [], outside: false },
  policy: { values: ["kernel", "docker"], types: [], packages: [], outside: false },
  "gate-error": { values: [], types: ["http1", "policy"], packages: [], outside: false },
  engine: {
    values: ["kernel", "http1", "docker", "gate-error"],
    types: [],
    packages: [],
    outside: true,
  },
  clients: { values: ["kernel", "docker"], types: [], packages: [], outside: false },
  proxy: {
    values: ["kernel", "http1", "docker", "policy", "gate-error", "engine", "clients"],
    types: ["audit"],
    packages: [],
    outside: true,
  },
  audit: { values: ["kernel"], types: ["policy", "docker"], packages: [], outside: true },
  journal: { values: ["kernel"], types: ["audit"], packages: [], outside: true },
  config: {
    values: ["kernel", "docker", "policy", "clients"],
    types: ["admin"],
    packages: ["yaml", "zod/mini"],
    outside: true,
  },
  admin: { values: ["kernel", "http1", "policy"], types: [], packages: [], outside: true },
  metrics: {
    values: ["kernel"],
    types: ["audit", "docker", "engine", "gate-error"],
    packages: ["prom-client/lib/registry.js"],
    outside: false,
  },
  traces: {
    values: ["kernel", "http1", "audit"],
    types: ["config", "proxy"],
    packages: [
      "@opentelemetry/api",
      "@opentelemetry/core",
      "@opentelemetry/exporter-trace-otlp-proto",
      "@opentelemetry/resources",
      "@opentelemetry/sdk-trace",
    ],
    outside: true,
  },
  sample: { values: ["kernel"], types: [], packages: [], outside: true },
  // By which addresses clients can be told apart is known there (clients).
  learn: {
    values: ["kernel", "docker", "policy", "clients", "config", "journal"],
    types: [],
    packages: [],
    outside: false,
  },
  migrate: {
    values: ["kernel", "docker", "policy", "config"],
    types: [],
    packages: ["yaml"],
    outside: false,
  },
  // Whom the gate asks about callers, put together from its settings.
  callers: {
    values: ["kernel", "clients", "engine", "proxy"],
    types: ["config"],
    packages: [],
    outside: true,
  },
  gate: {
    values: every.filter((room) => !["cli", "migrate", "journal", "learn", "traces"].includes(room)),
    types: [],
    packages: [],
    outside: true,
  },
  cli: {
    // It foretells who a caller would be (clients).
    values: [
      "kernel",
      "config",
      "http1",
      "docker",
      "policy",
      "clients",
      "audit",
      "journal",
      "admin",
      "traces",
      "sample",
      "learn",
      "migrate",
      "gate",
    ],
    types: ["engine"],
    packages: [],
    outside: true,
  },
  index: { values: every, types: [], packages: [], outside: false },
};

/**
 * The rooms that have floors, from the lowest to the highest. A floor is a folder of the room, and "" is what stands
 * directly in it. It may import itself and what is below it, types and values alike.
 */
export const floors: Readonly<Record<string, readonly string[]>> = {
  proxy: ["", "exchange", "client"],
};

/** The rooms that each byte of an exchange passes through: nothing but Node's own code may stand in them. */
export const dataPath: readonly string[] = [
  "http1",
  "docker",
  "policy",
  "gate-error",
  "engine",
  "clients",
  "proxy",
];

/** Node's built-ins that only compute: a room without `outside` may import these and no others. */
export const computingBuiltins: readonly string[] = [
  "node:assert",
  "node:buffer",
  "node:crypto",
  "node:util",
];
