import { describe, expect, test } from "vitest";
import { catalogue } from "../../src/docker/operations.ts";
import { ERROR_CODES } from "../../src/gate-error.ts";
import { VERDICT_WORDS } from "../../src/kernel/log-words.ts";
import { METRICS } from "../../src/metrics/definitions.ts";
import { LABELS } from "../../src/metrics/labels.ts";
import { openTunnel } from "../proxy/open-tunnel.ts";
import { openPolicyScene } from "../proxy/client/policy-scene.ts";
import { OPEN, openGate, openRig } from "../proxy/rig.ts";
import { eventually } from "../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript, ScriptedEngine } from "../support/scripted-engine.ts";
import { scrape, type Series, sumOf } from "./scrape.ts";

const ADMIN = { QUAYGATE_ADMIN: "tcp://127.0.0.1:0" } as const;
const ANSWERS: EngineScript = answerEach(answerOf("OK"));
const PING = "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
const LIST = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const POLICY = `clients:
  reader: { from: 127.0.0.2, allow: [containers:read, ping], limits: { requests: 1, burst: 2 } }
  builder: { from: 127.0.0.3, allow: ["*"] }
`;

describe("a scrape", () => {
  test("tells every metric there is, each with its help and type", async () => {
    const { gate, connect } = await openPolicyScene(POLICY, ANSWERS, ADMIN);
    const client = await connect("127.0.0.2");
    await client.send(PING);
    await client.next();
    const events = await connect("127.0.0.3");
    await events.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    await events.next();
    await eventually(() => gate.records.length === 2, "both exchanges are over");
    const { contentType, text, series } = await scrape(gate.gate);
    expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    for (const { name, type, help } of METRICS) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}`);
    }
    const names = new Set(METRICS.map(({ name }): string => name));
    const others = series.map(({ name }) => name.replace(/_(?:bucket|sum|count)$/u, ""));
    expect(others.filter((name) => !names.has(name))).toEqual([]);
  });

  test("is OpenMetrics for who asks for that", async () => {
    const { gate, ask, untilRecords } = await openRig({ env: { ...OPEN, ...ADMIN }, script: ANSWERS });
    await ask(PING);
    await untilRecords(1);
    const { contentType, text } = await scrape(gate.gate, "application/openmetrics-text; version=1.0.0");
    expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(text).toContain("# TYPE quaygate_requests counter\nquaygate_requests_total{");
    expect(text).toContain("# TYPE quaygate_request_duration_seconds histogram\n");
    expect(text.endsWith("\n# EOF\n")).toBe(true);
  });

  test("has in each bucket of a histogram all that took as long or less", async () => {
    const { gate, ask, untilRecords } = await openRig({ env: { ...OPEN, ...ADMIN }, script: ANSWERS });
    for (let sent = 0; sent < 5; sent += 1) await ask(LIST);
    await untilRecords(5);
    const { series } = await scrape(gate.gate);
    const name = "quaygate_request_duration_seconds";
    const buckets = series.filter((each) => each.name === `${name}_bucket`);
    const values = buckets.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((one, other) => one - other));
    expect(buckets.at(0)?.labels).toEqual({ operation: "ContainerList", le: "0.001" });
    expect(buckets.at(-1)).toMatchObject({ labels: { le: "+Inf" }, value: 5 });
    expect(sumOf(series, `${name}_count`)).toBe(5);
    const seconds = gate.records.reduce((sum, { duration }) => sum + duration, 0) / 1_000;
    expect(sumOf(series, `${name}_sum`)).toBeCloseTo(seconds, 9);
  });

  test("is not there where metrics are off", async () => {
    const { gate } = await openRig({ env: { ...ADMIN, QUAYGATE_METRICS: "off" } });
    await expect(scrape(gate.gate)).rejects.toThrow("metrics got 404");
  });
});

test("nothing that a caller sends becomes a label", async () => {
  const { gate, connect } = await openPolicyScene(POLICY, ANSWERS, ADMIN);
  const evil = [
    'GET /containers/evil"} 1/json?evil=evil HTTP/1.1\r\nHost: evil\r\nEvil: evil\r\n\r\n',
    "EVIL /evil HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /v1.41/evil/evil HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /containers/evil/json?evil=1 HTTP/1.1\r\nHost: x\r\nUser-Agent: evil\r\n\r\n",
    'POST /containers/create?name=evil HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\n{"Evil":"evil"}',
    "evil\r\n\r\n",
  ];
  for (const from of ["127.0.0.2", "127.0.0.3", "127.0.0.4"]) {
    for (const request of evil) {
      const client = await connect(from);
      await client.send(request);
      await client.next();
    }
  }
  const { text, series } = await scrape(gate.gate);
  expect(sumOf(series, "quaygate_requests_total")).toBe(gate.records.length);
  expect(text).not.toMatch(/evil/iu);
  const known: Readonly<Record<string, ReadonlySet<string>>> = {
    client: new Set(["reader", "builder", "nobody"]),
    operation: new Set(catalogue.map(({ name }) => name)),
    verdict: new Set(VERDICT_WORDS),
    code: new Set(Object.keys(ERROR_CODES)),
    status: new Set(["none", "2xx", "3xx", "4xx", "5xx"]),
  };
  for (const { labels } of series) {
    for (const [label, value] of Object.entries(labels)) {
      expect(label === "le" ? "le" : Object.keys(LABELS)).toContain(label);
      if (known[label] !== undefined) expect([...known[label]]).toContain(value);
    }
  }
});

describe("a gate tells at each scrape", () => {
  test("whether the engine answers", async () => {
    const engine = await ScriptedEngine.open("tcp", ANSWERS);
    const { gate } = await openGate("tcp", ADMIN, engine.address);
    expect(sumOf((await scrape(gate.gate)).series, "quaygate_engine_up")).toBe(1);
    engine.close();
    expect(sumOf((await scrape(gate.gate)).series, "quaygate_engine_up")).toBe(0);
  });

  test("the connections of clients and to the engine", async () => {
    const { gate, connect, untilRecords } = await openRig({
      env: { ...OPEN, ...ADMIN },
      script: ANSWERS,
      connectionLimit: 10,
    });
    const [first, second] = [await connect(), await connect()];
    await first.send(LIST);
    await first.next();
    await untilRecords(1);
    const busy = (await scrape(gate.gate)).series;
    expect(sumOf(busy, "quaygate_client_connections")).toBe(2);
    expect(sumOf(busy, "quaygate_client_connections_limit")).toBe(10);
    expect(sumOf(busy, "quaygate_engine_connections", { state: "idle" })).toBe(1);
    expect(sumOf(busy, "quaygate_engine_connections", { state: "used" })).toBe(0);
    expect(sumOf(busy, "quaygate_engine_connections_opened_total")).toBe(1);
    first.socket.destroy();
    second.socket.destroy();
    await expect
      .poll(async () => sumOf((await scrape(gate.gate)).series, "quaygate_client_connections"))
      .toBe(0);
  });

  test("a tunnel while it is open, and as a tunnel that took so long when it is over", async () => {
    const { gate, engine, client, server, untilRecords } = await openTunnel({ env: { ...OPEN, ...ADMIN } });
    const scrapeNext = async (index: number): Promise<readonly Series[]> => {
      const scraped = scrape(gate.gate);
      const probe = await engine.connection(index);
      await probe.next();
      await probe.send(answerOf("OK"));
      return (await scraped).series;
    };
    const open = await scrapeNext(1);
    expect(sumOf(open, "quaygate_exchanges", { stream: "tunnel" })).toBe(1);
    expect(sumOf(open, "quaygate_engine_connections", { state: "used" })).toBe(1);
    client.end();
    server.end();
    await untilRecords(1);
    const over = await scrapeNext(2);
    expect(sumOf(over, "quaygate_exchanges")).toBe(0);
    expect(sumOf(over, "quaygate_stream_duration_seconds_count", { stream: "tunnel" })).toBe(1);
    expect(sumOf(over, "quaygate_request_duration_seconds_count")).toBeUndefined();
  });
});

describe("a policy that changes", () => {
  test("is told by its generation, and one that can't be used as well", async () => {
    const { gate, reload } = await openPolicyScene(POLICY, ANSWERS, ADMIN);
    const told = async (): Promise<readonly (number | undefined)[]> => {
      const { series } = await scrape(gate.gate);
      return [sumOf(series, "quaygate_policy_generation"), sumOf(series, "quaygate_policy_rejected")];
    };
    expect(await told()).toEqual([1, 0]);
    gate.gate.rejectPolicy(3);
    expect(await told()).toEqual([1, 1]);
    await reload(POLICY.replace("builder", "maker"));
    expect(await told()).toEqual([2, 0]);
  });

  test("takes no count away, and brings its new clients with it", async () => {
    const { gate, connect, reload } = await openPolicyScene(POLICY, ANSWERS, ADMIN);
    const client = await connect("127.0.0.3");
    await client.send(PING);
    await client.next();
    await reload(POLICY.replace("builder", "maker"));
    await client.send(PING);
    await client.next();
    await eventually(() => gate.records.length === 2, "both exchanges are over");
    const { series } = await scrape(gate.gate);
    expect(sumOf(series, "quaygate_requests_total", { client: "builder" })).toBe(1);
    expect(sumOf(series, "quaygate_requests_total", { client: "maker" })).toBe(1);
  });

  test("tells limits that are hit, and clients that hit none", async () => {
    const { gate, connect } = await openPolicyScene(POLICY, ANSWERS, ADMIN);
    const reader = await connect("127.0.0.2");
    for (let sent = 0; sent < 5; sent += 1) {
      await reader.send(PING);
      await reader.next();
    }
    await eventually(() => gate.records.length === 5, "all exchanges are over");
    const { series } = await scrape(gate.gate);
    const hits = (client: string, limit: string): number | undefined =>
      sumOf(series, "quaygate_limit_hits_total", { client, limit });
    expect(hits("reader", "requests")).toBe(gate.records.filter(({ status }) => status === 429).length);
    expect(hits("reader", "requests")).toBeGreaterThan(0);
    expect([hits("reader", "body"), hits("builder", "requests")]).toEqual([0, 0]);
  });
});
