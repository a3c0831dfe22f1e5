import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFields } from "../../src/http1/fields.ts";
import {
  parseTraceContext,
  parseTraceState,
  serializeTraceContext,
  type TraceContext,
} from "../../src/http1/trace-context.ts";
import { VALUE_CHARACTERS, textOf } from "../fuzz/request-arbitrary.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

function parse(...lines: readonly string[]): {
  context: TraceContext | undefined;
  state: string | undefined;
} {
  const fields = parseFields(lines.map((line) => `${line}\r\n`).join(""), 0);
  if (!fields.ok) throw new Error(`not even field lines: ${fields.error.reason}`);
  return { context: parseTraceContext(fields.value), state: parseTraceState(fields.value) };
}

function parentOf(value: string): TraceContext | undefined {
  return parse(`traceparent: ${value}`).context;
}

const CONTEXT = { trace: TRACE, span: SPAN, flags: 1 };

describe("a traceparent (W3C Trace Context, Level 2, §3.2)", () => {
  test.each([
    ["sampled", `00-${TRACE}-${SPAN}-01`, CONTEXT],
    ["not sampled", `00-${TRACE}-${SPAN}-00`, { ...CONTEXT, flags: 0 }],
    ["with a random trace", `00-${TRACE}-${SPAN}-03`, { ...CONTEXT, flags: 3 }],
    ["with flags of the future, which go no further", `00-${TRACE}-${SPAN}-ff`, { ...CONTEXT, flags: 3 }],
    ["with one of those alone", `00-${TRACE}-${SPAN}-08`, { ...CONTEXT, flags: 0 }],
    ["with white space around it", ` \t 00-${TRACE}-${SPAN}-01  `, CONTEXT],
    ["of a later version", `cc-${TRACE}-${SPAN}-01`, CONTEXT],
    [
      "of a later version with more behind it",
      `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`,
      CONTEXT,
    ],
    ["of a later version with a dash behind it", `01-${TRACE}-${SPAN}-01-`, CONTEXT],
  ])("%s is read", (_, value, context) => {
    expect(parentOf(value)).toEqual(context);
  });

  test.each([
    ["empty", ""],
    ["of version ff", `ff-${TRACE}-${SPAN}-01`],
    ["of a version in upper case", `0A-${TRACE}-${SPAN}-01`],
    ["of a version that is no number", `.0-${TRACE}-${SPAN}-01`],
    ["of a version of one digit", `0-${TRACE}-${SPAN}-01`],
    ["of a version of three digits", `000-${TRACE}-${SPAN}-01`],
    ["of version 00 with more behind it", `00-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
    ["of version 00 with a dash behind it", `00-${TRACE}-${SPAN}-01-`],
    ["of version 00 with a dot behind it", `00-${TRACE}-${SPAN}-01.`],
    ["of a later version with no dash before more", `cc-${TRACE}-${SPAN}-01.what`],
    ["of a later version that is too short", `cc-${TRACE}-${SPAN}-0`],
    ["with a trace of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["with a span of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["of a later version with a span of zeros", `cc-${TRACE}-${"0".repeat(16)}-01`],
    ["with a trace in upper case", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["with a span in upper case", `00-${TRACE}-${SPAN.toUpperCase()}-01`],
    ["with flags in upper case", `00-${TRACE}-${SPAN}-0F`],
    ["with a trace that is too short", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["with a trace that is too long", `00-${TRACE}0-${SPAN}-01`],
    ["with a span that is too short", `00-${TRACE}-${SPAN.slice(1)}-01`],
    ["with a span that is too long", `00-${TRACE}-${SPAN}0-01`],
    ["with flags of one digit", `00-${TRACE}-${SPAN}-1`],
    ["with flags of three digits", `00-${TRACE}-${SPAN}-001`],
    ["without flags", `00-${TRACE}-${SPAN}`],
    ["with white space in it", `00-${TRACE} -${SPAN}-01`],
    ["that is a list", `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ])("%s says nothing", (_, value) => {
    expect(parentOf(value)).toBeUndefined();
  });

  test("is known by its name in any letters, and by no other name", () => {
    expect(parse(`TrAcEpArEnT: 00-${TRACE}-${SPAN}-01`).context).toEqual(CONTEXT);
    expect(parse(`trace-parent: 00-${TRACE}-${SPAN}-01`).context).toBeUndefined();
  });

  test("given twice says nothing, also where both say the same", () => {
    const line = `traceparent: 00-${TRACE}-${SPAN}-01`;
    expect(parse(line, line).context).toBeUndefined();
    expect(parse(line, line.toUpperCase(), "traceparent:").context).toBeUndefined();
  });

  test("is written as one that is read as the same, whatever was sent", () => {
    const digits = (length: number): fc.Arbitrary<string> =>
      fc.oneof(
        { weight: 8, arbitrary: textOf("0123456789abcdef", { minLength: length, maxLength: length }) },
        textOf("0123456789abcdefA.- ", { minLength: length - 1, maxLength: length + 1 }),
        fc.constant("0".repeat(length)),
      );
    const value = fc.oneof(
      fc
        .tuple(fc.oneof(fc.constant("00"), digits(2)), digits(32), digits(16), digits(2))
        .chain((parts) => fc.constantFrom(parts.join("-"), `${parts.join("-")}-more`)),
      textOf(VALUE_CHARACTERS, { maxLength: 60 }),
    );
    let valid = 0;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 2 }), (values) => {
        const fields = values.map((each) => ({ name: "traceparent", key: "traceparent", value: each }));
        const context = parseTraceContext(fields);
        if (context === undefined) return;
        valid += 1;
        expect(fields).toHaveLength(1);
        const written = serializeTraceContext(context, undefined);
        expect(written).toMatch(/^traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]\r\n$/u);
        expect(parse(written.slice(0, -2)).context).toEqual(context);
      }),
      { numRuns: 3000 },
    );
    expect(valid).toBeGreaterThan(100);
  });
});

const KEY = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
const members = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `bar${from + at}=${at}`).join(",");

describe("a tracestate (§3.3)", () => {
  test.each([
    ["of one member", ["foo=1"], "foo=1"],
    ["of several, in their order", ["foo=1,bar=2"], "foo=1,bar=2"],
    ["with white space around its members", ["foo=1 \t , \t bar=2"], "foo=1,bar=2"],
    ["with empty members", [",foo=1,,", " , "], "foo=1"],
    ["in several fields, which are one list", ["foo=1,bar=2", "rojo=1", "baz=3"], "foo=1,bar=2,rojo=1,baz=3"],
    ["with an empty field", ["foo=1", ""], "foo=1"],
    ["with all characters of a key", [`${KEY}@a-z0-9_-*/=1`], `${KEY}@a-z0-9_-*/=1`],
    ["with spaces before and in a value", ["foo=  a b"], "foo=  a b"],
    ["of 32 members", [members(1, 20), members(21, 32)], `${members(1, 20)},${members(21, 32)}`],
    ["with the longest key", [`${"z".repeat(256)}=1`], `${"z".repeat(256)}=1`],
    ["with the longest value", [`foo=${"z".repeat(256)}`], `foo=${"z".repeat(256)}`],
  ])("%s goes on", (_, values, state) => {
    expect(parse(...values.map((value) => `tracestate: ${value}`)).state).toBe(state);
  });

  test.each([
    ["that is empty", [""]],
    ["of empty members", [" , ,"]],
    ["with a key twice", ["foo=1,foo=1"]],
    ["with a key twice, in two fields", ["foo=1", "foo=2"]],
    ["with a space behind a key", ["foo =1"]],
    ["with a key in upper case", ["FOO=1"]],
    ["with a dot in a key", ["foo.bar=1"]],
    ["with a key that begins with @", ["@foo=1,bar=2"]],
    ["of 33 members", [members(1, 33)]],
    ["with a key that is too long", ["foo=1", `${"z".repeat(257)}=1`]],
    ["with a value that is too long", ["foo=1", `bar=${"z".repeat(257)}`]],
    ["with a member that is no pair", ["foo=1,bar"]],
    ["with a member of two equals signs", ["foo=1,bar=2=3"]],
    ["with a member without a value", ["foo=1,bar="]],
    ["with a byte beyond ASCII", ["foo=\u00e9"]],
    ["with a tab in a value", ["foo=1\t2"]],
  ])("%s is dropped, all of it", (_, values) => {
    expect(parse(...values.map((value) => `tracestate: ${value}`)).state).toBeUndefined();
  });

  test("is written behind its traceparent", () => {
    expect(serializeTraceContext(CONTEXT, "foo=1")).toBe(
      `traceparent: 00-${TRACE}-${SPAN}-01\r\ntracestate: foo=1\r\n`,
    );
  });
});
