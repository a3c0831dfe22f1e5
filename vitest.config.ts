import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { testsOnNode24 } from "./scripts/node-24.mjs";
import { filesNotOn } from "./test/engine/one-release.ts";
import { environmentOf } from "./test/support/engine-release.ts";
import { node24Pool } from "./test/support/node-24-pool.ts";

const gateTests = {
  // Only a test that hangs waits so long: a busy machine starts a command in seconds.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
  // These wait more than they compute: on two processors Vitest would run one file after the other.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};

/** Rooms whose tests open sockets, files or processes, or read what Node hands over; what only computes need not run twice. */
const onTheRuntime = [
  "admin",
  "audit",
  "cli",
  "clients",
  "engine-room",
  "http1",
  "kernel",
  "proxy",
  "traces",
  "wire",
];

// A real dockerd stands behind these: few files at once, and nothing else beside them.
const engineTests = {
  include: ["test/engine/**/*.test.ts"],
  testTimeout: 180_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 30_000 } },
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
  globalSetup: ["./test/support/engine-setup.ts"],
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/reporter.ts"],
    allowOnly: false,
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text", "html"] },
    projects: [
      {
        test: {
          ...gateTests,
          name: "gate",
          include: ["test/**/*.test.ts"],
          exclude: ["test/engine/**"],
        },
      },
      ...(testsOnNode24()
        ? [
            {
              test: {
                ...gateTests,
                name: "node-24",
                include: onTheRuntime.map((room) => `test/${room}/**/*.test.ts`),
                pool: node24Pool,
                setupFiles: ["./test/support/on-node-24.ts"],
              },
            },
          ]
        : []),
      {
        test: {
          ...engineTests,
          name: "engine",
          exclude: filesNotOn("installed"),
          env: environmentOf("installed"),
        },
      },
      {
        test: {
          ...engineTests,
          // The same promises on Debian's newest engine, with its clients.
          name: "engine-current",
          exclude: filesNotOn("current"),
          env: environmentOf("current"),
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
