import { describe, expect, test } from "vitest";
import { type AuditRecord, levelOf } from "../../src/audit/record.ts";
import { ALLOWED, DENIED, FAILED, NOT_UNDERSTOOD } from "./records.ts";

describe("the level of", () => {
  test.each<readonly [name: string, record: AuditRecord, level: string]>([
    ["what was allowed and answered", ALLOWED, "info"],
    ["what was denied", DENIED, "warning"],
    ["what was refused", NOT_UNDERSTOOD, "warning"],
    ["an engine that can't be reached", FAILED, "err"],
    ["a gate that is stopping", { ...ALLOWED, status: 503, code: "draining" }, "err"],
    ["an error of the engine's own, which is its answer", { ...ALLOWED, status: 500 }, "info"],
    ["a client that went away before the answer", { ...ALLOWED, status: 0, end: "client" }, "info"],
    [
      "a client that went away before anything was let through",
      { ...ALLOWED, verdict: "none", status: 0, end: "client" },
      "info",
    ],
    ["a body that is refused", { ...ALLOWED, status: 400, code: "bad_chunk", end: "client" }, "warning"],
    ["a body that is refused under an answer", { ...ALLOWED, code: "bad_chunk", end: "client" }, "warning"],
    ["an answer that breaks off", { ...ALLOWED, code: "engine_closed", end: "engine" }, "err"],
  ])("%s", (_, record, level) => {
    expect(levelOf(record)).toBe(level);
  });
});
