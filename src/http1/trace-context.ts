import { copyText } from "../kernel/copy-text.ts";
import { type Field, trimBlanks } from "./fields.ts";

/** Where in a distributed trace a request stands (W3C Trace Context, Level 2). */
export interface TraceContext {
  /** 32 hexadecimal digits in lower case, not all of them 0. */
  readonly trace: string;
  /** The span that sent it: 16 hexadecimal digits in lower case, not all of them 0. */
  readonly span: string;
  /** {@link SAMPLED} and {@link RANDOM}: what else may be set there has no meaning yet, and is not passed on (§3.2.2.5). */
  readonly flags: number;
}

/** The flag of a trace whose caller may have recorded it. */
export const SAMPLED = 0b01;
/** The flag of a trace whose id is random. */
export const RANDOM = 0b10;

const PARENT = "traceparent";
const STATE = "tracestate";

/** The fields of a request that say where in a trace it stands. They go on written anew, or not at all. */
export const TRACE_FIELDS: ReadonlySet<string> = new Set([PARENT, STATE]);

/** Reads where in a trace a request stands; undefined where that is not said once and in a form that is known (§3.2). */
export function parseTraceContext(fields: readonly Field[]): TraceContext | undefined {
  const [parent, second] = fields.filter(({ key }) => key === PARENT);
  return parent === undefined || second !== undefined ? undefined : parseParent(parent.value);
}

/** Version, trace, span and flags, and what only a later version may have behind them (§3.2.2, §3.2.4). */
const PARENT_VALUE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/u;
const VERSION = "00";
const NEVER_A_VERSION = "ff";
const ALL_ZEROS = /^0+$/u;

function parseParent(value: string): TraceContext | undefined {
  const [, version, trace = "", span = "", flags = "", more] = PARENT_VALUE.exec(value) ?? [];
  const isVersion = version !== NEVER_A_VERSION && (version !== VERSION || more === undefined);
  return version === undefined || !isVersion || ALL_ZEROS.test(trace) || ALL_ZEROS.test(span)
    ? undefined
    : // An exchange may last for days, and is not to keep the text of its head in memory.
      {
        trace: copyText(trace),
        span: copyText(span),
        flags: Number.parseInt(flags, 16) & (SAMPLED | RANDOM),
      };
}

/** A key, and printable ASCII that does not end in a space (§3.3.1.3). */
const MEMBER =
  /^([a-z0-9][a-z0-9_\-*/@]{0,255})=[\u0020-\u002b\u002d-\u003c\u003e-\u007e]{0,255}[\u0021-\u002b\u002d-\u003c\u003e-\u007e]$/u;
const MOST_MEMBERS = 32;

/**
 * Reads what the systems that a trace has passed say of it, as one list. All or nothing: undefined where there is none, or a
 * part of it can't be read, stands twice or is one too many (§3.3).
 */
export function parseTraceState(fields: readonly Field[]): string | undefined {
  const members = fields
    .filter(({ key }) => key === STATE)
    .flatMap(({ value }) => value.split(",").map(trimBlanks))
    .filter((member) => member !== "");
  const keys = new Set(members.map((member) => MEMBER.exec(member)?.[1]));
  const isList = keys.size === members.length && !keys.has(undefined) && keys.size <= MOST_MEMBERS;
  return isList && members.length > 0 ? members.join(",") : undefined;
}

/** Writes the field lines that say where a request stands to whoever gets it: in version 00, whichever came (§3.2.4). */
export function serializeTraceContext(
  { trace, span, flags }: TraceContext,
  state: string | undefined,
): string {
  const parent = `${PARENT}: ${VERSION}-${trace}-${span}-0${flags}\r\n`;
  return state === undefined ? parent : `${parent}${STATE}: ${state}\r\n`;
}
