import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../support/raw-peer.ts";
import { answerEach } from "../support/scripted-engine.ts";
import { get, occupyPort, openEngine } from "./engine.ts";
import {
  APART,
  entriesOf,
  linesOf,
  NO_ENGINE,
  quaygate,
  startGate,
  testFolder,
  textsOf,
} from "./quaygate-command.ts";

/** What is told of a process that root started and that may stay root. */
const AS_ROOT = "runs as root: set QUAYGATE_USER=65532, and it gives that up";
const ANSWERED = "the engine answers, API version 1.47";

describe("the start report", () => {
  const switches = { CONTAINERS: "1", POST: "true", EXECS: "1" };

  test("is in the log as explain prints it, with warnings as warnings, then whether the engine answers", async () => {
    const settings = { ...switches, QUAYGATE_ENGINE: await openEngine() };
    const gate = await startGate(settings);
    await gate.untilOutput(ANSWERED);
    const explained = await quaygate(["explain"], {
      ...settings,
      QUAYGATE_LISTEN: `tcp://127.0.0.1:${gate.port}`,
      QUAYGATE_ADMIN: "off",
    });
    const report = linesOf(explained.stdout);
    expect(report.filter((line) => line.startsWith("warning: "))).toEqual([
      "warning: POST=true is off: a switch is on when it is POST=1",
      "warning: EXECS is no setting; did you mean EXEC?",
    ]);
    const told = [...report, ...(process.getuid?.() === 0 ? [AS_ROOT] : []), ANSWERED];
    expect(textsOf(gate.stdout(), "msg")).toEqual(told);
    expect(textsOf(gate.stdout(), "level")).toEqual(
      told.map((line) => (line.startsWith("warning: ") || line === AS_ROOT ? "warning" : "notice")),
    );
  });

  test("is one line each in the text form too", async () => {
    const gate = await startGate({ ...switches, QUAYGATE_LOG: "text", QUAYGATE_ENGINE: await openEngine() });
    await gate.untilOutput(ANSWERED);
    const lines = linesOf(gate.stdout());
    expect(lines.filter((line) => !/^\S+T\S+Z (?:notice |warning) \S/u.test(line))).toEqual([]);
    expect(lines.map((line) => line.slice("2026-01-01T00:00:00.000Z notice  ".length))).toEqual(
      expect.arrayContaining([
        `listening on tcp://127.0.0.1:${gate.port}`,
        "warning: POST=true is off: a switch is on when it is POST=1",
        ANSWERED,
      ]),
    );
  });

  test("says what stands in the engine's place, and what cures it", async () => {
    const page = "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n";
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(answerEach(page)) });
    await gate.untilOutput("which no engine does: set QUAYGATE_ENGINE");
    expect(entriesOf(gate.stdout()).at(-1)).toMatchObject({ level: "err" });
    expect(gate.stdout()).not.toContain("until it can be reached");
  });

  test("says what is wrong with an engine that is not there; requests get 502, never a sample", async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: NO_ENGINE });
    await gate.untilOutput("every request gets 502 until it can be reached");
    // The record of a request follows at the next writing of the log, soon or not.
    expect(entriesOf(gate.stdout()).at(-1)).toMatchObject({
      level: "err",
      msg: expect.stringContaining(NO_ENGINE),
    });
    const peer = await gate.connect();
    await peer.send(get("/version"));
    expect(refusalOf(await peer.next())).toEqual({
      status: 502,
      code: "engine_unreachable",
      message:
        `quaygate: the Docker engine at unix://${NO_ENGINE} can't be reached: ` +
        "there is no such socket; is the engine running, and is its socket mounted here?",
    });
    expect(gate.stdout()).not.toContain("sample");
  });
});

describe("what can't be opened ends with 1 and says what helps", () => {
  test("a port that is in use", async () => {
    const taken = await occupyPort();
    expect(await quaygate(["run"], { ...APART, QUAYGATE_LISTEN: taken })).toEqual({
      code: 1,
      stdout: "",
      stderr: `quaygate: can't listen on ${taken}: it is in use; stop who listens there, or set QUAYGATE_LISTEN to another address\n`,
    });
  });

  test("an admin port that is in use, and nothing stays open", async () => {
    const taken = await occupyPort();
    const socket = join(testFolder(), "gate.sock");
    const settings = { QUAYGATE_LISTEN: `unix://${socket}`, QUAYGATE_ADMIN: taken };
    expect(await quaygate(["run"], settings)).toEqual({
      code: 1,
      stdout: "",
      stderr: `quaygate: can't serve health on ${taken}: it is in use; set QUAYGATE_ADMIN to another address, or to off\n`,
    });
    expect(existsSync(socket)).toBe(false);
  });

  test("a socket in a folder that is not there", async () => {
    const place = `unix://${testFolder()}/missing/gate.sock`;
    expect(await quaygate(["run"], { ...APART, QUAYGATE_LISTEN: place })).toEqual({
      code: 1,
      stdout: "",
      stderr: `quaygate: can't listen on ${place}: there is no such folder\n`,
    });
  });
});
