import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../support/raw-peer.ts";
import { openCollector } from "../traces/collector.ts";
import { get, openEngine } from "./engine.ts";
import { entriesOf, quaygate, startGate, testFolder, textsOf } from "./quaygate-command.ts";

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

  test("that can't open its log says what it noted before, and then why it does not start", async () => {
    const nowhere = join(testFolder(), "nowhere");
    const { code, stdout, stderr } = await quaygate(["run"], {
      QUAYGATE_ENGINE: await openEngine(),
      QUAYGATE_LISTEN: "tcp://127.0.0.1:0",
      QUAYGATE_ADMIN: "off",
      QUAYGATE_LOG_TO: `file://${nowhere}/gate.log`,
      OTEL_EXPORTER_OTLP_ENDPOINT: "https://127.0.0.1:4318",
      OTEL_EXPORTER_OTLP_CLIENT_KEY: `${nowhere}/key.pem`,
      OTEL_EXPORTER_OTLP_CERTIFICATE: `${nowhere}/authority.pem`,
    });
    const [cause, ...notes] = stderr.trimEnd().split("\n").toReversed();
    expect({ code, stdout, notes: textsOf(notes.toReversed().join("\n"), "msg") }).toEqual({
      code: 1,
      stdout: "",
      notes: [
        "traces: Failed to read root certificate file",
        "traces: Failed to read client certificate private key file",
      ],
    });
    expect(cause).toMatch(/^quaygate: .*nowhere/u);
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
