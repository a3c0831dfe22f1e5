import { describe, expect, test } from "vitest";
import type { Environment } from "../../src/config/environment.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { explainReport, reportOf } from "../../src/config/report.ts";
import type { Settings } from "../../src/config/settings.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

function read(environment: Environment): Settings {
  const settings = readSettings(environment, { terminal: false });
  if (!settings.ok) throw new Error(settings.error.map(({ message }) => message).join("\n"));
  return settings.value;
}

function warningsOf(environment: Environment): readonly string[] {
  return read(environment).warnings.map(({ setting, message }) => `${setting}: ${message}`);
}

describe("traces are exported", () => {
  test.each([
    ["to the endpoint with the path of traces", ENDPOINT, "http://collector:4318/v1/traces"],
    [
      "below the path of the endpoint",
      { OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector/otlp/" },
      "https://collector/otlp/v1/traces",
    ],
    [
      "to the endpoint of traces as it stands, before the other",
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other:1/here" },
      "http://other:1/here",
    ],
    [
      "where the exporter is named",
      { ...ENDPOINT, OTEL_TRACES_EXPORTER: "console, otlp" },
      "http://collector:4318/v1/traces",
    ],
    [
      "where the SDK is not disabled",
      { ...ENDPOINT, OTEL_SDK_DISABLED: "no" },
      "http://collector:4318/v1/traces",
    ],
    [
      "in the protocol that is known",
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" },
      "http://collector:4318/v1/traces",
    ],
    [
      "in the protocol of traces",
      {
        ...ENDPOINT,
        OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
      },
      "http://collector:4318/v1/traces",
    ],
  ])("%s", (_, environment, url) => {
    expect(read(environment).traces?.url).toBe(url);
    expect(warningsOf(environment)).toEqual([]);
  });

  test("and the report tells where to, without what stands in the address beside that", () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:hunter2@collector:4318/?token=hunter2" };
    const lines = explainReport(reportOf(read(environment)));
    expect(lines).toContain("traces go to http://collector:4318/v1/traces (OTEL_EXPORTER_OTLP_ENDPOINT)");
    expect(lines.join("\n")).not.toContain("hunter2");
    expect(warningsOf(environment)).toEqual([
      "OTEL_EXPORTER_OTLP_ENDPOINT: OTEL_EXPORTER_OTLP_ENDPOINT names a user, who is not sent: set OTEL_EXPORTER_OTLP_HEADERS",
    ]);
  });
});

describe("traces are not exported, without a word,", () => {
  test.each([
    ["where nothing is set", {}],
    ["where the endpoint is empty", { OTEL_EXPORTER_OTLP_ENDPOINT: " " }],
    ["where the SDK is disabled", { ...ENDPOINT, OTEL_SDK_DISABLED: "True" }],
    ["where there is to be no exporter", { ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" }],
    ["where nothing is ever sampled", { ...ENDPOINT, OTEL_TRACES_SAMPLER: "always_off" }],
    ["where only other variables are set", { OTEL_SERVICE_NAME: "x", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }],
  ])("%s", (_, environment) => {
    expect(read(environment).traces).toBeUndefined();
    expect(warningsOf(environment)).toEqual([]);
    expect(explainReport(reportOf(read(environment))).filter((line) => line.includes("traces"))).toEqual([]);
  });
});

describe("a variable that can't be used is a warning that shows no value, and stops nothing:", () => {
  test.each<readonly [name: string, Environment]>([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", { OTEL_EXPORTER_OTLP_ENDPOINT: "collector hunter2" }],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", { OTEL_EXPORTER_OTLP_ENDPOINT: "grpc://hunter2:4317" }],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", { OTEL_EXPORTER_OTLP_ENDPOINT: "hunter2:4318" }],
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "hunter2" }],
    ["OTEL_TRACES_EXPORTER", { ...ENDPOINT, OTEL_TRACES_EXPORTER: "hunter2" }],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "hunter2" }],
    ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc" }],
  ])("%s", (name, environment) => {
    expect(read(environment).traces).toBeUndefined();
    const [warning = "", ...others] = warningsOf(environment);
    expect(others).toEqual([]);
    expect(warning).toContain(`${name}: ${name} `);
    expect(warning).toContain("no traces are exported");
    expect(warning).not.toContain("hunter2");
  });

  test.each([
    ["the place that it listens at", "tcp://127.0.0.1:2375", "http://127.0.0.1:2375"],
    ["one of all addresses that it listens at", "tcp://*:2375", "http://localhost:2375"],
    ["the default port", "tcp://127.0.0.1:80", "http://127.0.0.1"],
    ["an address in brackets", "tcp://[::1]:4318", "http://[::1]:4318/x"],
  ])("an endpoint that is the gate itself, by %s", (_, listen, endpoint) => {
    const environment = { QUAYGATE_LISTEN: listen, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    expect(read(environment).traces).toBeUndefined();
    expect(warningsOf(environment)).toEqual([
      expect.stringContaining("where the gate itself listens: no traces are exported"),
    ]);
  });
});

describe("the sampler", () => {
  test.each([
    [undefined, undefined, { heedsCaller: true, ratio: 1 }],
    ["parentbased_always_on", undefined, { heedsCaller: true, ratio: 1 }],
    ["parentbased_always_off", undefined, { heedsCaller: true, ratio: 0 }],
    ["parentbased_traceidratio", "0.1", { heedsCaller: true, ratio: 0.1 }],
    ["traceidratio", ".5", { heedsCaller: false, ratio: 0.5 }],
    ["traceidratio", undefined, { heedsCaller: false, ratio: 1 }],
    ["always_on", "0.1", { heedsCaller: false, ratio: 1 }],
  ])("%s with %s", (sampler, ratio, expected) => {
    const environment = { ...ENDPOINT, OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio };
    expect(read(environment).traces).toMatchObject(expected);
    expect(warningsOf(environment)).toEqual([]);
  });

  test.each([
    ["OTEL_TRACES_SAMPLER", { OTEL_TRACES_SAMPLER: "jaeger_remote" }],
    ["OTEL_TRACES_SAMPLER", { OTEL_TRACES_SAMPLER: "parentbased_jaeger_remote" }],
    ["OTEL_TRACES_SAMPLER_ARG", { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "10%" }],
    ["OTEL_TRACES_SAMPLER_ARG", { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }],
  ])("that can't be used is told: %s", (name, environment) => {
    expect(read({ ...ENDPOINT, ...environment }).traces).toMatchObject({ ratio: 1 });
    expect(warningsOf({ ...ENDPOINT, ...environment })).toEqual([
      expect.stringContaining(`${name}: ${name} `),
    ]);
  });
});

describe("batches", () => {
  test("are those of OpenTelemetry's defaults where nothing is said of them", () => {
    const expected = { delay: 5_000, timeout: 30_000, most: 2_048, size: 512 };
    expect(read(ENDPOINT).traces?.batches).toEqual(expected);
  });

  test.each([
    ["OTEL_BSP_SCHEDULE_DELAY", "delay", 5_000],
    ["OTEL_BSP_EXPORT_TIMEOUT", "timeout", 30_000],
    ["OTEL_BSP_MAX_QUEUE_SIZE", "most", 2_048],
    ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "size", 512],
  ] as const)("are as %s says", (setting, name, fallback) => {
    expect(read({ ...ENDPOINT, [setting]: "17" }).traces?.batches[name]).toBe(17);
    for (const text of ["0", "-1", "many", "1e9"]) {
      expect(read({ ...ENDPOINT, [setting]: text }).traces?.batches[name]).toBe(fallback);
      expect(warningsOf({ ...ENDPOINT, [setting]: text })).toEqual([
        `${setting}: ${setting} is no number from 1 on: ${fallback} holds`,
      ]);
    }
  });
});
