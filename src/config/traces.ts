import { formatAddress, type ListenAddress } from "../kernel/address.ts";
import { isSamePlace } from "./address.ts";
import type { SettingReader } from "./setting-reader.ts";

/** Where the spans of exchanges go, and of which exchanges there are some. */
export interface TraceSettings {
  /** Where OTLP is taken over HTTP, without a user or a query. */
  readonly url: string;
  /** What told it. */
  readonly setting: string;
  /** Whether the caller's own decision holds, where a request tells one. */
  readonly heedsCaller: boolean;
  /** How many of all other traces are sampled, from 0 to 1. */
  readonly ratio: number;
  readonly batches: BatchSettings;
}

/** How spans wait for each other on their way out. */
interface BatchSettings {
  /** How long the first of a batch waits, in milliseconds. */
  readonly delay: number;
  /** How long one may take to go out, in milliseconds. */
  readonly timeout: number;
  /** How many spans wait at most; further ones are dropped. */
  readonly most: number;
  /** How many go out at once. */
  readonly size: number;
}

const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const PROTOCOL = "http/protobuf";

/**
 * Reads OpenTelemetry's variables; undefined where no traces are exported. They may be set for all programs of a host: one that
 * can't be used is told as a warning, without its value, and stops nothing. What else they say, the exporter reads by itself.
 */
export function readTraces(
  reader: SettingReader,
  listen: readonly ListenAddress[],
): TraceSettings | undefined {
  const setting = [TRACES_ENDPOINT, ENDPOINT].find((name) => reader.text(name) !== undefined);
  if (setting === undefined || !isWanted(reader) || !isSpoken(reader)) return undefined;
  const url = readUrl(reader, setting, listen);
  const sampler = readSampler(reader);
  return url === undefined || sampler === undefined
    ? undefined
    : { url, setting, ...sampler, batches: readBatches(reader) };
}

function isWanted(reader: SettingReader): boolean {
  const exporters = reader
    .text("OTEL_TRACES_EXPORTER")
    ?.split(",")
    .map((name) => name.trim()) ?? ["otlp"];
  if (reader.text("OTEL_SDK_DISABLED")?.toLowerCase() === "true" || exporters.includes("none")) return false;
  const isKnown = exporters.includes("otlp");
  if (!isKnown)
    reader.warn("OTEL_TRACES_EXPORTER", "names no exporter that the gate has (otlp): no traces are exported");
  return isKnown;
}

function isSpoken(reader: SettingReader): boolean {
  const names = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
  const name = names.find((candidate) => reader.text(candidate) !== undefined);
  const isKnown = name === undefined || reader.text(name) === PROTOCOL;
  if (!isKnown)
    reader.warn(name, `is not ${PROTOCOL}, the one protocol that the gate has: no traces are exported`);
  return isKnown;
}

function readUrl(
  reader: SettingReader,
  setting: string,
  listen: readonly ListenAddress[],
): string | undefined {
  const text = reader.text(setting) ?? "";
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^https?:$/u.test(parsed.protocol)) {
    reader.warn(setting, "is no address like http://collector:4318: no traces are exported");
    return undefined;
  }
  const { protocol, hostname, port, origin, pathname, username } = parsed;
  const place = {
    kind: "tcp",
    host: hostname.replaceAll(/^\[|\]$/gu, ""),
    port: Number(port === "" ? DEFAULT_PORTS[protocol] : port),
  } as const;
  const own = listen.find((address) => isSamePlace(address, place));
  if (own !== undefined) {
    reader.warn(setting, `is ${formatAddress(own)}, where the gate itself listens: no traces are exported`);
    return undefined;
  }
  if (username !== "") reader.warn(setting, "names a user, who is not sent: set OTEL_EXPORTER_OTLP_HEADERS");
  const path = pathname.replace(/\/$/u, "");
  return setting === ENDPOINT ? `${origin}${path}/v1/traces` : `${origin}${pathname}`;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

const SAMPLER = "OTEL_TRACES_SAMPLER";
const SAMPLER_RATIO = "OTEL_TRACES_SAMPLER_ARG";

type Sampler = Pick<TraceSettings, "heedsCaller" | "ratio">;

/** Undefined where nothing is ever sampled. */
function readSampler(reader: SettingReader): Sampler | undefined {
  const name = reader.text(SAMPLER) ?? "parentbased_always_on";
  const heedsCaller = name.startsWith("parentbased_");
  switch (name.replace(/^parentbased_/u, "")) {
    case "always_on":
      break;
    case "always_off":
      return heedsCaller ? { heedsCaller, ratio: 0 } : undefined;
    case "traceidratio":
      return { heedsCaller, ratio: readRatio(reader) };
    default:
      reader.warn(SAMPLER, "names no sampler that the gate has: parentbased_always_on holds");
      return { heedsCaller: true, ratio: 1 };
  }
  return { heedsCaller, ratio: 1 };
}

function readRatio(reader: SettingReader): number {
  const text = reader.text(SAMPLER_RATIO) ?? "1";
  const ratio = /^(?:[0-9]*\.)?[0-9]+$/u.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  reader.warn(SAMPLER_RATIO, "is no number from 0 to 1: 1 holds");
  return 1;
}

/** The defaults are the specification's. */
function readBatches(reader: SettingReader): BatchSettings {
  return {
    delay: readCount(reader, "OTEL_BSP_SCHEDULE_DELAY", 5_000),
    timeout: readCount(reader, "OTEL_BSP_EXPORT_TIMEOUT", 30_000),
    most: readCount(reader, "OTEL_BSP_MAX_QUEUE_SIZE", 2_048),
    size: readCount(reader, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512),
  };
}

function readCount(reader: SettingReader, setting: string, fallback: number): number {
  const text = reader.text(setting);
  if (text === undefined) return fallback;
  if (/^[1-9][0-9]{0,8}$/u.test(text)) return Number(text);
  reader.warn(setting, `is no number from 1 on: ${fallback} holds`);
  return fallback;
}
