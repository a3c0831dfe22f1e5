import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LateLog } from "../../src/audit/late-log.ts";
import { type Log, openLog } from "../../src/audit/log.ts";
import { openOutput } from "../../src/audit/output.ts";
import { ALLOWED } from "./records.ts";

test("writes what came before it was opened first, in its order, and then all as it comes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-late-"));
  const path = join(folder, "log");
  const descriptor = openSync(path, "a");
  onTestFinished(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
  const log = new LateLog();
  log.note("warning", "first");
  log.record({ ...ALLOWED, path: "/second" });
  expect([log.reopen(), log.droppedLines.size]).toEqual([false, 0]);
  log.open(openLog("json", "info", [openOutput(descriptor)]));
  log.note("notice", "third");
  log.record({ ...ALLOWED, path: "/fourth" });
  await log.close();
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => /"(?:msg|path)":"([^"]+)"/u.exec(line)?.[1])).toEqual([
    "first",
    "/second",
    "third",
    "/fourth",
  ]);
  expect(log.droppedLines.size).toBe(1);
});

test("writes what came before to another log where it was never opened, and nothing where it was", async () => {
  const written: string[] = [];
  const logOf = (name: string): Log => ({
    record: () => undefined,
    note: (level, message) => written.push(`${name} ${level} ${message}`),
    reopen: () => false,
    droppedLines: new Map(),
    close: () => Promise.resolve(),
  });
  const [failed, opened] = [new LateLog(), new LateLog()];
  failed.note("warning", "first");
  failed.note("err", "second");
  failed.openInstead(() => logOf("aside"));
  await failed.close();
  opened.note("warning", "first");
  opened.open(logOf("log"));
  opened.openInstead(() => logOf("aside"));
  expect(written).toEqual(["aside warning first", "aside err second", "log warning first"]);
});

test("closes where it was never opened", async () => {
  const log = new LateLog();
  log.note("warning", "nobody hears it");
  await expect(log.close()).resolves.toBeUndefined();
});
