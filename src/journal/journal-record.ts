import type { ToldObject, ToldRecord } from "../audit/record.ts";
import {
  EXCHANGE_ENDS,
  type ExchangeEnd,
  LOG_LEVELS,
  type LogLevel,
  VERDICT_WORDS,
  type VerdictWord,
} from "../kernel/log-words.ts";
import { TIMESTAMP_PATTERN } from "../kernel/timestamp.ts";

/** The object of a record, as its line has it: of a kind of Docker's, or one that a newer gate knows. */
export interface JournalObject extends ToldObject {
  /** Undefined where the gate did not record them, which is not the same as that there were none. */
  readonly labels: ReadonlyMap<string, string> | undefined;
}

/**
 * One exchange, as a line of the log tells it: the fields of a {@link ToldRecord} that the line has. A string may hold
 * anything, and an operation may be one that only another version of the gate knows: whoever wrote the line is not checked.
 */
export interface JournalRecord extends ToldRecord {
  /** Which schema the line has: 0 where it says none. */
  readonly version: 0 | 1;
  readonly level: LogLevel;
  readonly object: JournalObject | undefined;
  /** How many exchanges the line stands for, as in an {@link AuditRecord}; bytes and duration are their sums. */
  readonly repeated: number;
}

/** What JSON has between braces. */
export type Fields = Readonly<Record<string, unknown>>;

const TIME = new RegExp(`^${TIMESTAMP_PATTERN}$`, "u");
const LEVELS: ReadonlySet<unknown> = new Set(LOG_LEVELS);
const VERDICTS: ReadonlySet<unknown> = new Set(VERDICT_WORDS);
const ENDS: ReadonlySet<unknown> = new Set(EXCHANGE_ENDS);

/**
 * Reads a record from a line's fields; undefined where one that every record has is not there, or any has another type than the
 * log gives it. Fields that nobody knows are left out.
 */
export function decodeRecord(
  fields: Readonly<Partial<Record<keyof JournalRecord, unknown>>>,
  version: 0 | 1,
): JournalRecord | undefined {
  const missing = decodeTexts(fields.missing);
  const powers = fields.powers === undefined ? NONE : decodeTexts(fields.powers);
  const object = fields.object === undefined ? NONE : decodeObject(fields.object);
  const { repeated = 1 } = fields;
  if (
    !isLevel(fields.level) ||
    !isTime(fields.time) ||
    typeof fields.client !== "string" ||
    typeof fields.address !== "string" ||
    !isTextOrNone(fields.method) ||
    !isTextOrNone(fields.path) ||
    !isTextOrNone(fields.operation) ||
    !isVerdict(fields.verdict) ||
    !isTextOrNone(fields.code) ||
    !isTextOrNone(fields.reason) ||
    !isTextOrNone(fields.rule) ||
    missing === undefined ||
    powers === undefined ||
    object === undefined ||
    (fields.scope !== undefined && fields.scope !== "out") ||
    (fields.learning !== undefined && fields.learning !== true) ||
    !isCount(fields.status) ||
    !isCount(fields.bytesIn) ||
    !isCount(fields.bytesOut) ||
    !(fields.withheld === undefined || isCount(fields.withheld)) ||
    typeof fields.duration !== "number" ||
    !(fields.engineTime === undefined || typeof fields.engineTime === "number") ||
    typeof fields.stream !== "string" ||
    !isEnd(fields.end) ||
    !isTextOrNone(fields.trace) ||
    !isTextOrNone(fields.span) ||
    !isCount(repeated) ||
    repeated === 0
  ) {
    return undefined;
  }
  return {
    version,
    level: fields.level,
    time: fields.time,
    client: fields.client,
    address: fields.address,
    method: fields.method,
    path: fields.path,
    operation: fields.operation,
    verdict: fields.verdict,
    code: fields.code,
    reason: fields.reason,
    rule: fields.rule,
    missing,
    powers: powers === NONE ? undefined : powers,
    object: object === NONE ? undefined : object,
    scope: fields.scope,
    learning: fields.learning,
    status: fields.status,
    withheld: fields.withheld,
    bytesIn: fields.bytesIn,
    bytesOut: fields.bytesOut,
    duration: fields.duration,
    engineTime: fields.engineTime,
    stream: fields.stream,
    end: fields.end,
    trace: fields.trace,
    span: fields.span,
    repeated,
  };
}

/** Stands for a field that is not there, which is no fault of the line. */
const NONE: unique symbol = Symbol("none");

/** Tells whether a value is what JSON has between braces. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tells whether a value is a level of the log. */
export function isLevel(value: unknown): value is LogLevel {
  return LEVELS.has(value);
}

/** Tells whether a value is a time as the log writes it. */
export function isTime(value: unknown): value is string {
  return typeof value === "string" && TIME.test(value);
}

function isVerdict(value: unknown): value is VerdictWord {
  return VERDICTS.has(value);
}

function isEnd(value: unknown): value is ExchangeEnd {
  return ENDS.has(value);
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function decodeTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((text) => typeof text === "string") ? value : undefined;
}

function decodeObject(value: unknown): JournalObject | undefined {
  if (!isFields(value)) return undefined;
  const { kind, id, name, labels } = value;
  if (typeof kind !== "string" || !isTextOrNone(id) || !isTextOrNone(name)) return undefined;
  if (labels === undefined) return { kind, id, name, labels };
  const entries = isFields(labels) ? decodeLabels(labels) : undefined;
  return entries === undefined ? undefined : { kind, id, name, labels: entries };
}

function decodeLabels(labels: Fields): ReadonlyMap<string, string> | undefined {
  const decoded = new Map<string, string>();
  for (const [key, value] of Object.entries(labels)) {
    if (typeof value !== "string") return undefined;
    decoded.set(key, value);
  }
  return decoded;
}
