import { describe, expect, test } from "vitest";
import { refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig, PLACES, READ_CONTAINERS } from "../rig.ts";

const ECHO = answerEach((request) => answerOf(request.startLine));

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test("requests sent in one segment are answered in their order", async () => {
    const { connect } = await openRig({ ...places, env: READ_CONTAINERS, script: ECHO });
    const client = await connect();
    const paths = Array.from({ length: 50 }, (_, index) => `/containers/${index}/json`);
    await client.send(paths.map((path) => get(path) + get("/secrets")).join(""));
    for (const path of paths) {
      const answer = await client.next();
      expect(answer.body.toString()).toBe(`GET ${path} HTTP/1.1`);
      expect(statusOf(await client.next())).toBe(403);
    }
    await settle();
    expect(client.unread).toBe("");
  });

  test("a request reaches the engine only when the one before has been answered", async () => {
    const { connect, engine } = await openRig(places);
    const client = await connect();
    await client.send(get("/containers/1/json") + get("/containers/2/json"));
    const connection = await engine.connection();
    await connection.next();
    await settle();
    expect(connection.unread).toBe("");
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell");
    await client.until("hell");
    await settle();
    expect(connection.unread).toBe("");
    expect(engine.connections).toHaveLength(1);
    await connection.send("o");
    const second = await connection.next();
    expect(second.startLine).toBe("GET /containers/2/json HTTP/1.1");
    expect(client.text.endsWith("hello")).toBe(true);
  });
});

test("a request that comes while another is under way waits for it as well", async () => {
  const { connect, engine } = await openRig();
  const client = await connect();
  await client.send(get("/containers/1/json"));
  const connection = await engine.connection();
  await connection.next();
  await client.send(get("/containers/2/json"), get("/containers/3/json").slice(0, 20));
  await settle();
  expect(connection.unread).toBe("");
  await connection.send(answerOf("one"));
  expect((await connection.next()).startLine).toBe("GET /containers/2/json HTTP/1.1");
  await connection.send(answerOf("two"));
  await client.send(get("/containers/3/json").slice(20));
  expect((await connection.next()).startLine).toBe("GET /containers/3/json HTTP/1.1");
});

test("an upload, a request behind it, and another upload are told apart to the byte", async () => {
  const { connect, engine } = await openRig({ script: ECHO });
  const client = await connect();
  const upload = "POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /";
  const chunked =
    "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n";
  await client.send(upload + get("/version") + chunked + get("/info"));
  const bodies = [await client.next(), await client.next(), await client.next(), await client.next()];
  expect(bodies.map(({ body }) => body.toString())).toStrictEqual([
    "POST /build HTTP/1.1",
    "GET /version HTTP/1.1",
    "POST /build HTTP/1.1",
    "GET /info HTTP/1.1",
  ]);
  expect(engine.connections.map(({ text }) => text).join("")).toBe(
    "POST /build HTTP/1.1\r\nHost: docker\r\nContent-Length: 5\r\n\r\nGET /" +
      "GET /version HTTP/1.1\r\nHost: docker\r\n\r\n" +
      "POST /build HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n" +
      "GET /info HTTP/1.1\r\nHost: docker\r\n\r\n",
  );
});

test("requests behind denied ones are judged by themselves", async () => {
  const { connect, engine } = await openRig({ env: READ_CONTAINERS, script: ECHO });
  const client = await connect();
  await client.send(
    get("/secrets") +
      get("/containers/json") +
      "POST /containers/web/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" +
      get("/containers/json?all=1"),
  );
  expect(statusOf(await client.next())).toBe(403);
  expect((await client.next()).body.toString()).toBe("GET /containers/json HTTP/1.1");
  expect(statusOf(await client.next())).toBe(403);
  expect((await client.next()).body.toString()).toBe("GET /containers/json?all=1 HTTP/1.1");
  const [connection] = engine.connections;
  expect(engine.connections).toHaveLength(1);
  expect(connection?.text).toBe(
    "GET /containers/json HTTP/1.1\r\nHost: docker\r\n\r\n" +
      "GET /containers/json?all=1 HTTP/1.1\r\nHost: docker\r\n\r\n",
  );
});

test("thousands of denied requests in one go are all answered, and the allowed one behind them too", async () => {
  const count = 20_000;
  const { connect, gate } = await openRig({ env: READ_CONTAINERS, script: ECHO });
  const client = await connect();
  await client.send(get("/secrets").repeat(count) + get("/containers/json"));
  await client.until((text) => text.endsWith("GET /containers/json HTTP/1.1"));
  expect(client.text.split("HTTP/1.1 403 Forbidden\r\n")).toHaveLength(count + 1);
  expect(gate.records).toHaveLength(count + 1);
});

test("a fault behind an answered request closes the connection, and the answer before it is whole", async () => {
  const { connect, engine } = await openRig();
  const client = await connect();
  await client.send(`${get("/containers/json")}GET /secrets HTTP/1.1\nHost: x\n\n${get("/version")}`);
  const connection = await engine.connection();
  await connection.next();
  await settle();
  expect(client.text).toBe("");
  await connection.send(answerOf("done"));
  expect((await client.next()).body.toString()).toBe("done");
  expect(refusalOf(await client.next())).toMatchObject({ status: 400, code: "bad_line_end" });
  await client.untilOver();
  await settle();
  expect(client.unread).toBe("");
  expect(connection.unread).toBe("");
  expect(engine.connections).toHaveLength(1);
});
