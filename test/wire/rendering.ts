import type { Field } from "../../src/http1/fields.ts";
import type { Framing } from "../../src/http1/framing.ts";
import type { RequestHead } from "../../src/http1/request-head.ts";
import type { ResponseHead } from "../../src/http1/response-head.ts";
import type { Outcome, OutcomeLine } from "../support/wire-document.ts";
import type { BodyReading, Reading } from "./reading.ts";

type Complete<Head> = Extract<Reading<Head>, { readonly kind: "complete" }>;

/** Says what became of a request, in the words of the wire documents. */
export function renderRequest(reading: Reading<RequestHead>): Outcome {
  return reading.kind === "complete" ? renderWholeRequest(reading) : renderFailure(reading);
}

function renderWholeRequest({ head, body, leftover }: Complete<RequestHead>): Outcome {
  return [
    ["method", head.method],
    ["path", head.path],
    ...when("query", head.query),
    ...when("version", head.version === "1.1" ? undefined : head.version),
    ...when("framing", head.framing.kind === "none" ? undefined : renderFraming(head.framing)),
    ...renderFields(head.fields),
    ...when("persistent", head.persistent ? undefined : "no"),
    ...when("expects-continue", head.expectsContinue ? "yes" : undefined),
    ...when("upgrade", head.upgrade),
    ...head.contentTypes.flatMap((type) => when("content-type", type === "" ? undefined : type)),
    ...renderBytes(body, leftover),
  ];
}

/** Says what became of a response, in the words of the wire documents. */
export function renderResponse(reading: Reading<ResponseHead>): Outcome {
  if (reading.kind !== "complete") {
    return renderFailure(reading);
  }
  const { head, body, leftover } = reading;
  return [
    ["status", String(head.status)],
    ...when("reason", head.reason === "" ? undefined : head.reason),
    ["framing", renderFraming(head.framing)],
    ...renderFields(head.fields),
    ...when("persistent", head.persistent ? undefined : "no"),
    ...renderBytes(body, leftover),
  ];
}

/** Says what became of a body, in the words of the wire documents. */
export function renderBody(reading: BodyReading): Outcome {
  return reading.kind === "complete"
    ? [["body", reading.body.toString("latin1")], ...renderBytes(Buffer.alloc(0), reading.leftover)]
    : renderFailure(reading);
}

function renderFailure(reading: Exclude<Reading<unknown>, { readonly kind: "complete" }>): Outcome {
  return reading.kind === "fault" ? [["fault", reading.fault.code]] : [["incomplete", reading.part]];
}

function renderFraming(framing: Framing): string {
  return framing.kind === "length" ? `length ${framing.length}` : framing.kind;
}

function renderFields(fields: readonly Field[]): Outcome {
  return fields.map(({ name, key, value }): OutcomeLine => [
    name.toLowerCase() === key ? "field" : "field-with-a-wrong-key",
    value === "" ? `${name}:` : `${name}: ${value}`,
  ]);
}

function renderBytes(body: Buffer, leftover: Buffer): Outcome {
  return [
    ...when("body", body.length === 0 ? undefined : body.toString("latin1")),
    ...when("leftover", leftover.length === 0 ? undefined : leftover.toString("latin1")),
  ];
}

function when(key: string, value: string | undefined): Outcome {
  return value === undefined ? [] : [[key, value]];
}
