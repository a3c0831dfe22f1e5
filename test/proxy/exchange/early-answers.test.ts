import { describe, expect, test } from "vitest";
import { eventually, statusOf } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { Flood } from "../flood.ts";
import { openRig, PLACES } from "../rig.ts";

const BUILD = "POST /build HTTP/1.1\r\nHost: x\r\n";
const UPLOAD = 8 * 1024 * 1024;
const REFUSAL = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n";

const CLOSING = `${REFUSAL}Connection: close\r\nContent-Length: 16\r\n\r\n{"message":"no"}`;

const ENDINGS = [
  { framing: "a length", answer: CLOSING },
  {
    framing: "chunks",
    answer: `${REFUSAL}Transfer-Encoding: chunked\r\n\r\n10\r\n{"message":"no"}\r\n0\r\n\r\n`,
  },
  { framing: "the end of the connection", answer: `${REFUSAL}\r\n{"message":"no"}` },
];

describe.each(PLACES)("over $client from an engine on $engine", (places) => {
  test.each(ENDINGS)(
    "an answer framed by $framing that comes before the body is sent reaches the client, and both connections end",
    async ({ answer }) => {
      const { engine, gate, connect, untilRecords } = await openRig(places);
      const client = await connect();
      await client.send(`${BUILD}Content-Length: ${UPLOAD}\r\n\r\nthe first piece`);
      const connection = await engine.connection();
      await connection.until("the first piece");
      await connection.send(answer);
      connection.end();
      const received = await client.next();
      expect(statusOf(received)).toBe(400);
      expect(received.body.toString()).toBe('{"message":"no"}');
      await client.untilOver();
      await connection.untilOver();
      await untilRecords(1);
      expect(gate.records).toMatchObject([{ status: 400, bytesIn: 15, bytesOut: 16, end: "complete" }]);
    },
  );

  test("an answer that crosses the next piece of the body is not lost, though that piece finds nobody", async () => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(`${BUILD}Content-Length: ${UPLOAD}\r\n\r\nthe first piece`);
    const connection = await engine.connection();
    await connection.until("the first piece");
    client.socket.write("the second piece");
    connection.socket.write(CLOSING);
    connection.socket.destroy();
    const received = await client.next();
    expect(statusOf(received)).toBe(400);
    expect(received.body.toString()).toBe('{"message":"no"}');
    await client.untilOver();
  });

  test("an answer of an engine that closes while the upload is in full flow reaches the client", async () => {
    const { engine, connect } = await openRig({
      ...places,
      script: async (connection) => {
        connection.socket.pause();
        await connection.send(CLOSING);
        // What is closed with unread bytes is reset on TCP, and gives EPIPE to the next write on a unix socket.
        connection.socket.destroySoon();
      },
    });
    const client = await connect();
    await client.send(`${BUILD}Content-Length: ${UPLOAD}\r\n\r\n`);
    const flood = new Flood(client.socket, UPLOAD);
    await engine.connection();
    const received = await client.next();
    expect(statusOf(received)).toBe(400);
    expect(received.body.toString()).toBe('{"message":"no"}');
    await client.untilOver();
    expect(client.text.endsWith('{"message":"no"}')).toBe(true);
    expect(flood.taken).toBeGreaterThan(0);
  });
});

test("what follows an unfinished body is never read as a request", async () => {
  const { engine, connect, gate } = await openRig();
  const client = await connect();
  await client.send(`${BUILD}Content-Length: 100\r\n\r\n`);
  const connection = await engine.connection();
  await connection.until("\r\n\r\n");
  await connection.send(answerOf("no", "400 Bad Request"));
  await client.next();
  await client.send("GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n");
  await client.untilOver();
  expect(client.unread).toBe("");
  expect(engine.connections).toHaveLength(1);
  expect(connection.text).not.toContain("/containers/json");
  expect(gate.records).toHaveLength(1);
});

test("the engine's connection is not kept when the body is unfinished", async () => {
  const { engine, connect, ask } = await openRig();
  const client = await connect();
  await client.send(`${BUILD}Content-Length: 100\r\n\r\n`);
  const connection = await engine.connection();
  await connection.until("\r\n\r\n");
  await connection.send(answerOf("no", "400 Bad Request"));
  await connection.untilOver();
  const asking = ask("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
  const second = await engine.connection(1);
  await second.next();
  await second.send(answerOf("second"));
  const answer = await asking;
  expect(answer.body.toString()).toBe("second");
});

test("an answer may begin before the body is sent and end after it, both passed on as they come", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(`${BUILD}Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n`);
  const connection = await engine.connection();
  await connection.until("3\r\none\r\n");
  await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
  await client.until("5\r\nfirst\r\n");
  await client.send("3\r\ntwo\r\n");
  await connection.until("3\r\ntwo\r\n");
  await connection.send("6\r\nsecond\r\n");
  await client.until("6\r\nsecond\r\n");
  await client.send("0\r\n\r\n");
  await connection.until("0\r\n\r\n");
  await connection.send("0\r\n\r\n");
  const answer = await client.next();
  expect(answer.body.toString()).toBe("firstsecond");
  await client.send("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
  await eventually(() => connection.text.includes("GET /version"), "the kept connection is used again");
});

test("a client that was stopped in its upload and is refused is read on, so that it comes to the answer", async () => {
  const { engine, connect } = await openRig({
    client: "unix",
    // A clock that stands: the gate never gives up waiting.
    clock: { now: () => 0 },
    script: (connection) => void connection.socket.pause(),
  });
  const client = await connect();
  await client.send(`${BUILD}Content-Length: ${UPLOAD}\r\n\r\n`);
  const flood = new Flood(client.socket, UPLOAD);
  await flood.untilStalled();
  expect(flood.taken).toBeLessThan(UPLOAD);
  await (await engine.connection()).send(CLOSING);
  expect(statusOf(await client.next())).toBe(400);
  await eventually(() => flood.taken === UPLOAD, "the rest of the upload is taken");
});
