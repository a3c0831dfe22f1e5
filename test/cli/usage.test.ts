import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { entryPoint, isBuilt } from "../../scripts/set-up.mjs";
import { linesOf, quaygate, testFolder } from "./quaygate-command.ts";

const COMMANDS = [
  "run",
  "try",
  "explain",
  "check",
  "log",
  "replay",
  "powers",
  "health",
  "learn",
  "migrate",
  "presets",
  "schema",
] as const;

describe("help", () => {
  test("names every command, and the exit codes", async () => {
    const { code, stdout, stderr } = await quaygate(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.startsWith("Usage: quaygate [COMMAND]\n")).toBe(true);
    for (const command of COMMANDS) {
      expect(stdout).toMatch(new RegExp(`^  ${command} .*\\S$`, "mu"));
    }
    expect(stdout).toContain(
      "Exit codes: 0 all well, 1 refused or failed, 2 a wrong command line or setting, 75 the engine is gone.",
    );
    expect(linesOf(stdout).filter((line) => line.length > 120)).toEqual([]);
  });

  test.each([
    { name: "help check", words: ["help", "check"] },
    { name: "--help check", words: ["--help", "check"] },
    { name: "check --help", words: ["check", "--help"] },
    { name: "check GET /info -h", words: ["check", "GET", "/info", "-h"] },
  ])("of one command comes by: $name", async ({ words }) => {
    const { code, stdout, stderr } = await quaygate(words);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^Usage: quaygate check METHOD PATH \[OPTION\.\.\.\]\n\nsay whether .+\n\nExample: CONTAINERS=1 quaygate /u,
    );
  });

  test("is there although the settings are wrong", async () => {
    expect((await quaygate(["--help"], { QUAYGATE_LOG: "loud" })).code).toBe(0);
  });
});

test("the version is that of the package", async () => {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const version = /"version": "([^"]+)"/u.exec(manifest)?.[1] ?? "none";
  expect(await quaygate(["--version"])).toEqual({ code: 0, stdout: `quaygate ${version}\n`, stderr: "" });
});

test.runIf(isBuilt())("the built command is a program of its own", () => {
  const { status, stdout } = spawnSync(entryPoint, ["--version"], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^quaygate \d/u)]);
});

describe("a command line that is not understood", () => {
  test.each([
    { words: ["chek"], says: 'there is no command "chek"; did you mean check? See: quaygate --help' },
    { words: ["xyzzyplugh"], says: 'there is no command "xyzzyplugh". See: quaygate --help' },
    {
      words: ["--versoin"],
      says: 'there is no option "--versoin"; did you mean --version? See: quaygate --help',
    },
    {
      words: ["--listen=tcp://127.0.0.1:0"],
      says: 'there is no option "--listen=tcp://127.0.0.1:0". See: quaygate --help',
    },
    { words: ["help", "chek"], says: 'there is no command "chek"; did you mean check? See: quaygate --help' },
    { words: ["run", "--port", "1"], says: 'run takes no argument, and got "--port 1"' },
    { words: ["try", "now"], says: 'try takes no argument, and got "now"' },
    { words: ["explain", "POST"], says: 'explain takes no argument but --client NAME, and got "POST"' },
    { words: ["health", "--quiet"], says: 'health takes no argument, and got "--quiet"' },
  ])("$words ends with 2 and says what is wrong", async ({ words, says }) => {
    expect(await quaygate(words)).toEqual({ code: 2, stdout: "", stderr: `quaygate: ${says}\n` });
  });
});

describe("wrong settings", () => {
  const wrong = { QUAYGATE_GRASE: "8", QUAYGATE_ENGINE: "there", QUAYGATE_LOG: "loud", LOG_LEVEL: "high" };
  const told = [
    "quaygate: QUAYGATE_GRASE: no such setting; did you mean QUAYGATE_GRACE?",
    'quaygate: QUAYGATE_ENGINE: "there" is none of /path/to/docker.sock, unix:///path and tcp://host:port',
    'quaygate: QUAYGATE_LOG: "loud" is none of json, text',
    'quaygate: LOG_LEVEL: "high" is none of emerg, alert, crit, err, warning, notice, info, debug',
  ];

  test.each([
    { command: "quaygate", words: [] },
    { command: "run", words: ["run"] },
    { command: "try", words: ["try"] },
    { command: "explain", words: ["explain"] },
    { command: "check", words: ["check", "GET", "/info"] },
    { command: "health", words: ["health"] },
  ])("are told all at once by $command, which opens nothing", async ({ words }) => {
    const socket = join(testFolder(), "gate.sock");
    const { code, stdout, stderr } = await quaygate(words, { ...wrong, QUAYGATE_LISTEN: `unix://${socket}` });
    expect({ code, stdout, lines: linesOf(stderr) }).toEqual({ code: 2, stdout: "", lines: told });
    expect(existsSync(socket)).toBe(false);
  });
});
