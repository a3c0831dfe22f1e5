import { describe, expect, test } from "vitest";
import { statusOf } from "../support/raw-peer.ts";
import { openCollector } from "../traces/collector.ts";
import { get, openEngine } from "./engine.ts";
import { entriesOf, startGate } from "./quaygate-command.ts";

describe("a running gate", () => {
  test("says where traces go, and sends the last spans before it ends", async () => {
    const collector = await openCollector();
    const gate = await startGate({
      QUAYGATE_ENGINE: await openEngine(),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_SERVICE_NAME: "gate-of-the-lab",
    });
    expect(gate.stdout()).toContain(
      `traces go to ${collector.endpoint}/v1/traces (OTEL_EXPORTER_OTLP_ENDPOINT)`,
    );
    const peer = await gate.connect();
    await peer.send(get("/version"), get("/images/json"));
    expect(statusOf(await peer.next())).toBe(200);
    expect(statusOf(await peer.next())).toBe(403);
    gate.signal("SIGTERM");
    const { code, stdout } = await gate.result;
    expect(code).toBe(0);
    expect(collector.spans).toMatchObject([
      { name: "SystemVersion", resource: { "service.name": "gate-of-the-lab" } },
      { name: "ImageList", attributes: { "quaygate.verdict": "deny", "quaygate.code": "operation_denied" } },
    ]);
    const inLog = entriesOf(stdout).filter((entry) => JSON.stringify(entry).includes('"verdict"'));
    expect(inLog).toMatchObject(collector.spans.map(({ trace, span }) => ({ trace, span })));
  });

  test("without an endpoint exports nothing and gives no request a trace", async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(), OTEL_SERVICE_NAME: "x" });
    const peer = await gate.connect();
    await peer.send(get("/version"));
    expect(statusOf(await peer.next())).toBe(200);
    gate.signal("SIGTERM");
    const { stdout } = await gate.result;
    expect(stdout).toContain('"operation":"SystemVersion"');
    expect(stdout).not.toContain("trace");
  });

  test("starts and serves where the variables of OpenTelemetry mean nothing to it", async () => {
    const gate = await startGate({
      QUAYGATE_ENGINE: await openEngine(),
      OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317",
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    });
    const peer = await gate.connect();
    await peer.send(get("/version"));
    expect(statusOf(await peer.next())).toBe(200);
    expect(gate.stdout()).toContain("warning: OTEL_EXPORTER_OTLP_PROTOCOL is not http/protobuf");
  });
});
