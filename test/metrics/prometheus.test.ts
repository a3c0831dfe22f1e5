import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { METRICS } from "../../src/metrics/definitions.ts";
import { openPolicyScene, type PolicyScene } from "../proxy/client/policy-scene.ts";
import { answerOf, type EngineScript } from "../support/scripted-engine.ts";
import { dashboardQueries, metricsIn } from "./dashboard.ts";
import { asksPrometheus, PROMETHEUS_FOLDER, promtool, startPrometheus } from "./prometheus.ts";
import { scrape } from "./scrape.ts";

const RULES = readFileSync(join(PROMETHEUS_FOLDER, "quaygate.rules.yaml"), "utf8");
const ALERTS = [...RULES.matchAll(/- alert: (?<name>\w+)/gu)].map(({ groups }) => groups?.["name"] ?? "");
const TESTS = readFileSync(join(PROMETHEUS_FOLDER, "quaygate.rules.test.yaml"), "utf8");

describe("the alert rules", () => {
  test("have a unit test each, with an alert that fires", () => {
    const cases = TESTS.split("alertname: ").slice(1);
    const fired = cases.filter((text) => text.includes("exp_alerts:")).map((text) => /^\w+/u.exec(text)?.[0]);
    expect(ALERTS.length).toBeGreaterThan(6);
    expect(new Set(fired)).toEqual(new Set(ALERTS));
  });

  test.runIf(asksPrometheus)("are rules to promtool, and its unit tests of them pass", () => {
    const found = `SUCCESS: ${ALERTS.length} rules found`;
    expect(promtool(["check", "rules", "quaygate.rules.yaml"])).toContain(found);
    expect(promtool(["test", "rules", "quaygate.rules.test.yaml"])).toContain("SUCCESS");
    expect(promtool(["check", "config", "prometheus.yaml"])).toContain("SUCCESS");
  });
});

test.each([
  ["rules", RULES],
  ["dashboard", dashboardQueries().join("\n")],
])("the %s name no metric that there is not", (_, text) => {
  const known = new Set(METRICS.map(({ name }): string => name));
  const named = metricsIn(text);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !known.has(name.replace(/_(?:bucket|sum|count)$/u, "")))).toEqual([]);
});

const POLICY = `clients:
  reader: { from: 127.0.0.2, allow: [containers:read, ping, SystemEvents], limits: { requests: 100, burst: 3 } }
`;
const READER = "127.0.0.2";
const STRANGER = "127.0.0.3";
const EVENTS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/** Fails where the path says so, and sends events that have no end. */
const engine: EngineScript = async (connection) => {
  for (;;) {
    const { startLine } = await connection.next({ mayNeverCome: true });
    const status = startLine.includes("broken") ? "500 Internal Server Error" : "200 OK";
    await connection.send(startLine.includes("/events ") ? EVENTS : answerOf("OK", status));
  }
};

async function openMeasured(): Promise<PolicyScene> {
  return openPolicyScene(POLICY, engine, { QUAYGATE_ADMIN: "tcp://127.0.0.1:0" });
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Some of each: well, failed, ended streams, denied. */
const PATHS = [
  "/containers/json",
  "/containers/broken/json",
  "/events?until=1",
  "/secrets",
  "/_ping",
] as const;

describe.runIf(asksPrometheus)("a real Prometheus", () => {
  test("finds nothing to improve in a scrape", async () => {
    const { gate, connect } = await openMeasured();
    const client = await connect(READER);
    for (const path of PATHS) {
      await client.send(get(path));
      await client.next();
    }
    const { text } = await scrape(gate.gate);
    expect(promtool(["check", "metrics"], text)).toBe("");
  });

  test("has the alerts, and numbers for every query of the dashboard where there is traffic", async () => {
    const { gate, connect } = await openMeasured();
    const { admin } = gate.gate;
    if (admin === undefined) throw new Error("the gate serves no metrics");
    const prometheus = await startPrometheus(admin);
    const watcher = await connect(READER);
    await watcher.send(get("/events"));
    const [reader, stranger] = [await connect(READER), await connect(STRANGER)];
    const isScraped = async (): Promise<boolean> => {
      for (const path of PATHS) {
        await reader.send(get(path));
        await reader.next();
      }
      await stranger.send(get("/_ping"));
      await stranger.next();
      const scrapes = await prometheus.query("count_over_time(quaygate_engine_up[1m])");
      return (scrapes[0] ?? 0) >= ENOUGH_SCRAPES;
    };
    await expect.poll(isScraped).toBe(true);

    expect(await prometheus.query('up{job="quaygate"}')).toEqual([1]);
    expect(await prometheus.alerts()).toEqual(ALERTS);
    const queries = dashboardQueries({ instance: ".*", client: ".*", __rate_interval: "1m" });
    expect(queries.length).toBeGreaterThan(20);
    const answers = await Promise.all(
      queries.map(async (query) => ({ query, numbers: (await prometheus.query(query)).length })),
    );
    expect(answers.filter(({ numbers }) => numbers === 0)).toEqual([]);
  });
});

/** A rate needs two of them with the same series. */
const ENOUGH_SCRAPES = 5;
