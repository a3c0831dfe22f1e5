import { Agent, request } from "node:http";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { levelOf } from "../../src/audit/record.ts";
import { docker, dockerOutput, spawnDocker } from "../support/docker-cli.ts";
import { engineStatus } from "../support/engine.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";

interface Answer {
  readonly status: number | undefined;
  /** The gate's own reason, when the answer is its own. */
  readonly code: string | undefined;
  readonly body: string;
}

function ask(port: number, method: string, path: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, method, path, agent, timeout: 10_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("error", reject);
      response.once("end", () => {
        const code = response.headers["x-quaygate-code"];
        resolve({ status: response.statusCode, code: typeof code === "string" ? code : undefined, body });
      });
    });
    outgoing.once("timeout", () => outgoing.destroy(new Error("no answer in time")));
    outgoing.once("error", reject);
    outgoing.end();
  });
}

const loops = 4;

/** Asks all the time, reading and changing, over connections that are kept. */
function startLoad(port: number): {
  readonly answers: readonly Answer[];
  readonly failures: readonly unknown[];
  answersMore(count: number, when: string): Promise<void>;
  stop(): Promise<void>;
} {
  const agent = new Agent({ keepAlive: true });
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  let goesOn = true;
  async function askAgainAndAgain(method: string, path: string): Promise<void> {
    while (goesOn) {
      try {
        answers.push(await ask(port, method, path, agent));
      } catch (error) {
        failures.push(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const running = [
    askAgainAndAgain("POST", "/volumes/prune"),
    ...Array.from({ length: loops - 1 }, () => askAgainAndAgain("GET", "/containers/json")),
  ];
  return {
    answers,
    failures,
    answersMore: (count, when) => {
      const target = answers.length + count;
      return eventually(`${count} answers more came ${when}`, () => answers.length >= target);
    },
    stop: async () => {
      goesOn = false;
      await Promise.all(running);
      agent.destroy();
    },
  };
}

// An engine of its own, which ends and comes back while the gate stays.
describe.runIf(hasEngine)("an engine that restarts", () => {
  const own = useOwnEngine();
  afterEach(async () => {
    if ((await engineStatus(own().engine.socketPath)) === undefined) await own().engine.resume();
  });

  test.each(["TERM", "KILL"] as const)(
    "by SIG%s under load is found again, and in between the gate says why there is no answer",
    async (signal) => {
      const { engine, gate } = own();
      const load = startLoad(gate.port);
      onTestFinished(() => load.stop());
      await load.answersMore(20, "while the engine runs");

      await engine.halt(signal);
      const halted = load.answers.length;
      await load.answersMore(30, "while there is no engine");
      const whileAway = load.answers.slice(halted + loops, halted + 30);
      await engine.resume();
      await load.answersMore(30, "after the engine came back");
      await load.stop();

      expect(load.failures).toEqual([]);
      for (const { status, code, body } of whileAway) {
        expect({ status, code }).toEqual({ status: 502, code: "engine_unreachable" });
        expect(body).toContain(engine.socketPath);
      }
      const ownAnswers = load.answers.filter(({ code }) => code !== undefined);
      for (const { status, code } of ownAnswers) {
        expect(status).toBe(502);
        expect(["engine_unreachable", "engine_closed"]).toContain(code);
      }
      expect(load.answers.slice(-20).map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
      expect(await dockerOutput(gate.host, ["images", "--format={{.Repository}}"])).toBe("busybox");
    },
  );

  test("ends the open streams, and a new one works", async () => {
    const { engine, gate } = own();
    const events = spawnDocker(gate.host, ["events"]);
    const info = (): Promise<string> =>
      dockerOutput(`unix://${engine.socketPath}`, ["info", "--format={{.NEventsListener}}"]);
    await eventually("the engine has a listener", async () => Number(await info()) >= 1);
    await engine.restart();
    expect((await events.result).code).not.toBe(null);
    const streams = gate.records.filter(({ operation }) => operation === "SystemEvents");
    expect(streams.map((record) => [levelOf(record), record.end])).toEqual([["info", "engine"]]);
    const since = String(Math.floor(Date.now() / 1000));
    const again = spawnDocker(gate.host, [
      "events",
      `--since=${since}`,
      "--filter=type=volume",
      "--format={{.Action}}",
    ]);
    await dockerOutput(gate.host, ["volume", "create", "after-restart"]);
    await again.untilOutput("create\n");
    await again.kill();
  });

  test("while it is away docker prints a sentence that names the engine's socket", async () => {
    const { engine, gate } = own();
    await engine.halt();
    const { code, stderr } = await docker(gate.host, ["ps"]);
    await engine.resume();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("quaygate: ") });
    expect(stderr).toContain(engine.socketPath);
    expect((await docker(gate.host, ["ps"])).code).toBe(0);
  });
});
