import { expect, test } from "vitest";
import { GroupedRecords } from "../../src/cli/replay-groups.ts";
import { ReplayTally } from "../../src/cli/replay-tally.ts";
import type { JournalRecord } from "../../src/journal/journal-record.ts";
import { ALLOWED } from "../audit/records.ts";

const RECORD: JournalRecord = { ...ALLOWED, version: 1, level: "info", object: undefined, repeated: 1 };

test("of a log with clients without number some are told, and all are counted", () => {
  const tally = new ReplayTally({ grantOf: () => undefined, renamed: new Map(), only: undefined });
  for (let at = 0; at < 2_000; at += 1) tally.add({ ...RECORD, client: `c${at}` });
  tally.add({ ...RECORD, client: "x".repeat(100_000) });
  const { strangers, refused } = tally.outcome;
  expect([strangers.length, refused.count]).toEqual([200, 2_001]);
});

test("what ended before it was decided or sent is compared with nothing", () => {
  const tally = new ReplayTally({ grantOf: () => undefined, renamed: new Map(), only: undefined });
  tally.add({ ...RECORD, verdict: "none", status: 0, end: "client", repeated: 3 });
  tally.add({ ...RECORD, status: 408, code: "body_timeout", engineTime: undefined });
  tally.add({ ...RECORD, status: 429, code: "too_many_requests", engineTime: undefined });
  tally.add({ ...RECORD, status: 502, code: "engine_closed", engineTime: undefined });
  const { judged, undecided, limited, refused } = tally.outcome;
  expect({ judged, undecided, limited, refused: refused.count }).toEqual({
    judged: 1,
    undecided: 4,
    limited: 1,
    refused: 1,
  });
});

test("nothing is kept that is longer than what a gate writes, whoever wrote the log", () => {
  const grouped = new GroupedRecords();
  const long = "x".repeat(100_000);
  for (let at = 0; at < 10; at += 1) {
    grouped.add("web", { ...RECORD, operation: `${at}${long}` }, { missing: [], reason: "" });
    grouped.add("web", RECORD, { missing: [`${at}${long}`], reason: "" });
    grouped.add("web", { ...RECORD, path: `/${at}${long}`, method: long }, { missing: [], reason: "" });
  }
  const { count, ungrouped, groups } = grouped.outcome;
  expect([count, ungrouped, groups.length]).toEqual([30, 20, 1]);
  expect(JSON.stringify(groups).length).toBeLessThan(10_000);
});
