import { defineConfig } from "vitest/config";

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
          // A real dockerd stands behind these: few files at once, and nothing else beside them.
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 30_000 } },
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          globalSetup: ["./test/support/engine-setup.ts"],
        },
      },
    ],
  },
});
