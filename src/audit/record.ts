import type { ObjectKind } from "../docker/objects/object-kind.ts";
import type { OperationName } from "../docker/operations.ts";
import type { ExchangeEnd, LogLevel, VerdictWord } from "../kernel/log-words.ts";

/** The object that an exchange acted on, or would have. Only where a scope had it looked up, or the client learns. */
export interface RecordedObject {
  readonly kind: ObjectKind;
  /** Undefined for what the request was to make: it has none before the engine answers. */
  readonly id: string | undefined;
  /** Its first name; undefined where it has none. */
  readonly name: string | undefined;
  /** Some of its labels, whole ones: first those that say to which project it belongs. Only where the client learns. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * One exchange, as it is remembered. Nothing in it is secret: no query, no field, no body. `path` is in the canonical
 * spelling, or as it came where it has none: printable ASCII in both, so that nothing a client sends can forge a line.
 */
export interface AuditRecord {
  /** When the request was understood or refused: RFC 3339, in UTC, to the millisecond. */
  readonly time: string;
  /** The client that the policy recognised. */
  readonly client: string;
  /** Where it called from: an IP address, or the listener's socket. */
  readonly address: string;
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly operation: OperationName | undefined;
  readonly verdict: VerdictWord;
  /** Why the gate answered itself or gave up; a heading in `docs/errors.md`. */
  readonly code: string | undefined;
  /**
   * Why, as a sentence, where `missing` does not say it: it may name a key of a body, and has no value but the origin or
   * the name of a web page.
   */
  readonly reason: string | undefined;
  /** The rule that decided. */
  readonly rule: string | undefined;
  /** What would have to be set, or which powers be held, for it to be allowed. */
  readonly missing: readonly string[];
  /** The powers that it asked for, where all of them were found out, without doubles; of commands only that there was one. */
  readonly powers: readonly string[] | undefined;
  readonly object: RecordedObject | undefined;
  /** "out" where the object is there and the client was told that it is not, because it is out of its scope. */
  readonly scope: "out" | undefined;
  /** Set where the client learns: powers were judged whatever it holds, and what its path names was looked up. */
  readonly learning: true | undefined;
  /** The status that the client got; 0 when it got none. */
  readonly status: number;
  /** How many entries of a list, or events, the engine told and its client did not get; undefined where it got all. */
  readonly withheld: number | undefined;
  /** Bytes of content from the client. */
  readonly bytesIn: number;
  /** Bytes of content to the client; 0 where the gate itself answered. */
  readonly bytesOut: number;
  /** In milliseconds, to the microsecond. */
  readonly duration: number;
  /** From the request's head to the engine until the first byte of its answer, as {@link duration}; undefined where there was none. */
  readonly engineTime: number | undefined;
  /** "tunnel" for a connection that was handed over, else how the operation streams. */
  readonly stream: string;
  readonly end: ExchangeEnd;
  /** The trace that it is a part of (W3C Trace Context): 32 hexadecimal digits. */
  readonly trace: string | undefined;
  /** The span in it that the engine's own spans hang below: the gate's where traces are exported, else its client's. */
  readonly span: string | undefined;
  /**
   * How many exchanges it stands for, where that is more than one: bytes and duration are their sums. They are identical, but what a
   * limit refused ({@link isAtLimit}) has the path and the reason of the first.
   */
  readonly repeated: number | undefined;
}

/** A record as a line tells it, also one that was read from a log: its words may be those of another version. */
export interface ToldRecord extends Omit<AuditRecord, "operation" | "object"> {
  readonly operation: string | undefined;
  readonly object: ToldObject | undefined;
}

/** The object of such a record. */
export interface ToldObject extends Omit<RecordedObject, "kind" | "labels"> {
  readonly kind: string;
}

/** Takes records as they come; must not throw and must not wait. */
export type AuditListener = (record: AuditRecord) => void;

/** How grave an exchange is: what the gate refused is a warning, a failure of the engine or the gate is an error. */
export function levelOf({ verdict, code, status, end }: AuditRecord): LogLevel {
  if (verdict === "none") {
    return "info";
  }
  if (verdict !== "allow") {
    return "warning";
  }
  if (code === undefined) {
    return "info";
  }
  // A body can be refused after its head was allowed; an answer can break off after its status was 200.
  return status >= SERVER_ERROR || end === "engine" ? "err" : "warning";
}

const SERVER_ERROR = 500;
