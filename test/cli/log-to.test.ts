import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually, statusOf } from "../support/raw-peer.ts";
import { get, openEngine } from "./engine.ts";
import {
  APART,
  type GateRun,
  quaygate,
  startGate,
  startQuaygate,
  testFolder,
  textsOf,
} from "./quaygate-command.ts";

const USER = 65_532;
const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

async function ping(gate: GateRun): Promise<void> {
  const peer = await gate.connect();
  await peer.send(get("/_ping"));
  expect(statusOf(await peer.next())).toBe(200);
}

describe("QUAYGATE_LOG_TO", () => {
  test("writes the same lines to each place, complete when the gate ends", async () => {
    const file = join(testFolder(), "quaygate.log");
    const gate = await startGate({
      QUAYGATE_ENGINE: await openEngine(),
      QUAYGATE_LOG_TO: `stdout, file://${file}?size=1MB`,
    });
    await ping(gate);
    gate.signal("SIGTERM");
    const { code, stdout, stderr } = await gate.result;
    expect([code, stderr]).toEqual([0, ""]);
    expect(textOf(file)).toBe(stdout);
    expect(textsOf(stdout, "path")).toEqual(["/_ping"]);
    expect(textsOf(stdout, "msg").at(-1)).toBe("stopped");
  });

  test("opens files anew on SIGHUP, beside reading the policy", async () => {
    const folder = testFolder();
    const [file, moved] = [join(folder, "quaygate.log"), join(folder, "quaygate.log-1")];
    const gate = await startGate({
      QUAYGATE_ENGINE: await openEngine(),
      QUAYGATE_LOG_TO: `stdout, file://${file}`,
    });
    await eventually(() => textOf(file).includes("the engine answers"), "the start");
    renameSync(file, moved);
    gate.signal("SIGHUP");
    await gate.untilOutput("SIGHUP: the log goes on in files opened anew");
    await eventually(() => textOf(file) !== "", "a new file");
    gate.signal("SIGTERM");
    const { stdout } = await gate.result;
    expect(textOf(moved) + textOf(file)).toBe(stdout);
    expect(stdout).not.toContain("there is nothing to read again");
  });

  test("says on standard error that its one place fails, and nothing else", async () => {
    const socket = join(testFolder(), "none.sock");
    const environment = { ...APART, QUAYGATE_LOG_TO: `syslog+unix://${socket}` };
    const gate = startQuaygate(["run"], environment, "", ["sh", "-c", 'exec "$@" 2>&1', "sh"]);
    await gate.untilOutput("there is no such socket");
    gate.signal("SIGTERM");
    const { code, stdout } = await gate.result;
    expect(code).toBe(0);
    expect(textsOf(stdout, "msg")).toEqual([
      expect.stringContaining(
        `the log can't be written to syslog+unix://${socket}: there is no such socket; `,
      ),
    ]);
  });

  test("names the setting where a file's folder is missing, and serves nothing", async () => {
    const file = join(testFolder(), "away", "quaygate.log");
    const { code, stdout, stderr } = await quaygate(["run"], { ...APART, QUAYGATE_LOG_TO: `file://${file}` });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^quaygate: QUAYGATE_LOG_TO: can't write the log to \S+: there is no folder \S+\/away: make it\n$/u,
    );
  });

  test("is a wrong setting where it can't be understood", async () => {
    const { code, stderr } = await quaygate(["run"], { ...APART, QUAYGATE_LOG_TO: "stderr, file://x" });
    expect(code).toBe(2);
    expect(stderr.split("\n").filter((line) => line.startsWith("quaygate: QUAYGATE_LOG_TO: "))).toHaveLength(
      2,
    );
  });
});

describe.runIf(process.getuid?.() === 0)("a gate that gives up root", () => {
  /** A folder that all may enter. */
  function openFolder(mode: number, owner = 0): string {
    const outer = testFolder();
    chmodSync(outer, 0o755);
    const folder = join(outer, "logs");
    mkdirSync(folder);
    chmodSync(folder, mode);
    chownSync(folder, owner, owner);
    return folder;
  }

  /** The engine's socket would keep a gate root that only its owner may use. */
  const start = async (place: string): Promise<Readonly<Record<string, string>>> => {
    const engine = await openEngine();
    chmodSync(engine, 0o666);
    return {
      ...APART,
      QUAYGATE_ENGINE: engine,
      QUAYGATE_USER: String(USER),
      QUAYGATE_LOG_TO: `stdout, ${place}`,
    };
  };

  test("has made the file for whom it becomes", async () => {
    const file = join(openFolder(0o755), "quaygate.log");
    await startGate(await start(`file://${file}`));
    await eventually(() => textOf(file).includes("runs as user"), "the file");
    expect(statSync(file).uid).toBe(USER);
  });

  test("turns the file over in a folder that it may write", async () => {
    const file = join(openFolder(0o700, USER), "quaygate.log");
    const gate = await startGate(await start(`file://${file}?size=64KiB&keep=2`));
    const peer = await gate.connect();
    const long = get(`/containers/${"x".repeat(1_000)}/json`);
    for (let count = 0; count < 60; count += 1) {
      await peer.send(long);
      await peer.next();
    }
    await eventually(() => existsSync(`${file}.1`), "a second file");
    expect(statSync(file).uid).toBe(USER);
  });

  test("says at its start that it could not turn the file over later", async () => {
    const file = join(openFolder(0o755), "quaygate.log");
    const { code, stderr } = await quaygate(["run"], await start(`file://${file}?size=1MB`));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^quaygate: QUAYGATE_LOG_TO: can't write the log to \S+: user 65532 may not rename files in \S+, which size needs: /u,
    );
  });

  test("says at its start that it could not open the file again", async () => {
    const file = join(openFolder(0o755), "quaygate.log");
    spawnSync("touch", [file]);
    const { code, stderr } = await quaygate(["run"], await start(`file://${file}`));
    expect(code).toBe(1);
    expect(stderr).toMatch(/: user 65532 may not write it: chown it, or its folder\n$/u);
  });

  test.each([
    { name: "nothing", content: undefined },
    { name: "a file of root's", content: "secret" },
  ])("follows no link to $name, which that user may have put there", async ({ content }) => {
    const folder = openFolder(0o755, USER);
    const [file, other] = [join(folder, "quaygate.log"), join(openFolder(0o755), "other")];
    if (content !== undefined) writeFileSync(other, content);
    symlinkSync(other, file);
    const { code, stderr } = await quaygate(["run"], await start(`file://${file}`));
    expect(stderr).toMatch(/: it is a link, and root follows none: name the file itself\n$/u);
    expect([code, existsSync(other) ? readFileSync(other, "utf8") : undefined]).toEqual([1, content]);
  });
});

test("under systemd each line has its priority before it, which the journal takes away", async () => {
  const folder = testFolder();
  const file = join(folder, "journal");
  const path = join(folder, "gate.sock");
  const program = `exec "$@" >'${file}'`;
  // What systemd sets is known to whoever has the stream; a file is as good as a socket here.
  const wrapper = [
    "sh",
    "-c",
    `: >'${file}'; export JOURNAL_STREAM=$(stat -c %d:%i '${file}'); ${program}`,
    "sh",
  ];
  const gate = startQuaygate(
    ["run"],
    { QUAYGATE_LISTEN: `unix://${path}`, QUAYGATE_ADMIN: "off", QUAYGATE_ENGINE: await openEngine() },
    "",
    wrapper,
  );
  await eventually(() => textOf(file).includes("the engine answers"), "the start");
  gate.signal("SIGTERM");
  expect((await gate.result).code).toBe(0);
  const lines = textOf(file).trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(3);
  expect(
    lines.filter(
      (line) => !/^<[5-6]>\{"v":1,"level":"(?:notice|info)"/u.test(line) && !line.startsWith("<4>{"),
    ),
  ).toEqual([]);
});

test("a stream of systemd's that is not standard output is none", async () => {
  const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(), JOURNAL_STREAM: "8:1" });
  expect(gate.stdout()).toMatch(/^\{"v":1/u);
});
