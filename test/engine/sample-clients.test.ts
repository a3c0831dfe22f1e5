import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSampleEngine, type SampleEngine } from "../../src/sample/engine.ts";
import { docker } from "../support/docker-cli.ts";
import { hasEngine } from "../support/engine-gate.ts";

// The sample needs no engine: here are the clients of each release.
describe.runIf(hasEngine)("the sample engine is understood by this release's", () => {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-sample-"));
  let sample: SampleEngine | undefined;
  beforeAll(async () => {
    sample = await openSampleEngine(join(folder, "docker.sock"));
  });
  afterAll(async () => {
    await sample?.close();
    rmSync(folder, { recursive: true });
  });

  test.each([
    { words: "version", shows: "Sample engine" },
    { words: "info", shows: "quaygate-sample" },
    { words: "ps --all --size", shows: "migrate" },
    { words: "inspect db", shows: "POSTGRES_PASSWORD=sample-only" },
    { words: "logs --tail=9 worker", shows: "done in" },
    { words: "stats --no-stream web", shows: "MiB" },
    { words: "top web", shows: "nginx" },
    { words: "images", shows: "postgres" },
    { words: "network ls", shows: "shop_default" },
    { words: "volume ls", shows: "shop_data" },
    { words: "exec web echo hello", shows: "hello" },
    { words: "restart web", shows: "web" },
    { words: "events --since=60h --until=0s", shows: "container start" },
  ])("docker $words", async ({ words, shows }) => {
    const result = await docker(`unix://${sample?.socketPath ?? ""}`, words.split(" "));
    expect(result).toEqual({ code: 0, stdout: expect.stringContaining(shows), stderr: expect.any(String) });
  });
});
