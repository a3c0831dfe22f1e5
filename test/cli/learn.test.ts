import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readLearnWords } from "../../src/cli/learn-words.ts";
import { denied, lineOf, used } from "../learn/journal.ts";
import { linesOf, quaygate, testFolder } from "./quaygate-command.ts";

const LOG = [
  used("ContainerList"),
  used("ContainerCreate", "image:docker.io/library/nginx:1", "bind:/srv/a/x:ro", "bind:/srv/a/y:ro"),
  { ...used("SystemInfo"), client: "ci", address: "172.18.0.9" },
  denied("ExecStart"),
]
  .map((record) => `${lineOf(record)}\n`)
  .join("");

/** A file in a folder of the test's own. */
function fileOf(name: string, content: string | Buffer): string {
  const path = join(testFolder(), name);
  writeFileSync(path, content);
  return path;
}

test("of standard input a policy is printed, which the gate takes", async () => {
  const { code, stdout, stderr } = await quaygate(["learn"], {}, LOG);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain('  web:\n    from: "172.18.0.5"\n    allow:\n      - ContainerCreate # once, ');
  expect(stdout).toContain("      - bind:/srv/a/**:ro # ");
  const file = fileOf("policy.yaml", stdout);
  const explained = await quaygate(["explain"], { QUAYGATE_POLICY: file });
  expect([explained.code, explained.stderr]).toEqual([0, ""]);
  const check = (...words: readonly string[]): Promise<{ code: number | null }> =>
    quaygate(["check", ...words, "--client", "web"], { QUAYGATE_POLICY: file });
  expect((await check("GET", "/containers/json")).code).toBe(0);
  expect((await check("GET", "/info")).code).toBe(1);
});

test("what is learnt refuses nothing that passed, when the log is judged by it", async () => {
  const [log, policy] = [fileOf("gate.log", LOG), join(testFolder(), "policy.yaml")];
  expect((await quaygate(["learn", log, "--output", policy])).code).toBe(0);
  expect((await quaygate(["replay", log, "--policy", policy])).code).toBe(0);
  writeFileSync(policy, readFileSync(policy, "utf8").replace("      - ContainerList", "      - VolumeList"));
  expect((await quaygate(["replay", log, "--policy", policy])).code).toBe(1);
});

test("of files, plain and compressed, it is one policy, and what is no record is told", async () => {
  const [first = "", ...rest] = LOG.trimEnd().split("\n");
  const files = [fileOf("a.log", `${first}\nhello\n`), fileOf("b.log", gzipSync(`${rest.join("\n")}\n`))];
  const { code, stdout, stderr } = await quaygate(["learn", ...files]);
  expect([code, stderr]).toEqual([0, "quaygate: left out: 1 line of another program\n"]);
  expect(stdout).toBe((await quaygate(["learn"], {}, LOG)).stdout);
});

test("--client is about one client, and a wrong name is told", async () => {
  const { stdout } = await quaygate(["learn", "--client", "ci"], {}, LOG);
  expect(stdout).toContain("  ci:\n");
  expect(stdout).not.toContain("  web:\n");
  expect(await quaygate(["learn", "--client", "c"], {}, LOG)).toEqual({
    code: 2,
    stdout: "",
    stderr: "quaygate: the log tells of no client c; did you mean ci?\n",
  });
});

test("a name that is nearly the one asked for can't draw on the terminal", async () => {
  const log = lineOf({ ...used("SystemInfo"), client: "c\u001b" });
  expect((await quaygate(["learn", "--client", "ci"], {}, log)).stderr).toBe(
    "quaygate: the log tells of no client ci; did you mean c??\n",
  );
});

test("--env prints settings that a gate takes", async () => {
  for (const compat of [[], ["--compat", "linuxserver"]]) {
    const { code, stdout } = await quaygate(["learn", "--env", ...compat], {}, LOG);
    expect(code).toBe(0);
    const settings = linesOf(stdout)
      .filter((line) => !line.startsWith("#"))
      .map((line) => /^([A-Z_]+)='?(.*?)'?$/u.exec(line)?.slice(1) ?? []);
    const environment: Record<string, string> = Object.fromEntries(settings);
    expect(environment["QUAYGATE_POWERS"]).toBe("bind:/srv/a/**:ro,image:docker.io/library/nginx:1");
    const explained = await quaygate(["explain"], environment);
    expect([explained.code, explained.stderr]).toEqual([0, ""]);
  }
});

test("--against tells what a policy holds and nobody used", async () => {
  const file = fileOf(
    "policy.yaml",
    "clients: { web: { from: web, allow: [ContainerList, ContainerLogs] } }\n",
  );
  const { code, stdout } = await quaygate(["learn", "--against", file], {}, LOG);
  expect(code).toBe(0);
  expect(stdout).toContain("  never used: ContainerLogs\n");
  expect(stdout).toContain("  used and not open: ContainerCreate\n");
  expect(stdout).toContain("\nci: is no client of it, and called once, ");
  const wrong = await quaygate(["learn", "--against", fileOf("wrong.yaml", "clients: {}\n")], {}, LOG);
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
});

test("--as says what the policy calls a client of the log", async () => {
  const [log, file] = [fileOf("gate.log", LOG.replaceAll('"web"', '"everybody"')), fileOf("policy.yaml", "")];
  const { code, stdout } = await quaygate(["learn", log, "--as", "everybody=shop", "--as=ci=shop"]);
  expect([code, [...stdout.matchAll(/^  (\S+):$/gmu)].map(([, name]) => name)]).toEqual([0, ["shop"]]);
  writeFileSync(file, stdout);
  const against = async (...words: readonly string[]): Promise<string> =>
    (await quaygate(["learn", log, "--against", file, ...words])).stdout;
  expect(await against()).toMatch(/\neverybody: is no client of it, .*; --as everybody=NAME says who/u);
  expect(await against("--as", "everybody=shop", "--as", "ci=shop")).not.toMatch(
    /never called|is no client/u,
  );
});

test("--output writes a file, and never over another one", async () => {
  const file = join(testFolder(), "policy.yaml");
  expect(await quaygate(["learn", "--output", file], {}, LOG)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(statSync(file).mode & 0o777).toBe(0o644);
  const text = readFileSync(file, "utf8");
  expect(text).toBe((await quaygate(["learn"], {}, LOG)).stdout);
  expect(await quaygate(["learn", "--output", file], {}, LOG)).toEqual({
    code: 1,
    stdout: "",
    stderr: `quaygate: ${file}: is there already; move it away first\n`,
  });
  expect(readFileSync(file, "utf8")).toBe(text);
});

describe("what can't be learnt from", () => {
  test.each([
    { log: "that is empty", records: [], says: "there is no record of an exchange in what was read, so" },
    {
      log: "in which all is denied",
      records: [denied("ExecStart"), denied("ExecStart")],
      says: "of 2 exchanges none was let through, so",
      cure: "; with mode: learn (QUAYGATE_MODE=learn) a program gets further",
    },
    {
      log: "of callers that are no client",
      records: [{ ...denied("ExecStart"), client: "nobody" }],
      says: "who called is no client of the policy, as from 172.18.0.5 (once), so",
      cure: "; a client's from says who it is",
    },
  ])("a log $log gives no policy, and the command says why", async ({ records, says, cure = "" }) => {
    const log = records.map((record) => `${lineOf(record)}\n`).join("");
    const stderr = `quaygate: ${says} there is nothing to learn${cure}\n`;
    expect(await quaygate(["learn"], {}, log)).toEqual({ code: 1, stdout: "", stderr });
  });

  test("a file that is not there", async () => {
    const file = join(testFolder(), "gate.log");
    const { code, stdout, stderr } = await quaygate(["learn", file]);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: `quaygate: ${file}: there is no such file\n`,
    });
  });

  test("a file that breaks off is learnt from as far as it goes, and the command fails", async () => {
    const file = fileOf("gate.log.gz", gzipSync(LOG.repeat(50)).subarray(0, -20));
    const { code, stdout, stderr } = await quaygate(["learn", file]);
    expect(code).toBe(1);
    expect(stdout).toContain("clients:\n");
    expect(stderr).toContain(`quaygate: ${file}: `);
  });
});

test("a command line that is not understood ends with 2", async () => {
  expect(await quaygate(["learn", "--client"], {}, LOG)).toEqual({
    code: 2,
    stdout: "",
    stderr: "quaygate: learn --client wants the name of a client\n",
  });
});

test.each([
  {
    words: ["--everything"],
    says: "learn has no option --everything",
  },
  { words: ["-o", "policy.yaml"], says: "learn has no option -o; did you mean --output?" },
  { words: ["-x"], says: "learn has no option -x" },
  { words: ["--client", "a", "--client", "b"], says: "learn takes --client once" },
  { words: ["--as", "ci"], says: "learn --as wants OLD=NEW, and got ci" },
  { words: ["--compat", "tecnativa"], says: "learn --compat is about the switches of --env" },
  { words: ["--env", "--compat", "wollomatic"], says: "learn --compat wants one of tecnativa, linuxserver" },
  { words: ["--env", "--against", "p.yaml"], says: "learn takes --env or --against, and not both" },
])("of $words it is said what is wrong", ({ words, says }) => {
  expect(readLearnWords(words)).toEqual({ ok: false, error: says });
});

describe("where a bound was met", () => {
  const MORE = "values of bind that web asked for once, beyond the 400 that are kept";
  const log = Array.from(
    { length: 401 },
    (_, at) => `${lineOf(used("ContainerCreate", `bind:/srv/d${at}/x`))}\n`,
  ).join("");

  test.each([
    { words: [], behind: "# Written by quaygate learn" },
    { words: ["--env"], behind: "# The switches of tecnativa" },
  ])(
    "what is missing stands above all that learn $words writes, on standard error, and the code is 1",
    async (row) => {
      const { code, stdout, stderr } = await quaygate(["learn", ...row.words], {}, log);
      expect([code, stderr]).toEqual([1, `quaygate: incomplete: ${MORE}\n`]);
      expect(linesOf(stdout).slice(0, 3)).toEqual([
        "# INCOMPLETE: this lacks some of what the log tells, and a gate would refuse it:",
        `# - ${MORE}`,
        expect.stringContaining(row.behind),
      ]);
    },
  );

  test("it is written to a file none the less, and so is what a log that breaks off had", async () => {
    const out = join(testFolder(), "policy.yaml");
    const cut = fileOf("gate.log.gz", gzipSync(LOG).subarray(0, -4));
    const { code } = await quaygate(["learn", cut, "--output", out]);
    expect(code).toBe(1);
    expect(linesOf(readFileSync(out, "utf8"))[1]).toBe(`# - ${cut}: its compressed data breaks off`);
    expect((await quaygate(["explain"], { QUAYGATE_POLICY: out })).code).toBe(0);
  });
});
