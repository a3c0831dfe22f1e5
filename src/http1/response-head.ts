import type { Result } from "../kernel/result.ts";
import { type Fault, faulty } from "./fault.ts";
import { type Field, type FieldVisitor, parseFields, parseList, scanFields } from "./fields.ts";
import { type Framing, NO_BODY, parseFraming } from "./framing.ts";
import { consistsOf, FIELD_VALUE } from "./grammar.ts";
import { NOT_PASSED_ON } from "./serialize.ts";

/** The head of a response. */
export class ResponseHead {
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  readonly framing: Framing;
  /** Whether the connection can carry another exchange after the body. */
  readonly persistent: boolean;
  /**
   * Whether all of it may go on to a client as it stands: it is of HTTP/1.1, has no field that concerns one connection but
   * the framing's, and no spelling that the gate would not write.
   */
  readonly isPlain: boolean;
  readonly #fields: string;

  /** `fields` are lines that were read without a fault. */
  constructor(
    parts: Pick<ResponseHead, "status" | "reason" | "framing" | "persistent" | "isPlain">,
    fields: string,
  ) {
    this.status = parts.status;
    this.reason = parts.reason;
    this.framing = parts.framing;
    this.persistent = parts.persistent;
    this.isPlain = parts.isPlain;
    this.#fields = fields;
  }

  /** Made when they are asked for: most heads go on without a look at their single fields. */
  get fields(): readonly Field[] {
    const fields = parseFields(this.#fields, 0);
    return fields.ok ? fields.value : [];
  }
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9][0-9])(?: (.*))?$/u;

/**
 * Parses the text of a response head as {@link HeadReader} gives it. `toHead` tells that the request was a HEAD, whose
 * response has no body whatever its fields say (RFC 9112 §6.3).
 */
export function parseResponseHead(text: string, toHead: boolean): Result<ResponseHead, Fault> {
  const lineEnd = text.indexOf("\r\n");
  const line = STATUS_LINE.exec(text.slice(0, lineEnd));
  const reason = line?.[3];
  if (line === null || !consistsOf(reason ?? "", FIELD_VALUE)) {
    return faulty("bad_status_line", "the answer does not start with an HTTP/1.1 status line");
  }
  const fieldsStart = lineEnd + 2;
  const seen = new ConnectionFields(text);
  const fault = scanFields(text, fieldsStart, seen);
  if (fault !== undefined) {
    return fault;
  }
  const framing = parseFraming(seen.contentLength, seen.transferEncoding);
  if (!framing.ok) {
    return framing;
  }
  const status = Number(line[2]);
  const isCurrent = line[1] === "1";
  const bodiless = toHead || status < 200 || status === 204 || status === 304;
  const head = new ResponseHead(
    {
      status,
      reason: reason ?? "",
      framing: bodiless ? NO_BODY : (framing.value ?? { kind: "close" }),
      persistent: isCurrent && !seen.closes && (bodiless || framing.value !== undefined),
      isPlain:
        isCurrent &&
        reason !== undefined &&
        seen.isPlain &&
        !(bodiless && seen.transferEncoding !== undefined),
    },
    text.slice(fieldsStart),
  );
  return { ok: true, value: head };
}

/** A number that nobody would write shorter. */
const SHORTEST_NUMBER = /^(?:0|[1-9][0-9]*)$/u;
const SPACE = 0x20;

/** The lengths of the names of all fields that are not passed on: a name of another length is none of them. */
const LENGTHS: Uint8Array = Uint8Array.from({ length: 32 }, (_, length) =>
  [...NOT_PASSED_ON].some((name) => name.length === length) ? 1 : 0,
);

/** Gathers what the fields of a response say of its connection. */
class ConnectionFields implements FieldVisitor {
  readonly #text: string;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  closes = false;
  isPlain = true;

  constructor(text: string) {
    this.#text = text;
  }

  visitField(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const text = this.#text;
    // One space before the value and none behind it: what else may stand there the gate writes anew.
    this.isPlain &&= valueStart === nameEnd + 2 && text.charCodeAt(nameEnd + 1) === SPACE;
    this.isPlain &&= text.charCodeAt(valueEnd) !== SPACE;
    if (LENGTHS[nameEnd - nameStart] !== 1) {
      return;
    }
    const key = text.slice(nameStart, nameEnd).toLowerCase();
    if (NOT_PASSED_ON.has(key)) {
      this.#visit(key, text.slice(valueStart, valueEnd));
    }
  }

  #visit(key: string, value: string): void {
    switch (key) {
      case "content-length":
        // A second one makes a list of two, which is no plain number.
        this.contentLength = this.contentLength === undefined ? value : `${this.contentLength}, ${value}`;
        this.isPlain &&= SHORTEST_NUMBER.test(value);
        break;
      case "transfer-encoding":
        this.transferEncoding =
          this.transferEncoding === undefined ? value : `${this.transferEncoding}, ${value}`;
        this.isPlain &&= value === "chunked";
        break;
      case "connection":
        this.closes ||= parseList(value).includes("close");
        this.isPlain = false;
        break;
      default:
        this.isPlain = false;
    }
  }
}
