import { ENGINE_HOST } from "../engine/own-request.ts";
import type { RequestFraming } from "../http1/framing.ts";
import type { RequestHead } from "../http1/request-head.ts";
import { serializeRequestHead } from "../http1/serialize.ts";
import { parseTraceState, type TraceContext } from "../http1/trace-context.ts";
import type { Allow } from "../policy/verdict.ts";

/**
 * The head that goes to the engine: its lines are written anew, with the canonical path that was judged. The query is the
 * judged one where powers are restricted, else the client's; the fields' values are the client's, all of them parsed. Where in
 * a trace it stands is what `trace` says.
 */
export function engineHead(
  { method, query, fields, trace: received }: RequestHead,
  { path }: Allow,
  framing: RequestFraming,
  upgrade: string | undefined,
  trace: TraceContext | undefined,
): string {
  const target = query === undefined ? path.canonical : `${path.canonical}?${query}`;
  // Of another trace than the client's the systems before know nothing.
  const goesOn = trace !== undefined && trace.trace === received?.trace;
  return serializeRequestHead({
    method,
    target,
    host: ENGINE_HOST,
    fields,
    framing,
    upgrade,
    trace,
    traceState: goesOn ? parseTraceState(fields) : undefined,
  });
}
