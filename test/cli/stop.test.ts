import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { eventually, statusOf } from "../support/raw-peer.ts";
import { answerOf, type EngineScript, SILENT } from "../support/scripted-engine.ts";
import { get, openEngine, PONG } from "./engine.ts";
import { type GateRun, NO_ENGINE, startGate, textsOf } from "./quaygate-command.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Answers when the test says so; what the gate asks of its own, at once. */
function answerLater(): { readonly script: EngineScript; release(): void; isAsked(): boolean } {
  let answer: (() => void) | undefined;
  return {
    script: async (connection) => {
      const request = await connection.next({ mayNeverCome: true });
      if (request.startLine.includes("/_ping")) {
        await connection.send(PONG);
        return;
      }
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await connection.send(answerOf("late"));
    },
    release: () => answer?.(),
    isAsked: () => answer !== undefined,
  };
}

describe("a stop", () => {
  test.each(SIGNALS)("by %s with nothing under way ends with 0 and says so", async (signal) => {
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine() });
    // Whether the engine answers is told whenever it does.
    await gate.untilOutput("the engine answers");
    await gate.connect();
    gate.signal(signal);
    const { code, stdout, stderr } = await gate.result;
    expect([code, stderr]).toEqual([0, ""]);
    expect(textsOf(stdout, "msg").slice(-2)).toEqual([
      `${signal}: waiting up to 8 seconds for what is under way`,
      "stopped",
    ]);
  });

  test.each(SIGNALS)(
    "by %s lets an exchange under way end, takes nothing new, and ends with 0",
    async (signal) => {
      const engine = answerLater();
      const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(engine.script) });
      const peer = await gate.connect();
      await peer.send(get("/version"));
      await eventually(engine.isAsked, "the request at the engine");
      gate.signal(signal);
      await gate.untilOutput("waiting up to 8 seconds");
      expect(await isRefused(gate.port)).toBe(true);
      engine.release();
      const answer = await peer.next();
      expect([statusOf(answer), answer.body.toString()]).toEqual([200, "late"]);
      await peer.untilOver();
      const { code, stdout } = await gate.result;
      expect(code).toBe(0);
      expect(stdout).toMatch(/"path":"\/version".*"status":200.*"end":"complete"[^]*"stopped"/u);
    },
  );

  test.each(SIGNALS)("by a second %s ends at once with 0", async (signal) => {
    const engine = answerLater();
    const gate = await startGate({
      QUAYGATE_GRACE: "3600",
      QUAYGATE_ENGINE: await openEngine(engine.script),
    });
    const peer = await gate.connect();
    await peer.send(get("/version"));
    await eventually(engine.isAsked, "the request at the engine");
    gate.signal(signal);
    await gate.untilOutput("waiting up to 3600 seconds");
    gate.signal(signal);
    const { code, stdout } = await gate.result;
    expect(code).toBe(0);
    expect(textsOf(stdout, "msg")).toContain(`${signal} again: stopping at once`);
    await peer.untilOver();
    expect(peer.text).toBe("");
  });

  test("cuts what is still under way when the grace time is over", async () => {
    const engine = answerLater();
    const gate = await startGate({ QUAYGATE_GRACE: "0", QUAYGATE_ENGINE: await openEngine(engine.script) });
    const peer = await gate.connect();
    await peer.send(get("/version"));
    await eventually(engine.isAsked, "the request at the engine");
    gate.signal("SIGTERM");
    expect((await gate.result).code).toBe(0);
    await peer.untilOver();
  });

  test("is possible while the engine does not answer the first probe", async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine(SILENT) });
    gate.signal("SIGTERM");
    expect((await gate.result).code).toBe(0);
  });

  test("loses no line of the log", async () => {
    const gate = await startGate({ CONTAINERS: "1", QUAYGATE_ENGINE: await openEngine() });
    const paths = Array.from({ length: 500 }, (_, index) => `/containers/${"x".repeat(index)}${index}/json`);
    const peer = await gate.connect();
    for (const path of paths) {
      await peer.send(get(path));
      await peer.next();
    }
    gate.signal("SIGTERM");
    const { stdout } = await gate.result;
    expect(textsOf(stdout, "path")).toEqual(paths);
    expect(textsOf(stdout, "msg").at(-1)).toBe("stopped");
  });
});

describe("a log that nobody reads any more", () => {
  const LOST = /^the log at stdout: \d+ lines were dropped$/u;
  const many = Array.from({ length: 50 }, () => get(`/containers/${"x".repeat(1_000)}/json`)).join("");

  /** Makes the gate write far more than any pipe holds. */
  async function talk(gate: GateRun): Promise<void> {
    const peer = await gate.connect();
    for (let round = 0; round < 40; round += 1) {
      await peer.send(many);
      for (let answers = 0; answers < 50; answers += 1) {
        expect(statusOf(await peer.next())).toBe(403);
      }
    }
    peer.end();
    await peer.untilOver();
  }

  test("as when head has seen enough, does not end the gate, and a signal still does", async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: NO_ENGINE });
    gate.closeOutput();
    await talk(gate);
    await talk(gate);
    gate.signal("SIGTERM");
    const { code, stderr } = await gate.result;
    expect(code).toBe(0);
    expect(textsOf(stderr, "msg")).toEqual([
      expect.stringContaining("the log can't be written to stdout: its reader is gone; "),
      expect.stringMatching(LOST),
    ]);
  });

  test("because its reader hangs, does not keep the gate from ending", async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: NO_ENGINE });
    gate.holdOutput();
    await talk(gate);
    gate.signal("SIGTERM");
    const { code, stderr } = await gate.result;
    expect(code).toBe(0);
    expect(textsOf(stderr, "msg")).toEqual([expect.stringMatching(LOST)]);
  });
});

/** Tells whether nobody takes connections on a port of loopback. */
function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => resolve(true));
  });
}
