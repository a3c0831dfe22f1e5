import { EVERYBODY, type LogLevel } from "../kernel/log-words.ts";
import { onOneLine } from "../kernel/one-line.ts";
import type { AuditRecord, ToldObject, ToldRecord } from "./record.ts";

/** Puts colours around parts of a line that hold nothing of a client's. */
export interface Paint {
  readonly time: (text: string) => string;
  /** Level, status and verdict. */
  readonly state: (text: string, level: LogLevel) => string;
}

const PLAIN: Paint = { time: (text) => text, state: (text) => text };

/** One record as a line for a person: time, level, status, verdict, what was asked, by whom, and what is missing. */
export function formatRecord(level: LogLevel, record: ToldRecord, paint: Paint = PLAIN): string {
  const { verdict, operation, method, path, address, client, missing, duration, stream, end, status } =
    record;
  const { object, scope, repeated = 1 } = record;
  const why = [record.code, record.reason].filter((part) => part !== undefined).join(": ");
  const asked = [operation, method, path].filter((part) => part !== undefined).join(" ");
  const state = `${level.padEnd(7)} ${status === 0 ? "---" : status} ${verdict}`;
  const parts = [
    asked === "" ? "(not understood)" : asked,
    ...(object === undefined ? [] : [explainObject(object, scope)]),
    client === EVERYBODY ? `from ${address}` : `by ${client} from ${address}`,
    ...(why === "" ? [] : [why]),
    ...(missing.length === 0 ? [] : [`needs ${missing.join(" and ")}`]),
    ...(record.withheld === undefined ? [] : [`withheld=${record.withheld}`]),
    ...(stream === "tunnel" ? [`tunnel in=${record.bytesIn} out=${record.bytesOut}`] : []),
    ...(end === "complete" ? [] : [`ended by ${end}`]),
    ...(repeated === 1 ? [] : [`${repeated} times`]),
    `${duration.toFixed(1)}ms`,
  ];
  const time = paint.time(onOneLine(record.time));
  return `${time} ${paint.state(state, level)} ${onOneLine(parts.join(" "))}\n`;
}

/** An id is as long here as Docker shows it. */
const SHORT_ID = 12;

function explainObject({ kind, id, name }: ToldObject, scope: AuditRecord["scope"]): string {
  const called = name ?? id?.replace(/^sha256:/u, "").slice(0, SHORT_ID);
  return `on ${called === undefined ? `a ${kind}` : `${kind} ${called}`}${scope === undefined ? "" : ` (${scope} of scope)`}`;
}

/** A sentence of the gate's own as a line for a person. */
export function formatNote(level: LogLevel, time: string, message: string, paint: Paint = PLAIN): string {
  return `${paint.time(time)} ${paint.state(level.padEnd(7), level)} ${onOneLine(message)}\n`;
}
