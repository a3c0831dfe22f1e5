import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { entriesOf } from "../examples/example.ts";
import { parseSeries, sumOf } from "../metrics/scrape.ts";
import { get, openEngine } from "./engine.ts";
import { startGate } from "./quaygate-command.ts";

test("quaygate run serves metrics beside health: of its process, its release and what was asked", async () => {
  const gate = await startGate({
    QUAYGATE_ENGINE: await openEngine(),
    QUAYGATE_ADMIN: "tcp://127.0.0.1:0",
    CONTAINERS: "1",
  });
  await gate.untilOutput("/health");
  const client = await gate.connect();
  await client.send(get("/containers/json"));
  await client.next();
  await gate.untilOutput('"operation":"ContainerList"');
  const [place = ""] = /http:\/\/127\.0\.0\.1:\d+\/metrics/u.exec(gate.stdout()) ?? [];
  const series = parseSeries(await (await fetch(place)).text());
  expect(sumOf(series, "quaygate_requests_total", { operation: "ContainerList", status: "2xx" })).toBe(1);
  const manifest = entriesOf(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  expect(series.find(({ name }) => name === "quaygate_build_info")?.labels).toEqual({
    version: manifest.get("version"),
    node: process.versions.node,
  });
  const started = sumOf(series, "process_start_time_seconds") ?? 0;
  expect(Math.abs(started - Date.now() / 1_000)).toBeLessThan(3_600);
  for (const name of [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "nodejs_heap_size_used_bytes",
  ]) {
    expect(sumOf(series, name)).toBeGreaterThan(0);
  }
});
