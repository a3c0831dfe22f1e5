import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Chain } from "../../src/audit/chain.ts";
import { formatNoteAsJson, formatRecordAsJson } from "../../src/audit/json.ts";
import { type AuditRecord, levelOf } from "../../src/audit/record.ts";
import { shortenRecord } from "../../src/audit/sinks/short-record.ts";
import { formatRecord } from "../../src/audit/text.ts";
import { decodeLine } from "../../src/journal/journal-line.ts";
import { anyRecord, ALLOWED, DENIED, FAILED, NOT_UNDERSTOOD } from "../audit/records.ts";

const TIME = "2026-11-24T15:04:05.123Z";

/** The line of a record, without its end. */
function lineOf(record: AuditRecord): string {
  return formatRecordAsJson(levelOf(record), record).trimEnd();
}

/** What the line says, as it is read again. */
function readAgain(record: AuditRecord, version: 0 | 1): object {
  const { labels } = record.object ?? {};
  const object = record.object && {
    ...record.object,
    labels: labels && new Map(Object.entries(labels)),
  };
  return {
    kind: "record",
    record: { ...record, object, version, level: levelOf(record), repeated: record.repeated ?? 1 },
  };
}

/** The line as a version wrote it that had no schema yet, and as the first that has one. */
function inVersion(line: string, version: 0 | 1): string {
  const plain = line.replace(/^\{"v":1,/u, "{");
  return version === 0 ? plain : plain.replace("{", '{"v":1,');
}

/** How collectors of logs write a line. */
const WRAPPINGS: readonly { readonly of: string; readonly wrap: (line: string) => string }[] = [
  { of: "the gate itself", wrap: (line) => line },
  { of: "a file with line ends of Windows", wrap: (line) => `${line}\r` },
  { of: "docker compose logs", wrap: (line) => `gate-1  | ${line}` },
  {
    of: "docker compose logs --timestamps",
    wrap: (line) => `gate-1  | 2026-11-24T15:04:05.123456789Z ${line}`,
  },
  { of: "docker logs --timestamps", wrap: (line) => `2026-11-24T15:04:05.123456789Z ${line}` },
  { of: "docker service logs", wrap: (line) => `gate.1.x3ti0erg11rj@host    | ${line}` },
  { of: "the journal of systemd", wrap: (line) => `Nov 24 15:04:05 host quaygate[812]: ${line}` },
  { of: "a syslog daemon", wrap: (line) => `<134>1 ${TIME} host quaygate 812 - - ${line}` },
  { of: "a kubelet", wrap: (line) => `2026-11-24T15:04:05.123456789Z stdout F ${line}` },
  {
    of: "Docker's driver json-file",
    wrap: (line) => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-11-24T15:04:05.1Z" }),
  },
];

describe("a line is read as it was written, by", () => {
  const samples = [ALLOWED, DENIED, FAILED, NOT_UNDERSTOOD, { ...ALLOWED, repeated: 30 }];

  test.each(WRAPPINGS)("$of", ({ wrap }) => {
    for (const version of [0, 1] as const) {
      for (const record of samples) {
        expect(decodeLine(wrap(inVersion(lineOf(record), version)))).toMatchObject(
          readAgain(record, version),
        );
      }
      const note = inVersion(formatNoteAsJson("notice", TIME, "stopped\n  at once").trimEnd(), version);
      expect(decodeLine(wrap(note))).toStrictEqual({
        kind: "note",
        level: "notice",
        time: TIME,
        message: "stopped\n  at once",
      });
    }
  });

  test("whatever its strings hold", () => {
    fc.assert(
      fc.property(anyRecord, fc.constantFrom(...WRAPPINGS), (record, { wrap }) => {
        const line = { ...record, time: TIME };
        expect(decodeLine(wrap(lineOf(line)))).toMatchObject({ kind: "record", record: { path: line.path } });
        expect(decodeLine(lineOf(line))).toMatchObject(readAgain(line, decodedVersion(lineOf(line))));
      }),
      { numRuns: 300 },
    );
  });
});

function decodedVersion(line: string): 0 | 1 {
  return line.startsWith('{"v":1,') ? 1 : 0;
}

describe("a line that is cut, wherever that is,", () => {
  const outcomes = (text: string): string => decodeLine(text).kind;

  test("is no record, and nothing is thrown", () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(), fc.nat(), (record, one, other) => {
        const line = lineOf({ ...record, time: TIME });
        const [from, to] = [one % line.length, other % (line.length + 1)].toSorted((a, b) => a - b);
        const part = line.slice(from, to);
        expect(outcomes(part)).toBe(part === line ? "record" : "other");
      }),
      { numRuns: 1_000 },
    );
  });

  test("at each of its characters", () => {
    const line = lineOf({ ...DENIED, object: { kind: "container", id: "0f", name: "web" }, path: "/{}/{" });
    for (let at = 1; at < line.length; at += 1) {
      expect([outcomes(line.slice(0, at)), outcomes(line.slice(at))]).toStrictEqual(["other", "other"]);
    }
  });

  test("is no record with what stands behind it", () => {
    const line = lineOf(DENIED);
    for (let at = 1; at < line.length; at += 1) {
      expect(outcomes(`${line.slice(0, at)}${line}`)).toBe("other");
      expect(outcomes(`${line}${line.slice(at)}`)).toBe("other");
    }
  });

  test.each([
    { of: "its end", part: lineOf(DENIED).slice(0, -9) },
    { of: "its end, behind a prefix", part: `gate-1  | ${lineOf(DENIED).slice(0, 40)}` },
  ])("is told as such without $of", ({ part }) => {
    expect(decodeLine(part)).toStrictEqual({ kind: "other", reason: "cut" });
  });

  test.each([
    { of: "how it ended", line: lineOf(DENIED) },
    { of: "its trace", line: lineOf({ ...DENIED, trace: "0af7651916cd43dd8448eb211c80319c" }) },
    { of: "its span", line: lineOf({ ...DENIED, span: "b7ad6b7169203331" }) },
    { of: "how many it stands for", line: lineOf({ ...ALLOWED, repeated: 30 }) },
    { of: "its chain", line: new Chain().link(`${lineOf(DENIED)}\n`).trimEnd() },
    { of: "how long it was", line: shortenRecord(lineOf(DENIED), () => true) ?? "" },
    { of: "what the gate says", line: formatNoteAsJson("notice", TIME, "stopped").trimEnd() },
  ])("is told as such without its beginning, where it ends with $of", ({ line }) => {
    expect(decodeLine(line.slice(9))).toStrictEqual({ kind: "other", reason: "cut" });
  });
});

describe("of a line that is no record is told", () => {
  const changed = (changes: object): string =>
    JSON.stringify({ level: levelOf(ALLOWED), ...ALLOWED, ...changes });

  test.each([
    { of: "the form for people", line: formatRecord("info", ALLOWED).trimEnd(), reason: "text form" },
    {
      of: "the form for people, with all of a record at its end",
      line: `${TIME} err     the engine said: ${lineOf(ALLOWED)}`,
      reason: "text form",
    },
    {
      of: "the form for people, behind a prefix",
      line: `gate-1  | ${formatRecord("info", ALLOWED).trimEnd()}`,
      reason: "text form",
    },
    { of: "a newer schema", line: changed({ v: 2 }), reason: "newer version" },
    {
      of: "a part of a long line by json-file",
      line: JSON.stringify({ log: lineOf(ALLOWED).slice(0, 100), stream: "stdout", time: TIME }),
      reason: "parted",
    },
    {
      of: "a record in the words of another program",
      line: `GET /?x="${lineOf(ALLOWED)}"`,
      reason: "foreign",
    },
    { of: "a stack trace", line: "    at Gate.open (gate.js:1:2)", reason: "foreign" },
    { of: "another program's JSON", line: '{"level":"info","msg":"hello"}', reason: "foreign" },
    { of: "a list", line: "[1]", reason: "foreign" },
    { of: "a verdict that there is not", line: changed({ verdict: "maybe" }), reason: "foreign" },
    { of: "a status that is a text", line: changed({ status: "200" }), reason: "foreign" },
    { of: "powers that are a text", line: changed({ powers: "all" }), reason: "foreign" },
    { of: "powers that are numbers", line: changed({ powers: [1] }), reason: "foreign" },
    {
      of: "labels that are a list",
      line: changed({ object: { kind: "volume", id: "x", labels: [] } }),
      reason: "foreign",
    },
    { of: "a time that is none", line: changed({ time: "yesterday" }), reason: "foreign" },
    { of: "no client", line: changed({ client: undefined }), reason: "foreign" },
    { of: "no exchange at all", line: changed({ repeated: 0 }), reason: "foreign" },
  ])("$of", ({ line, reason }) => {
    expect(decodeLine(line)).toStrictEqual({ kind: "other", reason });
  });

  test("the labels of an object are read, also those that are called like parts of JavaScript", () => {
    const object =
      '{"kind":"container","id":"0f","name":"web","labels":{"a":"b","__proto__":"c","constructor":"d"}}';
    const line = `${lineOf(ALLOWED).slice(0, -1)},"object":${object},"learning":true,"later":{"x":1}}`;
    const read = decodeLine(line);
    expect(read).toMatchObject({ kind: "record", record: { learning: true, object: { name: "web" } } });
    expect(read.kind === "record" && [...(read.record.object?.labels ?? [])]).toStrictEqual([
      ["a", "b"],
      ["__proto__", "c"],
      ["constructor", "d"],
    ]);
  });
});
