import { describe, expect, onTestFinished, test } from "vitest";
import type { EngineListener } from "../../src/engine/connection.ts";
import { EnginePool } from "../../src/engine/pool.ts";
import { openRig, PLACES, type Rig } from "../proxy/rig.ts";
import { eventually, type RawPeer, settle } from "../support/raw-peer.ts";
import { answerEach, answerOf } from "../support/scripted-engine.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const PING = "HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
const CREATE = "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
/** Answers with the number of the connection, so that a client sees which one its answer came by. */
const NUMBERED = answerEach((request, connection) =>
  request.startLine.startsWith("HEAD ")
    ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    : answerOf(`connection ${connection}`),
);

/** Has the engine answer one GET on a connection that is then idle. */
async function leaveIdle({ engine, ask }: Rig, index = 0): Promise<RawPeer> {
  const asking = ask(GET);
  const connection = await engine.connection(index);
  await connection.next();
  await connection.send(answerOf("idle"));
  await asking;
  return connection;
}

/** Asks for the next answer, which must come by another connection. */
async function expectFreshAnswer({ engine, connect }: Rig): Promise<void> {
  const index = engine.connections.length;
  const client = await connect();
  await client.send(GET);
  const fresh = await engine.connection(index);
  await fresh.next();
  await fresh.send(answerOf("fresh"));
  const answer = await client.next();
  await settle();
  expect(answer.body.toString()).toBe("fresh");
  expect(client.unread).toBe("");
}

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test("a GET or a HEAD goes out on the connection that is idle", async () => {
    const { engine, ask } = await openRig({ ...places, script: NUMBERED });
    for (const request of [GET, GET, PING, GET]) {
      await ask(request);
    }
    expect(engine.connections).toHaveLength(1);
  });

  test.each([
    { method: "POST", request: CREATE },
    {
      method: "PUT",
      request: "PUT /containers/web/archive?path=%2F HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    },
    { method: "DELETE", request: "DELETE /containers/web HTTP/1.1\r\nHost: x\r\n\r\n" },
  ])("a $method always goes out on a connection of its own", async ({ request }) => {
    const { engine, ask } = await openRig({ ...places, script: NUMBERED });
    await ask(GET);
    const first = await ask(request);
    const second = await ask(request);
    expect(first.body.toString()).toBe("connection 1");
    expect(second.body.toString()).toBe("connection 2");
    expect(engine.connections).toHaveLength(3);
  });
});

test("the connection of a POST is kept for the next GET", async () => {
  const { engine, ask } = await openRig({ script: NUMBERED });
  await ask(CREATE);
  const answer = await ask(GET);
  expect(answer.body.toString()).toBe("connection 0");
  expect(engine.connections).toHaveLength(1);
});

test("a connection never carries two exchanges at a time", async () => {
  const { engine, connect } = await openRig();
  const clients = await Promise.all([connect(), connect(), connect()]);
  for (const client of clients) {
    await client.send(GET);
  }
  for (const index of clients.keys()) {
    const connection = await engine.connection(index);
    await connection.next();
    expect(connection.unread).toBe("");
    await connection.send(answerOf("done"));
  }
  for (const client of clients) {
    await client.next();
  }
  expect(engine.connections).toHaveLength(3);
});

test("of several idle connections the last one used is used first", async () => {
  const rig = await openRig();
  const asking = [rig.ask(GET), rig.ask(GET)];
  const first = await rig.engine.connection(0);
  const second = await rig.engine.connection(1);
  await first.next();
  await second.next();
  await second.send(answerOf("done"));
  await rig.untilRecords(1);
  await first.send(answerOf("done"));
  await Promise.all(asking);
  const client = await rig.connect();
  await client.send(GET);
  await first.next();
  expect(second.unread).toBe("");
});

test("a connection that was idle for 60 seconds is closed, and a younger one is not", async () => {
  let now = 0;
  const rig = await openRig({ clock: { now: () => now } });
  const asking = [rig.ask(GET), rig.ask(GET)];
  const old = await rig.engine.connection(0);
  const young = await rig.engine.connection(1);
  await old.next();
  await young.next();
  await old.send(answerOf("done"));
  await rig.untilRecords(1);
  now = 1;
  await young.send(answerOf("done"));
  await Promise.all(asking);
  now = 60_000;
  await old.untilOver();
  expect(young.over).toBe(false);
  const client = await rig.connect();
  await client.send(GET);
  await young.next();
  expect(rig.engine.connections).toHaveLength(2);
});

test("of a burst of connections no more than 64 are kept", async () => {
  const { engine, ask } = await openRig();
  const asking = Array.from({ length: 70 }, () => ask(GET));
  await engine.connection(69);
  for (const connection of engine.connections) {
    await connection.next();
  }
  for (const connection of engine.connections) {
    await connection.send(answerOf("done"));
  }
  await Promise.all(asking);
  await eventually(() => engine.connections.filter(({ over }) => over).length === 6, "six are closed");
  await settle();
  expect(engine.connections.filter(({ over }) => over)).toHaveLength(6);
});

test.each([
  {
    name: "says that it closes",
    answer: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ndone",
  },
  {
    name: "says so in a list",
    answer: "HTTP/1.1 200 OK\r\nConnection: te, Close\r\nContent-Length: 4\r\n\r\ndone",
  },
  { name: "speaks HTTP/1.0", answer: "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ndone" },
])("the connection of an engine that $name is not used again", async ({ answer }) => {
  const rig = await openRig();
  const asking = rig.ask(GET);
  const connection = await rig.engine.connection();
  await connection.next();
  await connection.send(answer);
  const received = await asking;
  expect(received.body.toString()).toBe("done");
  await connection.untilOver();
  await expectFreshAnswer(rig);
});

describe.each(PLACES.slice(0, 2))("an idle connection to an engine on $engine", (places) => {
  test.each([
    { name: "a whole answer", poison: answerOf("poison") },
    { name: "the beginning of an answer", poison: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" },
    { name: "an interim answer", poison: "HTTP/1.1 100 Continue\r\n\r\n" },
    { name: "one byte", poison: "H" },
    { name: "an empty line", poison: "\r\n" },
  ])("is closed when the engine speaks unasked: no client ever gets $name", async ({ poison }) => {
    const rig = await openRig(places);
    const connection = await leaveIdle(rig);
    await connection.send(poison);
    await connection.untilOver();
    await expectFreshAnswer(rig);
    expect(connection.unread).toBe("");
  });

  test("is closed when the engine sends the body that a HEAD must not have", async () => {
    const rig = await openRig(places);
    const asking = rig.ask(PING);
    const connection = await rig.engine.connection();
    await connection.next();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n");
    await asking;
    await connection.send(answerOf("poison"));
    await connection.untilOver();
    await expectFreshAnswer(rig);
  });

  test.each([
    { name: "ends", how: "end" },
    { name: "breaks", how: "reset" },
  ] as const)("is forgotten when the engine $name it", async ({ how }) => {
    const rig = await openRig(places);
    const connection = await leaveIdle(rig);
    connection[how]();
    await eventually(() => connection.closed || connection.ended, "the gate lets go as well");
    await expectFreshAnswer(rig);
    expect(rig.gate.records).toHaveLength(2);
  });
});

test("a connection whose client ended its direction is not kept", async () => {
  const rig = await openRig();
  const client = await rig.connect();
  await client.send(GET);
  client.end();
  const connection = await rig.engine.connection();
  await connection.next();
  await eventually(() => connection.ended, "the end is passed on");
  await connection.send(answerOf("late"));
  const answer = await client.next();
  expect(answer.body.toString()).toBe("late");
  await client.untilOver();
  await expectFreshAnswer(rig);
});

test("a connection that is broken when its exchange is complete is not kept", () => {
  const nobody: EngineListener = {
    engineOnData: () => false,
    engineOnEnd: () => undefined,
    engineOnDrain: () => undefined,
    engineOnFail: () => undefined,
  };
  const pool = new EnginePool({ kind: "unix", path: "/nonexistent/engine.sock" }, performance);
  const broken = pool.acquire(true, nobody);
  broken.socket.destroy();
  pool.release(broken);
  const next = pool.acquire(false, nobody);
  onTestFinished(() => next.destroy());
  expect(next).not.toBe(broken);
});
