import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { get, openEngine } from "./engine.ts";
import { linesOf, quaygate, startGate, testFolder } from "./quaygate-command.ts";

/** Has gates write a chained log, one after the other, each with requests that turn the file over; gives its files, the oldest first. */
async function writeLog(folder: string): Promise<readonly string[]> {
  const file = join(folder, "quaygate.log");
  for (let start = 0; start < 2; start += 1) {
    const gate = await startGate({
      QUAYGATE_ENGINE: await openEngine(),
      QUAYGATE_LOG_CHAIN: "on",
      QUAYGATE_LOG_TO: `stdout, file://${file}?size=64KiB&keep=5`,
    });
    const peer = await gate.connect();
    for (let count = 0; count < 40; count += 1) {
      await peer.send(get(`/containers/${"x".repeat(1_000)}/json`));
      await peer.next();
    }
    gate.signal("SIGTERM");
    await gate.result;
  }
  return [`${file}.1`, file];
}

const verify = (...words: readonly string[]): ReturnType<typeof quaygate> =>
  quaygate(["log", "--verify", ...words]);

const LAST = /^(?<count>\d+) lines with a chain; the last is (?<chain>[0-9a-f]{64})\n$/u;

test("a chain goes on over restarts and from file to file, and what is changed is found at its line", async () => {
  const folder = testFolder();
  const files = await writeLog(folder);
  const [older = "", newer = ""] = files;
  const whole = await verify(...files);
  expect([whole.code, whole.stderr]).toEqual([0, ""]);
  const { chain = "", count } = LAST.exec(whole.stdout)?.groups ?? {};
  const lines = files.map((file) => linesOf(readFileSync(file, "utf8")));
  expect(Number(count)).toBe(lines.flat().length);
  expect(lines.flat().at(-1)).toContain(chain);

  // The end is known to whoever noted its chain.
  expect((await verify("--expect", chain, ...files)).code).toBe(0);
  const cut = join(folder, "cut");
  writeFileSync(cut, `${lines[1]?.slice(0, -1).join("\n")}\n`);
  expect((await verify(older, cut)).code).toBe(0);
  const missed = await verify("--expect", chain, older, cut);
  expect([missed.code, missed.stdout.split(":")[0]]).toEqual([1, `no line has the chain ${chain}`]);

  // The newer file alone goes on from a line that is not there.
  const alone = await verify(newer);
  expect([alone.code, alone.stdout.split("\n")[0]]).toEqual([
    1,
    `${newer}:1: is the first line with a chain, and begins none: it was changed, or older lines are missing (--after)`,
  ]);
  expect((await verify("--after", "unknown", newer)).code).toBe(0);
  const before = /"chain":"([0-9a-f]{64})"\}$/u.exec(lines[0]?.at(-1) ?? "")?.[1] ?? "";
  expect((await verify("--after", before, newer)).code).toBe(0);

  // Compressed, it says the same.
  writeFileSync(`${older}.gz`, gzipSync(readFileSync(older)));
  expect((await verify(`${older}.gz`, newer)).stdout).toBe(whole.stdout);

  const changed = join(folder, "changed");
  writeFileSync(changed, readFileSync(older, "utf8").replace('"status":403', '"status":200'));
  const number = lines[0]?.findIndex((line) => line.includes('"status":403')) ?? -1;
  const found = await verify(changed, newer);
  expect([found.code, found.stdout.split("\n")[0]]).toEqual([
    1,
    `${changed}:${number + 1}: does not follow from the line before: it was changed, or lines before it were removed, put in or moved`,
  ]);
});

test("what collectors put before the lines or around them does no harm, and what is changed is found all the same", async () => {
  const [older = ""] = await writeLog(testFolder());
  const lines = linesOf(readFileSync(older, "utf8"));
  const { stdout: told } = await verify(older);
  const wrap = (line: string): string => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "" });
  const collected: readonly ((line: string) => string)[] = [
    (line) => `gate-1  | ${line}`,
    (line) => `2026-11-24T15:04:05.123456789Z ${line}`,
    (line) => `<30>1 2026-11-24T15:04:05.123Z host quaygate 7 - - ${line}`,
    wrap,
  ];
  for (const collect of collected) {
    const text = `${lines.map(collect).join("\n")}\n`;
    expect((await quaygate(["log", "--verify"], {}, text)).stdout).toBe(told);
    const changed = await quaygate(["log", "--verify"], {}, text.replace(/(status\W+)403/u, "$1200"));
    expect(changed.stdout).toContain(": does not follow from the line before: it was changed");
  }
});

test("standard input is read for -, and a log without a chain is not taken for a whole one", async () => {
  const { code, stdout } = await quaygate(["log", "--verify", "-"], {}, '{"v":1,"level":"info"}\n');
  expect([code, stdout]).toEqual([1, "no line has a chain\n"]);
});

test("of a log that is wrong all over, not each line is told", async () => {
  const line = `{"a":1,"chain":"${"ab".repeat(32)}"}\n`;
  const { code, stdout } = await quaygate(["log", "--verify", "-"], {}, line.repeat(50));
  expect(code).toBe(1);
  expect(linesOf(stdout)).toHaveLength(22);
  expect(stdout).toContain("\nand 30 more\n");
});

describe("a wrong command line is told:", () => {
  test.each([
    [
      ["--verify", "--expect", "abc", "a"],
      "--expect wants the chain of a line, 64 hexadecimal digits, and got abc",
    ],
    [["--verify", "--expect", "unknown", "a"], "64 hexadecimal digits, and got unknown"],
    [["--verify", "--after"], "--after wants the chain of a line, 64 hexadecimal digits, or unknown"],
    [["a", "--verify", "--client", "x"], "log --verify has no option --client"],
  ])("%j", async (words, why) => {
    const { code, stderr } = await quaygate(["log", ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  test("a file that is not there", async () => {
    const { code, stderr } = await verify(join(testFolder(), "away"));
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^quaygate: \S+away: there is no such file\n$/u),
    ]);
  });
});

test("lines of text have no chain, which is said before anything is opened", async () => {
  const { code, stderr } = await quaygate(["run"], { QUAYGATE_LOG: "text", QUAYGATE_LOG_CHAIN: "on" });
  expect([code, stderr]).toEqual([
    2,
    "quaygate: QUAYGATE_LOG_CHAIN: lines of text have no chain: set QUAYGATE_LOG=json\n",
  ]);
});
