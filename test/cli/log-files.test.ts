import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatNoteAsJson } from "../../src/audit/json.ts";
import { eventually } from "../support/raw-peer.ts";
import { quaygate, startQuaygate, testFolder } from "./quaygate-command.ts";

/** The commands that read logs. */
const COMMANDS: readonly (readonly string[])[] = [["log"], ["log", "--verify"], ["learn"], ["replay"]];
const NOTED = formatNoteAsJson("notice", "2026-11-24T15:04:06.000Z", "stopped");
const SHOWN = "2026-11-24T15:04:06.000Z notice  stopped\n";
const USER = 65_532;

describe.each(COMMANDS)("%s %s", (...command) => {
  test("says that its input is a folder", async () => {
    const wrapper = ["sh", "-c", 'exec "$@" <"$0"', testFolder()];
    const { code, stdout, stderr } = await startQuaygate(command, {}, "", wrapper).result;
    expect([code, stdout, stderr]).toEqual([2, "", "quaygate: standard input: is a folder\n"]);
  });

  test.runIf(process.getuid?.() === 0)(
    "says that it may not read a file, and reads no other one",
    async () => {
      const folder = testFolder();
      chmodSync(folder, 0o755);
      const files = ["one.log", "two.log"].map((name) => join(folder, name));
      for (const file of files) writeFileSync(file, NOTED);
      const [, unread = ""] = files;
      chmodSync(unread, 0o600);
      chownSync(unread, 0, 0);
      const asUser = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"];
      const { code, stdout, stderr } = await startQuaygate([...command, ...files], {}, "", asUser).result;
      expect([code, stdout, stderr]).toEqual([2, "", `quaygate: ${unread}: permission denied\n`]);
    },
  );

  test("ends when it is told to while a pipe has no writer", async () => {
    const pipe = join(testFolder(), "gate.log");
    spawnSync("mkfifo", [pipe]);
    const waiting = startQuaygate([...command, pipe], {});
    await eventually(() => filesOf(waiting.pid).includes(pipe), "the open pipe");
    waiting.signal("SIGTERM");
    const { stderr } = await waiting.result;
    expect(stderr).toBe("");
  });
});

/** The files that a process has open. */
function filesOf(pid: number | undefined): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))];
    } catch {
      return [];
    }
  });
}

test.each([["log"], ["log", "-f"]])(
  "%s %s shows what comes through a pipe, to its end",
  async (...command) => {
    const pipe = join(testFolder(), "gate.log");
    spawnSync("mkfifo", [pipe]);
    const showing = startQuaygate([...command, pipe], {});
    spawnSync("sh", ["-c", 'cat >"$0"', pipe], { input: NOTED });
    expect(await showing.result).toEqual({ code: 0, stdout: SHOWN, stderr: "" });
  },
);

test("a log without a line is no log that anything can be said of, but to be shown", async () => {
  const file = join(testFolder(), "gate.log");
  writeFileSync(file, "");
  const codes = await Promise.all(COMMANDS.map(async (words) => (await quaygate([...words, file])).code));
  expect(codes).toEqual([0, 1, 1, 2]);
});
