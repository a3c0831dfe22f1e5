import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/audit/record.ts";
import { Tally } from "../../src/metrics/tally.ts";
import { ALLOWED, DENIED, FAILED, NOT_UNDERSTOOD } from "../audit/records.ts";

function tallyOf(...records: readonly AuditRecord[]): Tally {
  const tally = new Tally();
  for (const record of records) tally.count(record);
  return tally;
}

const namesOf = (tally: Tally): readonly string[] => tally.clients.map(({ client }) => client);

describe("exchanges are counted", () => {
  test("by client, operation, verdict, code and the class of their status", () => {
    const { clients } = tallyOf(
      ALLOWED,
      ALLOWED,
      { ...ALLOWED, status: 404 },
      { ...ALLOWED, status: 0, end: "client" },
      DENIED,
      NOT_UNDERSTOOD,
      FAILED,
      { ...DENIED, client: "ci" },
    );
    const [operation, stopped] = [ALLOWED.operation, DENIED.operation];
    expect(clients).toMatchObject([
      {
        client: "everybody",
        rows: [
          { operation, verdict: "allow", code: undefined, statusClass: 2, count: 2 },
          { operation, verdict: "allow", code: undefined, statusClass: 4, count: 1 },
          { operation, verdict: "allow", code: undefined, statusClass: 0, count: 1 },
          { operation, verdict: "allow", code: "engine_unreachable", statusClass: 5, count: 1 },
          { operation: stopped, verdict: "deny", code: "operation_denied", statusClass: 4, count: 1 },
          { operation: undefined, verdict: "refuse", code: "bad_request_line", statusClass: 4, count: 1 },
        ],
      },
      {
        client: "ci",
        rows: [{ operation: stopped, verdict: "deny", code: "operation_denied", statusClass: 4, count: 1 }],
      },
    ]);
  });

  test("with their bytes", () => {
    const { clients } = tallyOf(
      { ...ALLOWED, bytesIn: 10, bytesOut: 1 },
      { ...ALLOWED, bytesIn: 5, bytesOut: 2 },
      { ...ALLOWED, client: "ci", bytesIn: 7, bytesOut: 3 },
    );
    expect(clients).toMatchObject([
      { client: "everybody", bytesIn: 15, bytesOut: 3 },
      { client: "ci", bytesIn: 7, bytesOut: 3 },
    ]);
  });
});

describe("times are counted", () => {
  test("of what the engine answered alone: a denial would hide how long the engine takes", () => {
    const { times } = tallyOf(DENIED, NOT_UNDERSTOOD, FAILED);
    expect(times).toEqual([]);
  });

  test("by operation, each in the bucket of what is as long or less", () => {
    const { times } = tallyOf(
      { ...ALLOWED, duration: 0.4, engineTime: 0.2 },
      { ...ALLOWED, duration: 1, engineTime: 0.9 },
      { ...ALLOWED, duration: 1.001, engineTime: 1 },
      { ...ALLOWED, duration: 60_000, engineTime: 59_000 },
      { ...ALLOWED, operation: "SystemInfo", duration: 3, engineTime: 2.7 },
    );
    const [first, second] = times;
    expect(first).toMatchObject({ operation: "ContainerInspect", duration: { sum: 60_002.401 } });
    expect(first?.duration.counts.slice(0, 3)).toEqual([2, 1, 0]);
    expect(first?.duration.counts.at(-1)).toBe(1);
    expect(first?.engineTime.counts.slice(0, 3)).toEqual([3, 0, 0]);
    expect(second).toMatchObject({ operation: "SystemInfo", duration: { sum: 3 }, engineTime: { sum: 2.7 } });
  });

  test("of streams by their kind, apart from requests", () => {
    const { times, streams } = tallyOf(
      { ...ALLOWED, operation: "SystemEvents", stream: "stream", duration: 3_600_000 },
      { ...ALLOWED, operation: "ExecStart", stream: "tunnel", duration: 100 },
      { ...ALLOWED, operation: "ContainerWait", stream: "blocks", duration: 5_000 },
    );
    expect(times).toEqual([]);
    expect([...streams].map(([stream, { sum }]) => [stream, sum])).toEqual([
      ["stream", 3_600_000],
      ["tunnel", 100],
      ["blocks", 5_000],
    ]);
  });
});

describe("clients", () => {
  test("are there from the start, with nothing", () => {
    const tally = new Tally();
    tally.keepClients(["ci", "nobody"]);
    expect(tally.clients).toMatchObject([
      { client: "ci", rows: [], bytesIn: 0, bytesOut: 0 },
      { client: "nobody", rows: [], bytesIn: 0, bytesOut: 0 },
    ]);
  });

  test("that leave the policy keep their counts, and go on with them when they come back", () => {
    const tally = new Tally();
    const ofCi: AuditRecord = { ...ALLOWED, client: "ci" };
    tally.keepClients(["ci"]);
    tally.count(ofCi);
    tally.keepClients(["other"]);
    // What was under way under its rights ends later.
    tally.count(ofCi);
    tally.keepClients(["ci", "other"]);
    tally.count(ofCi);
    expect(tally.clients.find(({ client }) => client === "ci")?.rows).toMatchObject([{ count: 3 }]);
  });

  test("that left are a hundred at most, and who left first goes first, however often the policy changes", () => {
    const tally = new Tally();
    for (let generation = 0; generation < 1_000; generation += 1) {
      tally.keepClients([`client-${generation}`, "nobody"]);
      tally.count({ ...ALLOWED, client: `client-${generation}` });
    }
    const names = namesOf(tally);
    expect(names).toHaveLength(102);
    expect(names.slice(0, 2)).toEqual(["client-899", "client-900"]);
    expect(names.slice(-2)).toEqual(["client-999", "nobody"]);
  });
});
