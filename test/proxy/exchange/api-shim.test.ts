import { describe, expect, test } from "vitest";
import {
  eventually,
  type Message,
  type RawPeer,
  refusalOf,
  settle,
  statusOf,
} from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript, type Place } from "../../support/scripted-engine.ts";
import { OPEN, openRig, type Rig } from "../rig.ts";

const READS = { ...OPEN, QUAYGATE_API_SHIM: "reads" };
const LIFECYCLE = { ...OPEN, QUAYGATE_API_SHIM: "lifecycle" };
const KINDS: readonly Place[] = ["tcp", "unix"];
const CURES =
  "have the program speak 1.44 or later by a newer release or its own setting, or by DOCKER_API_VERSION=1.44 where it reads that; " +
  'or let the engine take 1.24 by "min-api-version": "1.24" in its daemon.json';
const TOO_OLD =
  "client version 1.24 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version";

function targetOf({ startLine }: Message): string {
  return startLine.split(" ")[1] ?? "";
}

/** An engine that says which version is its oldest, and else what it was asked; `said` has what it was asked otherwise. */
function engineSince(oldest: () => string, said: string[] = []): EngineScript {
  return answerEach((request) => {
    const target = targetOf(request);
    if (target === "/version")
      return answerOf(JSON.stringify({ ApiVersion: "1.55", MinAPIVersion: oldest() }));
    said.push(request.startLine);
    return answerOf(target);
  });
}

/** Waits until the engine was asked for its versions, and has answered. */
async function untilLearnt({ engine }: Rig, times = 1): Promise<void> {
  const asked = (): number =>
    engine.connections.filter(({ text }) => text.startsWith("GET /version ")).length;
  await eventually(() => asked() >= times, "the question for the engine's versions");
  await settle();
}

function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

async function goesOn({ ask }: Rig, target: string): Promise<string> {
  return (await ask(get(target))).body.toString();
}

describe.each(KINDS)("over %s a gate that translates what reads", (client) => {
  test("asks the engine once for its oldest version, and writes it where a request has an older one", async () => {
    const rig = await openRig({ client, env: READS, script: engineSince(() => "1.44") });
    await untilLearnt(rig);
    expect(await goesOn(rig, "/v1.24/containers/json?all=1")).toBe("/v1.44/containers/json?all=1");
    expect(await goesOn(rig, "/v1.43/version")).toBe("/v1.44/version");
    expect(await goesOn(rig, "/v1.44/containers/json")).toBe("/v1.44/containers/json");
    expect(await goesOn(rig, "/v1.50/containers/json")).toBe("/v1.50/containers/json");
    expect(await goesOn(rig, "/containers/json")).toBe("/containers/json");
    expect(rig.engine.connections.filter(({ text }) => text.includes("GET /version "))).toHaveLength(1);
    expect(rig.gate.records[0]).toMatchObject({
      path: "/v1.44/containers/json",
      verdict: "allow",
      status: 200,
    });
  });

  test("refuses all else in such a version, with the cures, and keeps the connection", async () => {
    const said: string[] = [];
    const rig = await openRig({ client, env: READS, script: engineSince(() => "1.44", said) });
    await untilLearnt(rig);
    const peer = await rig.connect();
    await peer.send("POST /v1.24/containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    expect(refusalOf(await peer.next())).toEqual({
      status: 400,
      code: "version_too_old",
      message:
        "quaygate: ContainerCreate (POST /containers/create) is refused: API version 1.24 is older than 1.44, the oldest " +
        `that the engine speaks, and QUAYGATE_API_SHIM=reads does not take this operation on: ${CURES}`,
    });
    await peer.send("POST /v1.24/containers/web/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    expect(statusOf(await peer.next())).toBe(400);
    await peer.send(get("/v1.24/info"));
    expect((await peer.next()).body.toString()).toBe("/v1.44/info");
    expect(said).toEqual(["GET /v1.44/info HTTP/1.1"]);
    expect(rig.gate.records.map(({ verdict, code }) => [verdict, code])).toEqual([
      ["refuse", "version_too_old"],
      ["refuse", "version_too_old"],
      ["allow", undefined],
    ]);
  });

  test("holds a request until it is known what the engine speaks, and what comes behind it", async () => {
    let version: RawPeer | undefined;
    const rig = await openRig({
      client,
      env: READS,
      script: async (connection) => {
        for (;;) {
          const request = await connection.next({ mayNeverCome: true });
          if (targetOf(request) === "/version") version = connection;
          else await connection.send(answerOf(targetOf(request)));
        }
      },
    });
    const peer = await rig.connect();
    await peer.send(get("/v1.24/info") + get("/v1.25/info"));
    await eventually(() => version !== undefined, "the question for the engine's versions");
    await settle();
    expect([peer.text, rig.engine.connections.length]).toEqual(["", 1]);
    await version?.send(answerOf('{"MinAPIVersion":"1.44"}'));
    expect((await peer.next()).body.toString()).toBe("/v1.44/info");
    expect((await peer.next()).body.toString()).toBe("/v1.44/info");
  });

  test("holds what comes early on a connection that will be a tunnel", async () => {
    const early = "early input";
    const rig = await openRig({
      client,
      env: READS,
      script: async (connection) => {
        const request = await connection.next({ mayNeverCome: true });
        if (targetOf(request) === "/version") {
          await settle(100);
          await connection.send(answerOf('{"MinAPIVersion":"1.40"}'));
          return;
        }
        await connection.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        await connection.until(early);
        await connection.send("output");
      },
    });
    const peer = await rig.connect();
    await peer.send(
      "POST /v1.41/containers/web/attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    );
    await peer.send(early);
    await peer.until("output");
    expect(rig.engine.connections.map(({ text }) => text.split(" ", 2).join(" "))).toEqual([
      "GET /version",
      "POST /v1.41/containers/web/attach",
    ]);
  });

  test("asks anew when the connection has ended on which it was said: the engine was restarted", async () => {
    let oldest = "1.44";
    const rig = await openRig({ client, env: READS, script: engineSince(() => oldest) });
    await untilLearnt(rig);
    expect(await goesOn(rig, "/v1.24/info")).toBe("/v1.44/info");
    oldest = "1.24";
    rig.engine.connections.find(({ text }) => text.includes("GET /version "))?.socket.destroy();
    await settle();
    expect(await goesOn(rig, "/v1.24/info")).toBe("/v1.24/info");
    await untilLearnt(rig, 2);
  });
});

test("start, stop and their like go on by lifecycle, and nothing that creates", async () => {
  const said: string[] = [];
  const rig = await openRig({ env: LIFECYCLE, script: engineSince(() => "1.44", said) });
  await untilLearnt(rig);
  const post = (target: string): string => `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
  expect(statusOf(await rig.ask(post("/v1.25/containers/web/stop?t=10")))).toBe(200);
  expect(statusOf(await rig.ask(post("/v1.25/containers/web/start")))).toBe(200);
  expect(statusOf(await rig.ask(post("/v1.25/containers/create")))).toBe(400);
  expect(said).toEqual([
    "POST /v1.44/containers/web/stop?t=10 HTTP/1.1",
    "POST /v1.44/containers/web/start HTTP/1.1",
  ]);
});

test("what is closed stays closed, in every version", async () => {
  const rig = await openRig({ env: { QUAYGATE_API_SHIM: "lifecycle" }, script: engineSince(() => "1.44") });
  await untilLearnt(rig);
  expect(refusalOf(await rig.ask(get("/v1.24/containers/json")))).toMatchObject({ code: "operation_denied" });
  expect(refusalOf(await rig.ask(get("/v1.23/_ping")))).toMatchObject({ code: "version_too_old" });
});

test("the names in a request are looked up in the version that is sent", async () => {
  const said: string[] = [];
  const env = { ...READS, QUAYGATE_POWERS: "default" };
  const rig = await openRig({ env, script: engineSince(() => "1.44", said) });
  await untilLearnt(rig);
  expect(refusalOf(await rig.ask(get("/v1.30/configs/word")))).toMatchObject({ code: "power_denied" });
  expect(said.length).toBeGreaterThan(0);
  expect(said.every((line) => line.startsWith("GET /v1.44/configs"))).toBe(true);
});

describe("where the engine does not say what it speaks", () => {
  test.each([
    { name: "names none", answer: answerOf('{"ApiVersion":"1.41"}') },
    { name: "names one of another form", answer: answerOf('{"MinAPIVersion":"v2"}') },
    { name: "answers no JSON", answer: answerOf("OK") },
    { name: "refuses", answer: answerOf("{}", "403 Forbidden") },
  ])("because it $name, requests go on as they came", async ({ answer }) => {
    const rig = await openRig({
      env: READS,
      script: answerEach((request) =>
        targetOf(request) === "/version" ? answer : answerOf(targetOf(request)),
      ),
    });
    expect(await goesOn(rig, "/v1.24/info")).toBe("/v1.24/info");
  });

  test("because it is not there, the client gets 502, and the next request asks again", async () => {
    let isThere = false;
    const rig = await openRig({
      env: READS,
      script: async (connection, index) => {
        if (isThere) await engineSince(() => "1.44")(connection, index);
        else connection.socket.destroy();
      },
    });
    expect(refusalOf(await rig.ask(get("/v1.24/info")))).toMatchObject({ status: 502 });
    isThere = true;
    expect(await goesOn(rig, "/v1.24/info")).toBe("/v1.44/info");
  });

  test("yet, a request with a body goes on as it came, for the engine to refuse", async () => {
    const rig = await openRig({
      env: READS,
      script: async (connection) => {
        const request = await connection.next({ mayNeverCome: true });
        if (targetOf(request) !== "/version") await connection.send(answerOf(targetOf(request)));
      },
    });
    const create = "POST /v1.24/containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    expect((await rig.ask(create)).body.toString()).toBe("/v1.24/containers/create");
  });

  test("a client that leaves while it waits leaves nothing behind", async () => {
    const rig = await openRig({ env: READS });
    const peer = await rig.connect();
    await peer.send(get("/v1.24/info"));
    await settle();
    peer.reset();
    await rig.untilRecords(1);
    expect(rig.gate.records).toMatchObject([{ status: 0, end: "client" }]);
  });
});

describe("the log is told once of a client whose version is too old", () => {
  test("with the cures, where the engine refuses it; the client gets the engine's own words", async () => {
    const refusal = answerOf(JSON.stringify({ message: TOO_OLD }), "400 Bad Request");
    const rig = await openRig({ env: OPEN, script: answerEach(refusal) });
    for (const target of ["/v1.24/info", "/v1.24/version"]) {
      const answer = await rig.ask(get(target));
      expect(JSON.parse(answer.body.toString())).toEqual({ message: TOO_OLD });
    }
    expect(rig.gate.notes).toEqual([
      `warning: 127.0.0.1 speaks API version 1.24, which the engine refuses: ${CURES}; or have the gate translate it by QUAYGATE_API_SHIM=reads, or lifecycle`,
    ]);
    expect(rig.gate.records[0]).toMatchObject({
      path: "/v1.24/info",
      verdict: "allow",
      status: 400,
      code: undefined,
    });
  });

  test("also where the head of the answer comes alone", async () => {
    const body = JSON.stringify({ message: TOO_OLD });
    const rig = await openRig({
      env: OPEN,
      script: async (connection) => {
        await connection.next();
        await connection.send("HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n");
        await settle();
        await connection.send(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
      },
    });
    expect(statusOf(await rig.ask(get("/v1.24/info")))).toBe(400);
    expect(rig.gate.notes).toHaveLength(1);
  });

  test("where its requests go on in another one, and what that is", async () => {
    const rig = await openRig({ env: READS, script: engineSince(() => "1.44") });
    await goesOn(rig, "/v1.24/info");
    await goesOn(rig, "/v1.25/info");
    expect(rig.gate.notes).toEqual([
      "notice: 127.0.0.1 speaks API version 1.24, which the engine does not: its requests go on in 1.44 (QUAYGATE_API_SHIM=reads)",
    ]);
  });

  test.each(["400 Bad Request", "200 OK"])("and of no other answer: %s", async (status) => {
    const body = status === "200 OK" ? TOO_OLD : "bad parameter";
    const rig = await openRig({ env: OPEN, script: answerEach(answerOf(body, status)) });
    await rig.ask(get("/v1.24/info"));
    expect(rig.gate.notes).toEqual([]);
  });
});

test("without the setting the engine is asked nothing, and every version goes on as it came", async () => {
  const rig = await openRig({ env: OPEN, script: engineSince(() => "1.44") });
  expect(await goesOn(rig, "/v1.24/containers/json")).toBe("/v1.24/containers/json");
  expect(rig.engine.connections.filter(({ text }) => text.includes("GET /version "))).toEqual([]);
});
