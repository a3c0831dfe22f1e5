import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refusalOf, statusOf } from "../support/raw-peer.ts";
import { answerEach } from "../support/scripted-engine.ts";
import { get, openEngine, PONG } from "./engine.ts";
import {
  APART,
  connectTo,
  entriesOf,
  linesOf,
  startGate,
  startQuaygate,
  testFolder,
} from "./quaygate-command.ts";

describe("the log of a running gate", () => {
  test("has a line for each exchange, soon, and standard output has nothing else", async () => {
    const gate = await startGate({ QUAYGATE_ENGINE: await openEngine() });
    const peer = await gate.connect();
    await peer.send(get("/v1.41/version?x=y"));
    expect(statusOf(await peer.next())).toBe(200);
    await gate.untilOutput('"path":"/v1.41/version"');
    await peer.send(get("/containers/json"));
    expect(statusOf(await peer.next())).toBe(403);
    await gate.untilOutput('"path":"/containers/json"');
    const records = entriesOf(gate.stdout()).filter((entry) => JSON.stringify(entry).includes('"verdict"'));
    expect(records).toEqual([
      {
        v: 1,
        level: "info",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u),
        client: "everybody",
        address: "127.0.0.1",
        method: "GET",
        path: "/v1.41/version",
        operation: "SystemVersion",
        verdict: "allow",
        rule: "VERSION=1",
        missing: [],
        status: 200,
        bytesIn: 0,
        bytesOut: 2,
        duration: expect.any(Number),
        engineTime: expect.any(Number),
        stream: "none",
        end: "complete",
      },
      expect.objectContaining({ level: "warning", verdict: "deny", code: "operation_denied", status: 403 }),
    ]);
    gate.signal("SIGTERM");
    const { code, stdout, stderr } = await gate.result;
    expect([code, stderr]).toEqual([0, ""]);
    expect(entriesOf(stdout).length).toBe(linesOf(stdout).length);
  });

  test("holds no secret that a request carries", async () => {
    const gate = await startGate({ POST: "1", AUTH: "1", QUAYGATE_ENGINE: await openEngine() });
    const peer = await gate.connect();
    const body = '{"password":"hunter2"}';
    const fields = `Host: hunter2\r\nAuthorization: hunter2\r\nX-Registry-Auth: hunter2\r\nContent-Length: ${body.length}`;
    await peer.send(`POST /auth?token=hunter2 HTTP/1.1\r\n${fields}\r\n\r\n${body}`);
    expect(statusOf(await peer.next())).toBe(200);
    await peer.send(`POST /build?buildargs=hunter2 HTTP/1.1\r\n${fields}\r\n\r\n${body}`);
    expect(statusOf(await peer.next())).toBe(403);
    await peer.send(`GET /info?hunter2 HTTP/1.1\r\nHost: x\r\nHunter2 : hunter2\r\n\r\n`);
    expect(refusalOf(await peer.next()).code).toBe("bad_field");
    gate.signal("SIGTERM");
    const { stdout } = await gate.result;
    expect(stdout).toContain('"SystemAuth"');
    expect(stdout).toContain('"operation_denied"');
    expect(stdout).toContain('"bad_field"');
    expect(stdout.toLowerCase()).not.toContain("hunter2");
  });

  test("can't be forged by a path: escapes that would end a line are refused or stay escapes", async () => {
    const gate = await startGate({
      CONTAINERS: "1",
      QUAYGATE_LOG: "text",
      QUAYGATE_ENGINE: await openEngine(),
    });
    const forged = "2026-01-01T00:00:00.000Z info 200 allow";
    const paths = ["%0a", "%0D%0A", "%1b[2J", "%C2%85", "%E2%80%A8", "%22,%22", "%00"].map(
      (escape) => `/containers/x${escape}${forged.replaceAll(" ", "%20")}/json`,
    );
    for (const path of [...paths, `/containers/${"%E2%80%A8".repeat(9_000)}/json`]) {
      const peer = await gate.connect();
      await peer.send(get(path));
      expect([200, 400]).toContain(statusOf(await peer.next()));
    }
    gate.signal("SIGTERM");
    const lines = linesOf((await gate.result).stdout);
    const exchanges = lines.filter((line) => /^\S+ (?:info|warning) +\d{3} /u.test(line));
    expect(exchanges.length).toBe(paths.length + 1);
    expect(lines.filter((line) => line.startsWith(forged))).toEqual([]);
    expect(lines.filter((line) => !/^[\u0020-\u007e]{1,1300}$/u.test(line))).toEqual([]);
  });

  test.each([
    { level: "debug", statuses: [200, 403, 502], notes: true },
    { level: "info", statuses: [200, 403, 502], notes: true },
    { level: "notice", statuses: [403, 502], notes: true },
    { level: "warning", statuses: [403, 502], notes: false },
    { level: "err", statuses: [502], notes: false },
    { level: "crit", statuses: [], notes: false },
  ])("at LOG_LEVEL=$level tells of the statuses $statuses", async ({ level, statuses, notes }) => {
    const script = answerEach(({ startLine }) => (startLine.includes("/info") ? "garbage\r\n\r\n" : PONG));
    const path = join(testFolder(), "gate.sock");
    const run = startQuaygate(["run"], {
      ...APART,
      QUAYGATE_LISTEN: `unix://${path}`,
      QUAYGATE_ENGINE: await openEngine(script),
      INFO: "1",
      LOG_LEVEL: level,
    });
    const told: number[] = [];
    for (const target of ["/version", "/images/json", "/info"]) {
      const peer = await connectTo({ kind: "unix", path });
      await peer.send(get(target));
      told.push(statusOf(await peer.next()));
    }
    expect(told).toEqual([200, 403, 502]);
    run.signal("SIGTERM");
    const { code, stdout } = await run.result;
    expect(code).toBe(0);
    expect([...stdout.matchAll(/"status":(\d+)/gu)].map(([, status]) => Number(status))).toEqual(statuses);
    expect(stdout.includes('"level":"notice"')).toBe(notes);
  });
});
