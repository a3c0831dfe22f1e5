import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { LateLog } from "../../src/audit/late-log.ts";
import { openLog } from "../../src/audit/log.ts";
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

test("closes where it was never opened", async () => {
  const log = new LateLog();
  log.note("warning", "nobody hears it");
  await expect(log.close()).resolves.toBeUndefined();
});
