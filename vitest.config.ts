import { defineConfig } from "vitest/config";
import { filesNotOn } from "./test/engine/one-release.ts";
import { environmentOf } from "./test/support/engine-release.ts";

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
          name: "gate",
          include: ["test/**/*.test.ts"],
          exclude: ["test/engine/**"],
          // Only a test that hangs waits so long: a busy machine starts a command in seconds.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
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
