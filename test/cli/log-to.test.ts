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
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually, statusOf } from "../support/raw-peer.ts";
import { get, openEngine } from "./engine.ts";
import {
  APART,
  type GateRun,
  linesOf,
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

  test("says at the end how many lines a place has not, in those that it has elsewhere", async () => {
    const folder = testFolder();
    const [file, socket] = [join(folder, "quaygate.log"), join(folder, "none.sock")];
    const gate = await startGate({
      QUAYGATE_ENGINE: await openEngine(),
      QUAYGATE_LOG_TO: `stdout, syslog+unix://${socket}, file://${file}`,
    });
    await ping(gate);
    gate.signal("SIGTERM");
    const { code, stdout, stderr } = await gate.result;
    const lines = linesOf(stdout).length - 1;
    expect([code, stderr]).toEqual([0, ""]);
    expect(textsOf(stdout, "msg").slice(-2)).toEqual([
      "stopped",
      `the log at syslog+unix://${socket}: ${lines} lines were dropped`,
    ]);
    expect(textOf(file)).toBe(stdout);
  });

  test("says on standard error that its one place fails and how much is lost, and nothing else", async () => {
    const socket = join(testFolder(), "none.sock");
    const place = `syslog+unix://${socket}`;
    const environment = { ...APART, QUAYGATE_LOG_TO: place };
    const gate = startQuaygate(["run"], environment, "", ["sh", "-c", 'exec "$@" 2>&1', "sh"]);
    await gate.untilOutput("there is no such socket");
    gate.signal("SIGTERM");
    const { code, stdout } = await gate.result;
    expect(code).toBe(0);
    expect(textsOf(stdout, "msg")).toEqual([
      expect.stringContaining(`the log can't be written to ${place}: there is no such socket; `),
      expect.stringContaining(" lines were dropped"),
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

  test("names the setting of the chain, and the file, where the one before can't be read", async () => {
    const file = join(testFolder(), "quaygate.log");
    mkdirSync(`${file}.1`);
    const settings = { ...APART, QUAYGATE_LOG_TO: `file://${file}` };
    const { code, stdout, stderr } = await quaygate(["run"], { ...settings, QUAYGATE_LOG_CHAIN: "on" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `quaygate: QUAYGATE_LOG_CHAIN: can't read the end of ${file}.1, from which the chain goes on: is a folder; move it away, or make it readable\n`,
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

test.runIf(process.getuid?.() === 0)(
  "a gate names the setting where it may not read the file before",
  async () => {
    const folder = testFolder();
    chmodSync(folder, 0o755);
    chownSync(folder, USER, USER);
    const file = join(folder, "quaygate.log");
    writeFileSync(`${file}.1`, "a line\n", { mode: 0o600 });
    const settings = { ...APART, QUAYGATE_LOG_TO: `file://${file}`, QUAYGATE_LOG_CHAIN: "on" };
    const asUser = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"];
    const { code, stdout, stderr } = await startQuaygate(["run"], settings, "", asUser).result;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      `quaygate: QUAYGATE_LOG_CHAIN: can't read the end of ${file}.1, from which the chain goes on: permission denied; move it away, or make it readable\n`,
    );
  },
);

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

  /** What the image is left with by `cap_drop: [ALL]` and `cap_add: [SETUID, SETGID]`. */
  const TWO_CAPABILITIES = ["setpriv", "--bounding-set=-all,+setuid,+setgid", "--inh-caps=-all"];

  test.each([
    { name: "with all capabilities", wrapper: [] },
    { name: "with no capability over files", wrapper: TWO_CAPABILITIES },
  ])("makes the file as whom it becomes, $name, and has all lines in it", async ({ wrapper }) => {
    const file = join(openFolder(0o700, USER), "quaygate.log");
    const environment = await start(`file://${file}?size=1MB`);
    const gate = await startGate({ ...environment, QUAYGATE_LOG_CHAIN: "on" }, wrapper);
    await eventually(() => textOf(file).includes("runs as user"), "the file");
    gate.signal("SIGTERM");
    const { stdout } = await gate.result;
    expect(textOf(file)).toBe(stdout);
    expect(statSync(file)).toMatchObject({ uid: USER, gid: USER });
  });

  test("goes on in a file of that user's in a folder of root's", async () => {
    const file = join(openFolder(0o755), "quaygate.log");
    writeFileSync(file, "");
    chownSync(file, USER, USER);
    await startGate(await start(`file://${file}`), TWO_CAPABILITIES);
    await eventually(() => textOf(file).includes("runs as user"), "the start");
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
    // Between the two there is a moment without one.
    await eventually(() => existsSync(`${file}.1`) && existsSync(file), "a second file");
    expect(statSync(file).uid).toBe(USER);
  });

  function makeFile(file: string, owner: number, mode = 0o640): void {
    writeFileSync(file, '{"v":1}\n');
    chownSync(file, owner, owner);
    chmodSync(file, mode);
  }

  test.each([
    {
      name: "it may not make the file",
      make: () => openFolder(0o755),
      why: (folder: string) => `user 65532 may not make files in ${folder}: chown 65532 ${folder}`,
    },
    {
      name: "the folder is another user's",
      make: () => openFolder(0o700, USER + 1),
      why: (folder: string) => `user 65532 may not make files in ${folder}: chown 65532 ${folder}`,
    },
    {
      name: "it may not enter a folder above",
      make: () => {
        const folder = openFolder(0o755, USER);
        chmodSync(dirname(folder), 0o700);
        return folder;
      },
      why: (folder: string) =>
        `user 65532 may not enter ${dirname(folder)}: put the file elsewhere, or chmod o+x ${dirname(folder)}`,
    },
    {
      name: "the file is root's",
      make: () => {
        const folder = openFolder(0o755, USER);
        makeFile(join(folder, "quaygate.log"), 0);
        return folder;
      },
      why: (folder: string) => `user 65532 may not write it: chown 65532 ${join(folder, "quaygate.log")}`,
    },
    {
      name: "it may not read how the file ends",
      make: () => {
        const folder = openFolder(0o755, USER);
        makeFile(join(folder, "quaygate.log"), USER, 0o200);
        return folder;
      },
      why: (folder: string) =>
        `user 65532 may not read how it ends (permission denied): chown 65532 ${join(folder, "quaygate.log")}`,
    },
    {
      name: "it may not turn the file over",
      size: "?size=1MB",
      make: () => {
        const folder = openFolder(0o755);
        makeFile(join(folder, "quaygate.log"), USER);
        return folder;
      },
      why: (folder: string) =>
        `user 65532 may not rename files in ${folder}, which size needs: chown 65532 ${folder}, or leave the size to logrotate`,
    },
  ])("does not start where $name, and says what to do", async ({ make, size = "", why }) => {
    const folder = make();
    const file = join(folder, "quaygate.log");
    const { code, stderr } = await quaygate(["run"], await start(`file://${file}${size}`));
    expect([code, stderr]).toEqual([
      1,
      `quaygate: QUAYGATE_LOG_TO: can't write the log to ${file}: ${why(folder)}\n`,
    ]);
  });

  test("says why it is still root where that is why it may not write", async () => {
    const file = join(openFolder(0o700, USER), "quaygate.log");
    const wrapper = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
    const { code, stderr } = await startQuaygate(["run"], await start(`file://${file}`), "", wrapper).result;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /: user 0 may not make files in \S+: chown 0 \S+; the gate runs as root: it lacks the capabilities to become another user: add cap_add: \[SETUID, SETGID\]/u,
    );
  });

  test.each([
    { name: "nothing", content: undefined },
    { name: "a file of root's", content: "secret\n" },
  ])("makes and writes nothing of root's through a link to $name", async ({ content }) => {
    const folder = openFolder(0o755, USER);
    const [file, other] = [join(folder, "quaygate.log"), join(openFolder(0o755), "other")];
    if (content !== undefined) writeFileSync(other, content);
    symlinkSync(other, file);
    const { code, stderr } = await quaygate(["run"], await start(`file://${file}`));
    expect(stderr).toContain(`QUAYGATE_LOG_TO: can't write the log to ${file}: user ${USER} may not `);
    expect([code, existsSync(other) ? readFileSync(other, "utf8") : undefined]).toEqual([1, content]);
  });

  test("follows no link where it stays root", async () => {
    const folder = openFolder(0o755, USER);
    const [file, other] = [join(folder, "quaygate.log"), join(openFolder(0o755), "other")];
    symlinkSync(other, file);
    const environment = { ...(await start(`file://${file}`)), QUAYGATE_USER: "" };
    const { code, stderr } = await quaygate(["run"], environment);
    expect(stderr).toMatch(/: it is a link, and root follows none: name the file itself\n$/u);
    expect([code, existsSync(other)]).toEqual([1, false]);
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
