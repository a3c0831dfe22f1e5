import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { withSummedLimits } from "../../src/audit/limit-refusals.ts";
import type { Log } from "../../src/audit/log.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import { ERROR_CODES } from "../../src/gate-error.ts";
import { isAtLimit } from "../../src/kernel/at-limit.ts";
import type { PollMode } from "../../src/kernel/log-words.ts";
import { ALLOWED, DENIED, FAILED, NOT_UNDERSTOOD } from "./records.ts";

const MINUTE = 60_000;

/** A request that the policy allows, and that came too soon after others. */
const EARLY: AuditRecord = {
  ...ALLOWED,
  client: "ci",
  code: "too_many_requests",
  reason: "ci may have 5 requests a second; try again in 1 second",
  status: 429,
  engineTime: undefined,
  bytesOut: 100,
  duration: 0.5,
};

/** The same of one that it denies. */
const EARLY_DENIED: AuditRecord = {
  ...DENIED,
  client: "ci",
  code: EARLY.code,
  reason: EARLY.reason,
  status: 429,
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Watched {
  readonly log: Log;
  /** What was written since the last call. */
  readonly written: () => readonly AuditRecord[];
}

function watch(mode: PollMode = "sum"): Watched {
  const written: AuditRecord[] = [];
  const plain: Log = {
    record: (record) => written.push(record),
    note: () => undefined,
    reopen: () => true,
    droppedLines: new Map(),
    close: () => Promise.resolve(),
  };
  return {
    log: withSummedLimits(plain, mode, { now: () => Date.now() }),
    written: () => written.splice(0),
  };
}

describe("what a limit refused", () => {
  test("is a line at once, and then one a minute with the first path, however paths and the time to wait vary", () => {
    const { log, written } = watch();
    for (let at = 0; at < 10_000; at += 1) {
      log.record({
        ...EARLY,
        time: `at ${at}`,
        path: `/containers/c${at}/json`,
        reason: `in ${at % 3} seconds`,
      });
    }
    expect(written()).toStrictEqual([
      { ...EARLY, time: "at 0", path: "/containers/c0/json", reason: "in 0 seconds" },
    ]);
    vi.advanceTimersByTime(MINUTE);
    expect(written()).toStrictEqual([
      {
        ...EARLY,
        time: "at 1",
        path: "/containers/c1/json",
        reason: "in 1 seconds",
        bytesOut: 999_900,
        duration: 4_999.5,
        repeated: 9_999,
      },
    ]);
  });

  test("is written at the end of the log", async () => {
    const { log, written } = watch();
    for (let at = 0; at < 3; at += 1) log.record({ ...EARLY, path: `/${at}` });
    await log.close();
    expect(written().map(({ path, repeated }) => ({ path, repeated }))).toEqual([
      { path: "/0", repeated: undefined },
      { path: "/1", repeated: 2 },
    ]);
  });

  test("is told apart by who called, for which operation, and what the policy says of it", () => {
    const { log, written } = watch();
    const all: readonly AuditRecord[] = [
      EARLY,
      EARLY_DENIED,
      { ...EARLY_DENIED, verdict: "warn" },
      { ...EARLY_DENIED, missing: ["POST=1"] },
      { ...EARLY_DENIED, rule: "another" },
      { ...EARLY, client: "other" },
      { ...EARLY, address: "172.18.0.6" },
      { ...EARLY, operation: "ContainerTop" },
      { ...EARLY, method: "HEAD" },
      { ...EARLY, code: "too_many_at_once" },
      { ...EARLY, status: 0, end: "client" },
      { ...EARLY, learning: true },
      { ...NOT_UNDERSTOOD, code: "too_many_connections", status: 503 },
    ];
    for (const record of [...all, ...all]) log.record(record);
    expect(written()).toStrictEqual(all);
    vi.advanceTimersByTime(MINUTE);
    expect(written()).toHaveLength(all.length);
  });

  test("has a line each where that is wanted", () => {
    const { log, written } = watch("each");
    for (let count = 0; count < 3; count += 1) log.record(EARLY);
    expect(written()).toHaveLength(3);
  });

  test("has a line each beyond a number of sums, so that nobody fills the memory, and none is lost", async () => {
    const { log, written } = watch();
    for (const _ of [1, 2])
      for (let at = 0; at < 2_000; at += 1) log.record({ ...EARLY, address: `10.0.${at}` });
    expect(written()).toHaveLength(2_976);
    await log.close();
    expect(written()).toHaveLength(1_024);
  });
});

describe("never summed up is", () => {
  test.each<{ of: string; record: AuditRecord }>([
    { of: "a denial", record: DENIED },
    { of: "a power that was denied", record: { ...DENIED, code: "power_denied", missing: ["privileged"] } },
    { of: "what was allowed", record: ALLOWED },
    { of: "what was not understood", record: NOT_UNDERSTOOD },
    { of: "a failure of the engine", record: FAILED },
    { of: "a body that is too long", record: { ...EARLY, code: "body_too_large", status: 413 } },
    {
      of: "what the engine did, although there was no memory for its answer",
      record: { ...ALLOWED, code: "too_many_large_bodies", status: 503 },
    },
  ])("$of", ({ record }) => {
    const { log, written } = watch();
    log.record(record);
    log.record(record);
    expect(written()).toStrictEqual([record, record]);
  });
});

test("a limit is what the gate answers with 429 or 503 and may be tried again, but for its end", () => {
  const codes = Object.entries(ERROR_CODES).filter(
    ([, { status, source }]) => status === 429 || (status === 503 && source === "gate"),
  );
  expect(codes.map(([code]) => code).filter((code) => !isAtLimit({ code, engineTime: undefined }))).toEqual([
    "draining",
  ]);
  expect(Object.keys(ERROR_CODES).filter((code) => isAtLimit({ code, engineTime: undefined }))).toHaveLength(
    codes.length - 1,
  );
});
