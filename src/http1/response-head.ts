import type { Result } from "../kernel/result.ts";
import { type Fault, faulty } from "./fault.ts";
import { type Field, parseFields, parseList } from "./fields.ts";
import { type Framing, NO_BODY, parseFraming } from "./framing.ts";
import { consistsOf, FIELD_VALUE } from "./grammar.ts";

/** The head of a response. */
export interface ResponseHead {
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  readonly fields: readonly Field[];
  readonly framing: Framing;
  /** Whether the connection can carry another exchange after the body. */
  readonly persistent: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9][0-9])(?: (.*))?$/u;

/**
 * Parses the text of a response head as {@link HeadReader} gives it. `toHead` tells that the request was a HEAD, whose
 * response has no body whatever its fields say (RFC 9112 §6.3).
 */
export function parseResponseHead(text: string, toHead: boolean): Result<ResponseHead, Fault> {
  const lineEnd = text.indexOf("\r\n");
  const line = STATUS_LINE.exec(text.slice(0, lineEnd));
  const reason = line?.[3] ?? "";
  if (line === null || !consistsOf(reason, FIELD_VALUE)) {
    return faulty("bad_status_line", "the answer does not start with an HTTP/1.1 status line");
  }
  const fields = parseFields(text, lineEnd + 2);
  if (!fields.ok) {
    return fields;
  }
  const status = Number(line[2]);
  let contentLength: string | undefined;
  let transferEncoding: string | undefined;
  let persistent = line[1] === "1";
  for (const { key, value } of fields.value) {
    switch (key) {
      case "content-length":
        // A second one makes a list of two, which is no plain number.
        contentLength = contentLength === undefined ? value : `${contentLength}, ${value}`;
        break;
      case "transfer-encoding":
        transferEncoding = transferEncoding === undefined ? value : `${transferEncoding}, ${value}`;
        break;
      case "connection":
        persistent &&= !parseList(value).includes("close");
        break;
      default:
    }
  }
  const framing = parseFraming(contentLength, transferEncoding);
  if (!framing.ok) {
    return framing;
  }
  const bodiless = toHead || status < 200 || status === 204 || status === 304;
  return {
    ok: true,
    value: {
      status,
      reason,
      fields: fields.value,
      framing: bodiless ? NO_BODY : (framing.value ?? { kind: "close" }),
      persistent: persistent && (bodiless || framing.value !== undefined),
    },
  };
}
