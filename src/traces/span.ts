import { type Attributes, type HrTime, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { type AuditRecord, levelOf } from "../audit/record.ts";
import type { TraceContext } from "../http1/trace-context.ts";

/** Who makes spans. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly scope: ReadableSpan["instrumentationScope"];
}

const SERVER_ERROR = 500;
const MILLISECONDS = 1_000;
const NANOSECONDS = 1_000_000_000;

/**
 * Makes the span of an exchange from its record, by OpenTelemetry's conventions for HTTP servers. `own` is the span's place in
 * its trace, `parent` that of the caller. It says nothing that the record does not, so nothing secret.
 */
export function spanOf(
  record: AuditRecord,
  own: TraceContext,
  parent: TraceContext | undefined,
  { resource, scope }: SpanOrigin,
): ReadableSpan {
  const { code, status, reason } = record;
  const hasFailed = status >= SERVER_ERROR || levelOf(record) === "err";
  const start = timeOf(Date.parse(record.time));
  const duration = timeOf(record.duration);
  const context = contextOf(own);
  return {
    name: record.operation ?? record.method ?? "HTTP",
    kind: SpanKind.SERVER,
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: { ...contextOf(parent), isRemote: true } }),
    startTime: start,
    endTime: sumOf(start, duration),
    duration,
    ended: true,
    status: hasFailed
      ? { code: SpanStatusCode.ERROR, ...(reason === undefined ? {} : { message: reason }) }
      : { code: SpanStatusCode.UNSET },
    attributes: attributesOf(record, hasFailed ? (code ?? String(status)) : undefined),
    links: [],
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf({ trace, span, flags }: TraceContext): ReturnType<ReadableSpan["spanContext"]> {
  return { traceId: trace, spanId: span, traceFlags: flags };
}

function attributesOf(record: AuditRecord, errorType: string | undefined): Attributes {
  const { method, path, status, operation, code, rule, missing } = record;
  return {
    ...(method === undefined ? {} : { "http.request.method": method }),
    ...(path === undefined ? {} : { "url.path": path }),
    ...(status === 0 ? {} : { "http.response.status_code": status }),
    ...(errorType === undefined ? {} : { "error.type": errorType }),
    "http.request.body.size": record.bytesIn,
    "http.response.body.size": record.bytesOut,
    "client.address": record.address,
    "quaygate.client": record.client,
    ...(operation === undefined ? {} : { "quaygate.operation": operation }),
    "quaygate.verdict": record.verdict,
    ...(code === undefined ? {} : { "quaygate.code": code }),
    ...(rule === undefined ? {} : { "quaygate.rule": rule }),
    ...(missing.length === 0 ? {} : { "quaygate.missing": [...missing] }),
    "quaygate.stream": record.stream,
    "quaygate.end": record.end,
  };
}

/** Whole seconds and the nanoseconds beside them, of milliseconds that are told to the microsecond. */
function timeOf(milliseconds: number): HrTime {
  const seconds = Math.trunc(milliseconds / MILLISECONDS);
  const rest = milliseconds - seconds * MILLISECONDS;
  return [seconds, Math.round(rest * MILLISECONDS) * MILLISECONDS];
}

function sumOf([seconds, nanoseconds]: HrTime, [more, moreNanoseconds]: HrTime): HrTime {
  const sum = nanoseconds + moreNanoseconds;
  return [seconds + more + Math.floor(sum / NANOSECONDS), sum % NANOSECONDS];
}
