import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
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

/** Runs a command whose standard input is a terminal, where somebody types; its standard error goes to a file. */
async function atTerminal(
  words: readonly string[],
  typed: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly [code: number | null, stderr: string]> {
  const told = join(testFolder(), "stderr");
  const script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
  const wrapper = ["python3", "-c", script, "sh", "-c", 'exec "$@" 2>"$0"', told];
  const { code } = await startQuaygate(words, environment, typed, wrapper).result;
  return [code, readFileSync(told, "utf8")];
}

describe("at a terminal", () => {
  const END = "\u0004";

  test.each(COMMANDS)("%s %s without a file says what it wants, and does not wait", async (...command) => {
    const name = command.filter((word) => word !== "").join(" ");
    expect(await atTerminal(command, "")).toEqual([
      2,
      `quaygate: ${name} wants a log: a FILE, or what is piped into it, such as docker logs gate 2>&1 | quaygate ${name}\n`,
    ]);
  });

  test.each([
    { words: ["log", "-"], what: "a log", code: 0 },
    { words: ["log", "--verify", "-"], what: "a log", code: 1 },
    { words: ["learn", "-"], what: "a log", code: 1 },
    { words: ["replay", "-"], what: "a log", code: 2 },
    { words: ["check", "POST", "/containers/create", "--body", "-"], what: "the body", code: 1 },
  ])("$words says that it reads what is typed, and how that ends", async ({ words, what, code }) => {
    const [ended, told] = await atTerminal(words, `${NOTED}${END}`);
    expect([ended, told.split("\n")[0]]).toEqual([
      code,
      `quaygate: reading ${what} from this terminal; Ctrl-D on an empty line ends it`,
    ]);
  });
});

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
