import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Log } from "../../src/audit/log.ts";
import { withSummedPolls } from "../../src/audit/polls.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import type { PollMode } from "../../src/kernel/log-words.ts";
import { described, pings } from "../../src/policy/words/described.ts";
import { ALLOWED, DENIED, FAILED, NOT_UNDERSTOOD } from "./records.ts";

const MINUTE = 60_000;
const PING: AuditRecord = {
  ...ALLOWED,
  path: "/_ping",
  operation: "SystemPing",
  rule: "PING=1",
  bytesOut: 2,
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const SILENT: Log = {
  record: () => undefined,
  note: () => undefined,
  reopen: () => true,
  droppedLines: new Map(),
  close: () => Promise.resolve(),
};

interface Watched {
  readonly log: Log;
  /** What was written since the last call. */
  readonly written: () => readonly AuditRecord[];
}

function watch(mode: PollMode): Watched {
  const written: AuditRecord[] = [];
  const plain: Log = { ...SILENT, record: (record) => written.push(record) };
  return {
    log: withSummedPolls(plain, mode, { described, pings }, { now: () => Date.now() }),
    written: () => written.splice(0),
  };
}

describe("identical polls", () => {
  test("are a line at once, and then one at the end of each minute in which they came, with their sums", () => {
    const { log, written } = watch("sum");
    for (let second = 0; second < 150; second += 10) {
      log.record({ ...PING, time: `at ${second}`, bytesIn: 1, duration: 1.5, engineTime: 1 });
      vi.advanceTimersByTime(10_000);
    }
    expect(written()).toStrictEqual([
      { ...PING, time: "at 0", bytesIn: 1, duration: 1.5, engineTime: 1 },
      { ...PING, time: "at 10", bytesIn: 5, bytesOut: 10, duration: 7.5, engineTime: 5, repeated: 5 },
      { ...PING, time: "at 60", bytesIn: 6, bytesOut: 12, duration: 9, engineTime: 6, repeated: 6 },
    ]);
    vi.advanceTimersByTime(MINUTE);
    expect(written()).toStrictEqual([
      { ...PING, time: "at 120", bytesIn: 3, bytesOut: 6, duration: 4.5, engineTime: 3, repeated: 3 },
    ]);
  });

  test("that came once in a minute are a plain line, and none that come no more are remembered", () => {
    const { log, written } = watch("sum");
    log.record(PING);
    log.record({ ...PING, time: "again" });
    vi.advanceTimersByTime(MINUTE);
    expect(written()).toStrictEqual([PING, { ...PING, time: "again", repeated: undefined }]);
    vi.advanceTimersByTime(MINUTE);
    expect(vi.getTimerCount()).toBe(0);
    log.record({ ...PING, time: "later" });
    expect(written()).toStrictEqual([{ ...PING, time: "later" }]);
  });

  test("are written at the end of the log, and each at once from then on", async () => {
    const { log, written } = watch("sum");
    for (let count = 0; count < 4; count += 1) log.record(PING);
    await log.close();
    expect(written()).toStrictEqual([
      PING,
      { ...PING, bytesOut: 6, duration: 3.702, engineTime: 3.036, repeated: 3 },
    ]);
    log.record(PING);
    log.record(PING);
    expect(written()).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("are told apart by all that a line says", () => {
    const { log, written } = watch("sum");
    const scoped: AuditRecord = {
      ...PING,
      object: { kind: "container", id: "0f", name: "web", labels: { team: "ours" } },
      powers: ["a"],
    };
    const { object } = scoped;
    const others: readonly Partial<AuditRecord>[] = [
      {},
      { client: "other" },
      { address: "172.18.0.6" },
      { method: "HEAD" },
      { path: "/v1.41/_ping" },
      { operation: "SystemPingHead" },
      { status: 304 },
      { rule: "another" },
      { withheld: 1 },
      { learning: true },
      { powers: ["b"] },
      { powers: ["a", "b"] },
      { powers: undefined },
      { object: undefined },
      { object: object && { ...object, kind: "image" } },
      { object: object && { ...object, id: "0e" } },
      { object: object && { ...object, name: "db" } },
      { object: object && { ...object, labels: { team: "theirs" } } },
    ];
    const all = others.map((change) => ({ ...scoped, ...change }));
    for (const record of [...all, ...all]) log.record(record);
    expect(written()).toStrictEqual(all);
    vi.advanceTimersByTime(MINUTE);
    expect(written()).toHaveLength(all.length);
  });

  test("have a line each where that is wanted", () => {
    const { log, written } = watch("each");
    for (let count = 0; count < 3; count += 1) log.record(PING);
    expect(written()).toStrictEqual([PING, PING, PING]);
  });
});

describe("never summed up, and never left out, is", () => {
  test.each<{ of: string; record: AuditRecord }>([
    { of: "a denial", record: { ...DENIED, method: "GET" } },
    { of: "what is only let through", record: { ...PING, verdict: "warn", missing: ["x"] } },
    { of: "what was not understood", record: NOT_UNDERSTOOD },
    { of: "a failure of the engine", record: FAILED },
    { of: "an answer of the engine that is an error", record: { ...PING, status: 500 } },
    { of: "what was not found", record: { ...PING, status: 404 } },
    {
      of: "what was refused although it was allowed, as a poll",
      record: { ...PING, code: "too_many_requests", status: 429 },
    },
    { of: "what is out of scope", record: { ...PING, scope: "out" } },
    { of: "what changes something", record: { ...PING, method: "POST" } },
    { of: "what reads a secret", record: { ...PING, path: "/swarm/unlockkey", operation: "SwarmUnlockkey" } },
    {
      of: "what looks into a container",
      record: { ...PING, method: "HEAD", path: "/containers/web/archive", operation: "ContainerArchiveInfo" },
    },
    {
      of: "what has the engine call a registry",
      record: { ...PING, path: "/images/search", operation: "ImageSearch" },
    },
    { of: "a stream", record: { ...PING, stream: "stream" } },
    { of: "a tunnel", record: { ...PING, stream: "tunnel" } },
    { of: "what broke off", record: { ...PING, end: "client" } },
  ])("$of", ({ record }) => {
    for (const mode of ["sum", "off"] as const) {
      const { log, written } = watch(mode);
      for (let count = 0; count < 3; count += 1) log.record(record);
      expect(written()).toStrictEqual([record, record, record]);
      expect(vi.getTimerCount()).toBe(0);
    }
  });
});

test("off leaves out pings that were answered, of both APIs, and sums up other polls", () => {
  const { log, written } = watch("off");
  const version: AuditRecord = { ...PING, path: "/version", operation: "SystemVersion" };
  for (const operation of ["SystemPing", "SystemPingHead", "SystemPingLibpod"] as const) {
    log.record({ ...PING, operation });
  }
  log.record(version);
  log.record(version);
  vi.advanceTimersByTime(MINUTE);
  expect(written()).toStrictEqual([version, { ...version, repeated: undefined }]);
});

test("whoever varies what it polls for fills no memory: beyond a bound each has its line", () => {
  const { log, written } = watch("sum");
  const varied = Array.from({ length: 300 }, (_, index): AuditRecord => ({
    ...PING,
    path: `/images/${index}/json`,
  }));
  for (let round = 0; round < 3; round += 1) {
    for (const record of varied) log.record(record);
  }
  expect(written()).toHaveLength(300 + 2 * (300 - 256));
  vi.advanceTimersByTime(MINUTE);
  expect(written().map(({ repeated }) => repeated)).toStrictEqual(Array.from({ length: 256 }, () => 2));
});

test("all else is the log's own", () => {
  const notes: string[] = [];
  const plain: Log = { ...SILENT, note: (level, message) => notes.push(`${level} ${message}`) };
  const log = withSummedPolls(plain, "sum", { described, pings });
  log.note("notice", "stopped");
  expect(notes).toStrictEqual(["notice stopped"]);
  expect([log.reopen(), log.droppedLines]).toStrictEqual([true, SILENT.droppedLines]);
});
