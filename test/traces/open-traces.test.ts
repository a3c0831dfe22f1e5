import { afterEach, describe, expect, test, vi } from "vitest";
import type { TraceSettings } from "../../src/config/traces.ts";
import { openTraces, type Traces } from "../../src/traces/open-traces.ts";
import { ALLOWED, DENIED, FAILED } from "../audit/records.ts";
import { openRig } from "../proxy/rig.ts";
import { eventually, type Message, valuesOf } from "../support/raw-peer.ts";
import { answerEach, answerOf } from "../support/scripted-engine.ts";
import { openCollector } from "./collector.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const RECEIVED = { trace: TRACE, span: SPAN, flags: 1 };
const SERVER = 2;
const SOON = { delay: 20, timeout: 30_000, most: 2_048, size: 512 };

afterEach(() => {
  vi.unstubAllEnvs();
});

function open(
  endpoint: string,
  settings: Partial<TraceSettings> = {},
): { traces: Traces; notes: readonly string[] } {
  const notes: string[] = [];
  const traces = openTraces(
    { url: `${endpoint}/v1/traces`, setting: "x", heedsCaller: true, ratio: 1, batches: SOON, ...settings },
    "1.2.3",
    (level, message) => notes.push(`${level}: ${message}`),
  );
  return { traces, notes };
}

describe("an exchange that is sampled", () => {
  test("is one span at the collector, below its caller's, and the engine's hang below it", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=hunter2");
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=lab");
    const collector = await openCollector();
    const { traces, notes } = open(collector.endpoint);
    const heard: Message[] = [];
    const script = answerEach((message) => {
      heard.push(message);
      return answerOf("done");
    });
    const rig = await openRig({ script, trace: traces.begin });
    const before = Date.now();
    await rig.ask(
      `GET /v1.41/containers/json?all=hunter2 HTTP/1.1\r\nHost: x\r\ntraceparent: 00-${TRACE}-${SPAN}-01\r\n\r\n`,
    );
    const told = heard.map((message) => valuesOf(message, "traceparent").join());
    await eventually(() => collector.spans.length === 1, "the span");
    const [span] = collector.spans;
    expect(span).toMatchObject({
      ...{ trace: TRACE, parent: SPAN, name: "ContainerList", kind: SERVER, status: 0 },
      resource: {
        "service.name": "quaygate",
        "service.version": "1.2.3",
        "deployment.environment.name": "lab",
      },
    });
    expect(span?.attributes).toEqual({
      "http.request.method": "GET",
      "url.path": "/v1.41/containers/json",
      "http.response.status_code": 200,
      "http.request.body.size": 0,
      "http.response.body.size": 4,
      "client.address": "127.0.0.1",
      "quaygate.client": "everybody",
      "quaygate.operation": "ContainerList",
      "quaygate.verdict": "allow",
      "quaygate.rule": "CONTAINERS=1",
      "quaygate.stream": "none",
      "quaygate.end": "complete",
    });
    expect(told).toEqual([`00-${TRACE}-${span?.span ?? ""}-01`]);
    expect(rig.gate.records).toMatchObject([{ trace: TRACE, span: span?.span }]);
    const { start = 0, end = 0 } = span ?? {};
    expect(start).toBeGreaterThanOrEqual(before - 1);
    expect(end - start).toBeCloseTo(rig.gate.records[0]?.duration ?? -1, 2);
    expect(collector.requests).toMatchObject([
      { path: "/v1/traces", headers: { "x-key": "hunter2", "content-type": "application/x-protobuf" } },
    ]);
    expect(JSON.stringify(collector.spans)).not.toContain("hunter2");
    await traces.close();
    expect(notes).toEqual([]);
  });

  test("of no trace begins one", async () => {
    const collector = await openCollector();
    const { traces } = open(collector.endpoint);
    const [first, second] = [traces.begin(undefined), traces.begin(undefined)];
    expect(first).toMatchObject({
      trace: expect.stringMatching(/^[0-9a-f]{32}$/u),
      span: expect.stringMatching(/^[0-9a-f]{16}$/u),
      flags: 3,
    });
    expect(new Set([first?.trace, second?.trace, first?.span, second?.span]).size).toBe(4);
    first?.end?.(ALLOWED);
    await traces.close();
    expect(collector.spans).toMatchObject([{ trace: first?.trace, span: first?.span, parent: "" }]);
  });

  test.each([
    ["of a refusal is no error", DENIED, 0, undefined],
    ["of an engine that can't be reached is an error", FAILED, 2, "engine_unreachable"],
    ["of an engine's own error is one", { ...ALLOWED, status: 500 }, 2, "500"],
    [
      "of an answer that broke off is one",
      { ...ALLOWED, code: "engine_closed", end: "engine" as const },
      2,
      "engine_closed",
    ],
    ["of a stream that its client left is none", { ...ALLOWED, end: "client" as const }, 0, undefined],
  ])("%s", async (_, record, status, type) => {
    const collector = await openCollector();
    const { traces } = open(collector.endpoint);
    traces.begin(RECEIVED)?.end?.(record);
    await traces.close();
    expect(collector.spans).toMatchObject([{ status }]);
    expect(collector.spans[0]?.attributes["error.type"]).toBe(type);
  });

  test("has the time of its record, also where that is long and ends within another second", async () => {
    const collector = await openCollector();
    const { traces } = open(collector.endpoint);
    traces.begin(RECEIVED)?.end?.({ ...ALLOWED, time: "2026-11-24T15:04:05.999Z", duration: 86_400_001.234 });
    await traces.close();
    const start = Date.parse("2026-11-24T15:04:05.999Z");
    expect(collector.spans[0]?.start).toBe(start);
    expect((collector.spans[0]?.end ?? 0) - start).toBeCloseTo(86_400_001.234, 2);
  });
});

describe("what is sampled", () => {
  const notSampled = { ...RECEIVED, flags: 0 };

  test("is what the caller says: what is not goes on as it came", async () => {
    const collector = await openCollector();
    const { traces } = open(collector.endpoint);
    expect(traces.begin(notSampled)).toBe(notSampled);
    expect(traces.begin(RECEIVED)).toMatchObject({ trace: TRACE, flags: 1, end: expect.any(Function) });
    await traces.close();
    expect(collector.requests).toEqual([]);
  });

  test("is the gate's alone to say where the caller is not heeded", () => {
    const { traces } = open("http://127.0.0.1:1", { heedsCaller: false });
    expect(traces.begin(notSampled)).toMatchObject({ trace: TRACE, flags: 1, end: expect.any(Function) });
    const { traces: never } = open("http://127.0.0.1:1", { heedsCaller: false, ratio: 0 });
    const other = never.begin(RECEIVED);
    expect(other).toMatchObject({ trace: TRACE, flags: 0 });
    expect(other?.span).not.toBe(SPAN);
    expect(other?.end).toBeUndefined();
  });

  test("of new traces is none where the sampler says none: no ids are made for nobody", () => {
    const { traces } = open("http://127.0.0.1:1", { ratio: 0 });
    expect(traces.begin(undefined)).toBeUndefined();
    expect(traces.begin(RECEIVED)?.end).toBeDefined();
  });

  test("of new traces is a part that is decided by their ids", () => {
    const { traces } = open("http://127.0.0.1:1", { ratio: 0.25 });
    const begun = Array.from({ length: 4_000 }, () => traces.begin(undefined));
    const sampled = begun.filter((trace) => trace?.end !== undefined);
    expect(sampled.length).toBeGreaterThan(800);
    expect(sampled.length).toBeLessThan(1_200);
    expect(sampled.every((trace) => trace?.flags === 3)).toBe(true);
    expect(begun.filter((trace) => trace?.flags === 2)).toHaveLength(4_000 - sampled.length);
  });
});

describe("a collector that", () => {
  const MANY = 5_000;

  test("is not there is told once, loses what has no room, and holds up no exchange", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    const { traces, notes } = open("http://127.0.0.1:1", { batches: { ...SOON, most: 100, size: 10 } });
    for (let number = 0; number < MANY; number += 1) traces.begin(undefined)?.end?.(ALLOWED);
    await eventually(() => notes.length > 0, "the note");
    for (let number = 0; number < 50; number += 1) {
      traces.begin(undefined)?.end?.(ALLOWED);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await traces.close();
    expect(notes).toEqual([
      expect.stringMatching(/^warning: traces can't be exported to http:\/\/127\.0\.0\.1:1\/v1\/traces: .+/u),
      `warning: traces: ${MANY + 50} of ${MANY + 50} spans were not exported`,
    ]);
  });

  test("never answers ends no later than the deadline of a stop, and what it may have lost is told", async () => {
    const collector = await openCollector(() => undefined);
    const { traces, notes } = open(collector.endpoint);
    for (let number = 0; number < 10; number += 1) traces.begin(undefined)?.end?.(ALLOWED);
    await eventually(() => collector.requests.length > 0, "the spans to be on their way");
    await traces.close();
    expect(notes).toEqual(["warning: traces: 10 of 10 spans were not exported"]);
  });

  test("refuses and then takes spans is told of both, once each", async () => {
    let refuses = true;
    const collector = await openCollector((response) => {
      response.statusCode = refuses ? 400 : 200;
      response.end();
    });
    const { traces, notes } = open(collector.endpoint);
    for (let number = 1; number <= 3; number += 1) {
      traces.begin(undefined)?.end?.(ALLOWED);
      await eventually(() => collector.requests.length === number, "a batch");
    }
    refuses = false;
    await eventually(() => {
      traces.begin(undefined)?.end?.(ALLOWED);
      return notes.length > 1;
    }, "the second note");
    expect(notes).toEqual([
      `warning: traces can't be exported to ${collector.endpoint}/v1/traces: Bad Request`,
      `notice: traces go to ${collector.endpoint}/v1/traces again; at least 3 spans were lost`,
    ]);
    await traces.close();
  });
});

test("a variable that the exporter can't use is told, and stops nothing", async () => {
  vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "soon");
  const collector = await openCollector();
  const { traces, notes } = open(collector.endpoint);
  traces.begin(undefined)?.end?.(ALLOWED);
  await traces.close();
  expect(collector.spans).toHaveLength(1);
  expect(notes).toEqual([expect.stringMatching(/^warning: traces: .*OTEL_EXPORTER_OTLP_TIMEOUT/u)]);
});
