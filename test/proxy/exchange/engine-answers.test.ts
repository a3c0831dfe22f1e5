import { describe, expect, test } from "vitest";
import { eventually, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { openRig, PLACES } from "../rig.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const GET_1_0 = "GET /containers/json HTTP/1.0\r\n\r\n";
const HEAD = "HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
const START = "POST /containers/web/start HTTP/1.1\r\nHost: x\r\n\r\n";
const EVENTS = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

interface AnswerCase {
  readonly name: string;
  readonly request: string;
  readonly sent: string;
  readonly received: string;
}

const KEPT: readonly AnswerCase[] = [
  {
    name: "a body with a length",
    request: GET,
    sent: "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 005\r\nOstype: linux\r\n\r\nhello",
    received: "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nOstype: linux\r\nContent-Length: 5\r\n\r\nhello",
  },
  {
    name: "an empty body",
    request: GET,
    sent: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    received: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  },
  {
    name: "a chunked body in its chunks, without extensions and trailers",
    request: GET,
    sent: "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nTrailer: X-T\r\n\r\n05;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
    received: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n05\r\nhello\r\n0\r\n\r\n",
  },
  {
    name: "a head as it stands, with the framing where the engine put it",
    request: GET,
    sent: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nDate: x\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    received: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nDate: x\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  },
  {
    name: "an answer of HTTP/1.0 as one of HTTP/1.1, and a line in the gate's own spelling",
    request: GET,
    sent: "HTTP/1.0 200 OK\r\nX-A:a\r\nX-B: b \r\nX-C:\t c\r\nContent-Length: 2\r\n\r\nok",
    received: "HTTP/1.1 200 OK\r\nX-A: a\r\nX-B: b\r\nX-C: c\r\nContent-Length: 2\r\n\r\nok",
  },
  {
    name: "the answer to a HEAD, with the length that a body would have",
    request: HEAD,
    sent: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Docker-Container-Path-Stat: e30=\r\n\r\n",
    received: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nX-Docker-Container-Path-Stat: e30=\r\n\r\n",
  },
  {
    name: "the answer to a HEAD that a chunked body would follow",
    request: HEAD,
    sent: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    received: "HTTP/1.1 200 OK\r\n\r\n",
  },
  {
    name: "the answer to a HEAD without any framing",
    request: HEAD,
    sent: "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n",
    received: "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\n",
  },
  {
    name: "a 204",
    request: START,
    sent: "HTTP/1.1 204 No Content\r\nApi-Version: 1.41\r\n\r\n",
    received: "HTTP/1.1 204 No Content\r\nApi-Version: 1.41\r\n\r\n",
  },
  {
    name: "a 304",
    request: START,
    sent: "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
    received: "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
  },
  {
    name: "the final answer after interim ones, which are dropped",
    request: GET,
    sent: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answerOf("final")}`,
    received: answerOf("final"),
  },
  {
    name: "an answer without the fields of one connection",
    request: GET,
    sent:
      "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\n" +
      "Proxy-Connection: keep-alive\r\nUpgrade: h2c\r\nTE: trailers\r\nContent-Length: 2\r\n\r\nok",
    received: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
  },
  {
    name: "repeated fields kept apart, bytes beyond ASCII and an empty reason",
    request: GET,
    sent: "HTTP/1.1 200 \r\nWarning: a\r\nX-Name: \u00e4\u00ff\r\nwarning: b\r\nContent-Length: 0\r\n\r\n",
    received:
      "HTTP/1.1 200 \r\nWarning: a\r\nX-Name: \u00e4\u00ff\r\nwarning: b\r\nContent-Length: 0\r\n\r\n",
  },
  {
    name: "an error in the engine's own words",
    request: GET,
    sent: answerOf('{"message":"No such container: web"}', "404 Not Found"),
    received: answerOf('{"message":"No such container: web"}', "404 Not Found"),
  },
  {
    name: "an answer of an engine that closes its own connection after it",
    request: GET,
    sent: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    received: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
  },
];

describe.each(PLACES)("over $client from an engine on $engine", (places) => {
  test.each(KEPT)("passes on $name, and keeps the client's connection", async (answer) => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(answer.request);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(answer.sent);
    await client.until((text) => text.length >= answer.received.length);
    await client.send(START);
    const second = await engine.connection(1);
    await second.next();
    await second.send(answerOf("second"));
    await client.until("second");
    expect(client.text).toBe(answer.received + answerOf("second"));
  });

  test("passes on a body that lasts until the engine closes, and closes as well", async () => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello, ", "client");
    connection.end();
    await client.untilOver();
    expect(client.text).toBe(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nhello, client",
    );
    expect(client.failure).toBeUndefined();
  });

  test.each([
    { framing: "chunked", field: "Transfer-Encoding: chunked\r\n", pieces: ["3\r\none\r\n", "3\r\ntwo\r\n"] },
    { framing: "a length", field: "Content-Length: 6\r\n", pieces: ["one", "two"] },
    { framing: "the end of the connection", field: "", pieces: ["one", "two"] },
  ])(
    "passes on the head at once, then each piece of a body framed by $framing",
    async ({ field, pieces }) => {
      const { engine, connect } = await openRig(places);
      const client = await connect();
      await client.send(EVENTS);
      const connection = await engine.connection();
      await connection.next();
      await connection.send(`HTTP/1.1 200 OK\r\n${field}\r\n`);
      await client.until("\r\n\r\n");
      const head = client.text;
      expect(head.startsWith(`HTTP/1.1 200 OK\r\n${field}`)).toBe(true);
      let sent = "";
      for (const piece of pieces) {
        sent += piece;
        await connection.send(piece);
        await client.until(head + sent);
      }
      expect(client.text).toBe(head + sent);
    },
  );
});

describe("an HTTP/1.0 client", () => {
  test("gets a chunked body without chunks, ended by the end of the connection", async () => {
    const { engine, connect } = await openRig();
    const client = await connect();
    await client.send(GET_1_0);
    const connection = await engine.connection();
    await connection.next();
    await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    await client.until("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    await connection.send("5\r\nhello\r\n", "1;x=y\r\n!\r\n", "0\r\n\r\n");
    await client.untilOver();
    expect(client.text).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello!");
    expect(client.failure).toBeUndefined();
  });

  test("gets a body with a length as it is, and the connection is closed", async () => {
    const { engine, connect } = await openRig();
    const client = await connect();
    await client.send(GET_1_0 + GET_1_0);
    const connection = await engine.connection();
    await connection.next();
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    await client.untilOver();
    expect(client.text).toBe("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    expect(connection.unread).toBe("");
  });
});

test("a client that asks for it gets its connection closed after the answer", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send("GET /containers/json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", GET);
  const connection = await engine.connection();
  await connection.next();
  await connection.send(answerOf("first"));
  const answer = await client.next();
  await client.untilOver();
  expect({ status: statusOf(answer), connection: valuesOf(answer, "connection") }).toStrictEqual({
    status: 200,
    connection: ["close"],
  });
  expect(client.unread).toBe("");
  expect(connection.unread).toBe("");
});

test.each([
  { name: "a length", sent: answerOf("hello, client") },
  {
    name: "chunks",
    sent: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7;a=b\r\nhello, \r\n6\r\nclient\r\n0\r\nX-T: 1\r\n\r\n",
  },
  { name: "an interim answer first", sent: `HTTP/1.1 102 Processing\r\n\r\n${answerOf("hello, client")}` },
])("an answer with $name is understood wherever it is split", async ({ sent }) => {
  const { engine, connect } = await openRig();
  const client = await connect();
  for (let at = 1; at < sent.length; at += 1) {
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(sent.slice(0, at), sent.slice(at));
    const answer = await client.next();
    expect(answer.body.toString(), `split at ${at}`).toBe("hello, client");
    expect(client.unread, `split at ${at}`).toBe("");
  }
  expect(engine.connections).toHaveLength(1);
});

test("several requests sent at once are answered one after the other, in order", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(GET + EVENTS + GET);
  const connection = await engine.connection();
  for (const [target, body] of [
    ["/containers/json", "first"],
    ["/events", "second"],
    ["/containers/json", "third"],
  ] as const) {
    const request = await connection.next();
    expect(request.startLine).toBe(`GET ${target} HTTP/1.1`);
    expect(connection.unread).toBe("");
    await connection.send(answerOf(body));
    const answer = await client.next();
    expect(answer.body.toString()).toBe(body);
  }
});

test("the record says what was answered and how long its body was", async () => {
  const { engine, gate, connect, untilRecords } = await openRig();
  const client = await connect();
  await client.send("POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  await client.send("3\r\none\r\n", "0\r\n\r\n");
  const connection = await engine.connection();
  await connection.next();
  await connection.send("HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n");
  await eventually(() => client.count > 0, "the head");
  expect(gate.records).toHaveLength(0);
  await connection.send("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n");
  await untilRecords(1);
  expect(gate.records).toMatchObject([
    { verdict: "allow", status: 400, code: undefined, bytesIn: 3, bytesOut: 6, end: "complete" },
  ]);
});
