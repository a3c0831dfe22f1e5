import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerOf, type EngineScript } from "../../support/scripted-engine.ts";
import { openRig, PLACES } from "../rig.ts";

const GET = "GET /containers/json?all=1 HTTP/1.1\r\nHost: x\r\nX-A: b\r\n\r\n";
const SENT_ON = "GET /containers/json?all=1 HTTP/1.1\r\nHost: docker\r\nX-A: b\r\n\r\n";
const PING = "HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n";

type Death = (connection: RawPeer) => void;

const DEATHS: readonly { readonly name: string; readonly die: Death }[] = [
  { name: "ends", die: (connection) => connection.end() },
  { name: "breaks", die: (connection) => connection.reset() },
];

/** The first connection answers once and dies at the second request, after it has said `last`. */
function dieAtSecond(die: Death, last = "", then: EngineScript = () => undefined): EngineScript {
  return async (connection, index) => {
    if (index > 0) {
      await then(connection, index);
      return;
    }
    await connection.next();
    await connection.send(answerOf("first"));
    await connection.next({ mayNeverCome: true });
    if (last !== "") {
      await connection.send(last);
    }
    die(connection);
  };
}

const answerOnce: EngineScript = async (connection) => {
  await connection.next();
  await connection.send(answerOf("second"));
};

const dieAtOnce: EngineScript = async (connection) => {
  await connection.next();
  connection.end();
};

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test.each(DEATHS)(
    "a GET whose kept connection $name before a byte came is sent once more",
    async ({ die }) => {
      const { engine, ask, gate, untilRecords } = await openRig({
        ...places,
        script: dieAtSecond(die, "", answerOnce),
      });
      await ask(GET);
      const answer = await ask(GET);
      expect(statusOf(answer)).toBe(200);
      expect(answer.body.toString()).toBe("second");
      expect(engine.connections.map(({ text }) => text)).toStrictEqual([SENT_ON + SENT_ON, SENT_ON]);
      await untilRecords(2);
      expect(gate.records).toMatchObject([
        { status: 200, end: "complete" },
        { status: 200, code: undefined, end: "complete" },
      ]);
    },
  );

  test.each(DEATHS)("a GET is never sent a third time: one that $name is a 502", async ({ die }) => {
    const script = dieAtSecond(die, "", async (connection) => {
      await connection.next();
      die(connection);
    });
    const { engine, ask } = await openRig({ ...places, script });
    await ask(GET);
    expect(refusalOf(await ask(GET))).toMatchObject({ status: 502, code: "engine_closed" });
    await settle();
    expect(engine.connections).toHaveLength(2);
  });

  test.each(
    DEATHS.flatMap(({ name, die }) => [
      { name, die, said: "one byte", last: "H" },
      { name, die, said: "half a head", last: "HTTP/1.1 200 OK\r\nContent-" },
      { name, die, said: "an interim answer", last: "HTTP/1.1 100 Continue\r\n\r\n" },
    ]),
  )("a GET is not sent again when its connection $name after $said", async ({ die, last }) => {
    const { engine, ask } = await openRig({ ...places, script: dieAtSecond(die, last) });
    await ask(GET);
    expect(refusalOf(await ask(GET))).toMatchObject({ status: 502, code: "engine_closed" });
    await settle();
    expect(engine.connections).toHaveLength(1);
  });
});

test("a GET is not sent again when half an answer has come", async () => {
  const half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
  const { engine, ask, connect } = await openRig({
    script: dieAtSecond((connection) => connection.end(), half),
  });
  await ask(GET);
  const client = await connect();
  await client.send(GET);
  await client.untilOver();
  expect(client.text).toBe(half);
  await settle();
  expect(engine.connections).toHaveLength(1);
});

test("a HEAD is sent once more as well", async () => {
  const { engine, ask } = await openRig({
    script: dieAtSecond((connection) => connection.end(), "", answerOnce),
  });
  await ask(GET);
  const answer = await ask(PING);
  expect(statusOf(answer)).toBe(200);
  expect(engine.connections).toHaveLength(2);
});

test("the second attempt takes a fresh connection even if another one is idle", async () => {
  const stale: EngineScript = async (connection, index) => {
    await connection.next();
    await connection.send(answerOf("first"));
    if (index < 2) {
      await connection.next({ mayNeverCome: true });
      connection.end();
    }
  };
  const { engine, ask } = await openRig({ script: stale });
  await Promise.all([ask(GET), ask(GET)]);
  expect(engine.connections).toHaveLength(2);
  const answer = await ask(GET);
  expect(statusOf(answer)).toBe(200);
  const requests = engine.connections.map(({ text }) => text.split(SENT_ON).length - 1);
  expect(requests.toSorted((one, other) => one - other)).toStrictEqual([1, 1, 2]);
});

test("the end of the client's direction is passed on to the second attempt", async () => {
  const { engine, ask, connect } = await openRig({
    script: dieAtSecond((connection) => connection.end()),
  });
  await ask(GET);
  const client = await connect();
  await client.send(GET);
  client.end();
  const second = await engine.connection(1);
  await second.until(SENT_ON);
  await eventually(() => second.ended, "the end of the client's direction");
  await second.send(answerOf("second"));
  const answer = await client.next();
  expect(answer.body.toString()).toBe("second");
});

test("a second attempt that finds no engine says so", async () => {
  const { engine, ask, connect } = await openRig();
  const asking = ask(GET);
  const connection = await engine.connection();
  await connection.next();
  await connection.send(answerOf("first"));
  await asking;
  const client = await connect();
  await client.send(GET);
  await connection.next();
  engine.close();
  expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_unreachable" });
});

test.each(DEATHS)("a GET on a fresh connection that $name is not sent again", async ({ die }) => {
  const { engine, ask } = await openRig({
    script: async (connection) => {
      await connection.next();
      die(connection);
    },
  });
  expect(refusalOf(await ask(GET))).toMatchObject({ status: 502, code: "engine_closed" });
  await settle();
  expect(engine.connections).toHaveLength(1);
});

test.each([
  { method: "POST", request: "POST /containers/web/start HTTP/1.1\r\nHost: x\r\n\r\n" },
  {
    method: "PUT",
    request: "PUT /containers/web/archive?path=a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
  },
  { method: "DELETE", request: "DELETE /containers/web HTTP/1.1\r\nHost: x\r\n\r\n" },
])("a $method that the engine does not answer is never sent again", async ({ request }) => {
  const { engine, ask } = await openRig({ script: dieAtOnce });
  expect(refusalOf(await ask(request))).toMatchObject({ status: 502, code: "engine_closed" });
  await settle();
  expect(engine.connections).toHaveLength(1);
});
