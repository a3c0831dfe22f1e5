import { randomBytes } from "node:crypto";
import { diag, DiagLogLevel } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import type { TraceSettings } from "../config/traces.ts";
import { RANDOM, SAMPLED, type TraceContext } from "../http1/trace-context.ts";
import type { ExchangeTrace, TraceStarter } from "../proxy/gate-parts.ts";
import type { NoteListener } from "../proxy/old-clients.ts";
import { type SpanOrigin, spanOf } from "./span.ts";
import { ToldExporter } from "./told-exporter.ts";

/** What exports the spans of a gate. */
export interface Traces {
  readonly begin: TraceStarter;
  /** Sends what has not gone out yet, for a second at most, and tells how much was lost. */
  close(): Promise<void>;
}

/** How long the last spans may take, in milliseconds: `docker stop` kills 10 seconds after it asked, and 8 may have passed. */
const CLOSE_DEADLINE = 1_000;
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
/** The part of a trace's id that is random by the flag that says so, in hexadecimal digits (W3C Trace Context, Level 2, §3.2.2.3). */
const RANDOM_DIGITS = 14;

/**
 * Opens the way of spans to an OTLP endpoint. Exchanges never wait for it: what can't go out is held in batches with a bound, and
 * dropped beyond. Headers, timeouts, certificates and resource attributes are OpenTelemetry's own variables, read here by its
 * packages; what they can't use is noted.
 */
export function openTraces(settings: TraceSettings, version: string, note: NoteListener): Traces {
  const complain = (message: string): void => note("warning", `traces: ${message}`);
  const logger = { error: complain, warn: complain, info: beSilent, debug: beSilent, verbose: beSilent };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const { url, heedsCaller, ratio, batches } = settings;
  const exporter = new ToldExporter(new OTLPTraceExporter({ url }), url, note);
  const processor = new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis: batches.delay,
    exportTimeoutMillis: batches.timeout,
    maxQueueSize: batches.most,
    maxExportBatchSize: batches.size,
  });
  const origin: SpanOrigin = { resource: resourceOf(version), scope: { name: "quaygate", version } };
  // From here on the exporter tells what it must.
  diag.disable();
  let offered = 0;

  const begin = (received: TraceContext | undefined): ExchangeTrace | undefined => {
    if (received === undefined && ratio === 0) return undefined;
    const trace = received?.trace ?? randomHex(TRACE_BYTES);
    const isSampled =
      heedsCaller && received !== undefined ? (received.flags & SAMPLED) !== 0 : isWithin(ratio, trace);
    const isSaid = received !== undefined && ((received.flags & SAMPLED) !== 0) === isSampled;
    if (!isSampled && isSaid) return received;
    const random = received === undefined ? RANDOM : received.flags & RANDOM;
    const own = { trace, span: randomHex(SPAN_BYTES), flags: random | (isSampled ? SAMPLED : 0) };
    if (!isSampled) return own;
    return {
      ...own,
      end: (record) => {
        offered += 1;
        processor.onEnd(spanOf(record, own, received, origin));
      },
    };
  };

  const close = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_DEADLINE);
    });
    await Promise.race([processor.shutdown().catch(beSilent), deadline]);
    clearTimeout(timer);
    const lost = offered - exporter.exported;
    if (lost > 0) note("warning", `traces: ${lost} of ${offered} spans were not exported`);
  };
  return { begin, close };
}

function beSilent(): void {
  // What the packages say beside that is for those who look for a fault in them.
}

function resourceOf(version: string): SpanOrigin["resource"] {
  return defaultResource()
    .merge(resourceFromAttributes({ "service.name": "quaygate", "service.version": version }))
    .merge(detectResources({ detectors: [envDetector] }));
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

/** Decides by the trace's id, so that each part of a trace is decided alike. */
function isWithin(ratio: number, trace: string): boolean {
  return Number.parseInt(trace.slice(-RANDOM_DIGITS), 16) / 16 ** RANDOM_DIGITS < ratio;
}
