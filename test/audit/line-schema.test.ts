import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { Chain } from "../../src/audit/chain.ts";
import { formatNoteAsJson, formatRecordAsJson } from "../../src/audit/json.ts";
import { NOTE_FIELDS, RECORD_FIELDS } from "../../src/audit/line-fields.ts";
import { lineSchema } from "../../src/audit/line-schema.ts";
import { type AuditRecord, levelOf } from "../../src/audit/record.ts";
import { shortenRecord } from "../../src/audit/sinks/short-record.ts";
import { LOG_LEVELS } from "../../src/kernel/log-words.ts";
import { ALLOWED, DENIED, FAILED, FULL, NOT_UNDERSTOOD } from "./records.ts";

const accepts = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(lineSchema());

const time = ALLOWED.time;
const line = (record: AuditRecord): string => formatRecordAsJson(levelOf(record), record);
const records: Readonly<Record<string, AuditRecord>> = { ALLOWED, DENIED, FAILED, NOT_UNDERSTOOD, FULL };

/** The names of a line's fields, in order. */
function namesIn(text: string): readonly string[] {
  const value: unknown = JSON.parse(text);
  return Object.keys(value ?? {});
}

/** The line with some of its fields changed; those that become undefined are gone. */
function changed(text: string, changes: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify({ ...JSON.parse(text), ...changes }));
}

describe("the schema describes", () => {
  test.each(Object.entries(records))("the line of %s, in this order", (_, record) => {
    accepts(JSON.parse(line(record)));
    expect(accepts.errors).toBeNull();
    const names = namesIn(line(record));
    expect(names).toEqual(Object.keys(RECORD_FIELDS).filter((name) => names.includes(name)));
  });

  test("each field that a line can have, and no other", () => {
    const chain = new Chain();
    for (const [fields, text] of [
      [RECORD_FIELDS, line(FULL)],
      [NOTE_FIELDS, formatNoteAsJson("info", time, "said")],
    ] as const) {
      const chained = chain.link(text);
      const short = shortenRecord(text.trimEnd(), () => true) ?? text;
      expect([...new Set([...namesIn(chained), ...namesIn(short)])]).toEqual(Object.keys(fields));
      for (const each of [chained, short]) expect(accepts(JSON.parse(each))).toBe(true);
    }
  });

  test.each(LOG_LEVELS)("a note of level %s", (level) => {
    expect(accepts(JSON.parse(formatNoteAsJson(level, time, "engine: \u0000 \ud800")))).toBe(true);
  });

  test("what a newer gate of the same version adds", () => {
    expect(accepts(changed(line(ALLOWED), { newer: { told: true } }))).toBe(true);
    expect(accepts(changed(formatNoteAsJson("info", time, "said"), { newer: 1 }))).toBe(true);
  });
});

describe("the schema refuses", () => {
  const always = Object.entries(RECORD_FIELDS).filter(([, { presence }]) => presence === "always");

  test.each(always.map(([name]) => name))("a record without %s", (name) => {
    expect(accepts(changed(line(FULL), { [name]: undefined }))).toBe(false);
  });

  test.each([
    { v: 2 },
    { level: "loud" },
    { time: "2026-11-24 15:04:05" },
    { verdict: "perhaps" },
    { missing: "POST=1" },
    { powers: [1] },
    { object: { id: "1" } },
    { object: { kind: "thing", id: "1" } },
    { scope: "in" },
    { status: "200" },
    { bytesIn: -1 },
    { duration: "1ms" },
    { stream: "river" },
    { end: "nobody" },
    { chain: "AB" },
  ])("a record with %j", (change) => {
    expect(accepts(changed(line(FULL), change))).toBe(false);
  });

  test("a note without a sentence, and what is both a record and a note", () => {
    expect(accepts(changed(formatNoteAsJson("info", time, "said"), { msg: undefined }))).toBe(false);
    expect(accepts(changed(line(ALLOWED), { msg: "said" }))).toBe(false);
  });
});
