import { describe, expect, test } from "vitest";
import { settle } from "../support/raw-peer.ts";
import { Flood } from "./flood.ts";
import { openRig, PLACES } from "./rig.ts";

const BODY = '{"Detach":false}';
const ROUTES = [
  {
    route: "exec start",
    request: `POST /exec/e1/start HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\n${BODY}`,
    received: `POST /exec/e1/start HTTP/1.1\r\nHost: docker\r\nContent-Length: 16\r\n\r\n${BODY}`,
    type: "application/vnd.docker.raw-stream",
  },
  {
    route: "attach",
    request: "POST /containers/web/attach?stream=1&stdin=1 HTTP/1.1\r\nHost: x\r\n\r\n",
    received:
      "POST /containers/web/attach?stream=1&stdin=1 HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n",
    type: "application/vnd.docker.multiplexed-stream",
  },
];
const PIPELINED = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";

describe.each(PLACES)("over $client from an engine on $engine", (places) => {
  test.each(ROUTES)(
    "without Upgrade $route is output only: no byte behind the request is input",
    async (row) => {
      const { engine, gate, connect, untilRecords } = await openRig(places);
      const client = await connect();
      await client.send(row.request + PIPELINED, "more input");
      const connection = await engine.connection();
      await connection.until(row.received);
      await connection.send(`HTTP/1.1 200 OK\r\nContent-Type: ${row.type}\r\n\r\n`);
      const head = `HTTP/1.1 200 OK\r\nContent-Type: ${row.type}\r\nConnection: close\r\n\r\n`;
      await client.until(head);
      await client.send("input after the head");
      await connection.send("one ");
      await client.until("one ");
      await client.send("input after output");
      await connection.send("two");
      await client.until("one two");
      connection.end();
      await client.untilOver();
      await connection.untilOver();
      await client.send("input after the end");
      await untilRecords(1);
      await settle();
      expect(client.text).toBe(`${head}one two`);
      expect(connection.text).toBe(row.received);
      expect(engine.connections).toHaveLength(1);
      expect(gate.records).toMatchObject([{ status: 200, stream: "stream", bytesOut: 7, end: "complete" }]);
    },
  );

  test("the end of the client's direction is passed on, and output goes on after it", async () => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(ROUTES[0]?.request ?? "");
    const connection = await engine.connection();
    await connection.until(BODY);
    await connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\none ");
    await client.until("one ");
    client.end();
    await connection.untilOver();
    await connection.send("two");
    await client.until("one two");
    connection.end();
    await client.untilOver();
    expect(client.text.endsWith("\r\n\r\none two")).toBe(true);
    expect(client.failure).toBeUndefined();
  });
});

test("a client that sends and sends during a raw stream is cut, and none of it reaches the engine", async () => {
  const { engine, connect } = await openRig({ client: "unix" });
  const client = await connect();
  const [row] = ROUTES;
  await client.send(row?.request ?? "");
  const connection = await engine.connection();
  await connection.until(BODY);
  await connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\none ");
  const flood = new Flood(client.socket, 8 * 1024 * 1024);
  await client.untilOver();
  await connection.untilOver();
  expect(flood.taken).toBeLessThan(1024 * 1024);
  expect(connection.text).toBe(row?.received);
});
