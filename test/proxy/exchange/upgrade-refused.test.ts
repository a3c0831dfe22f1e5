import { describe, expect, test } from "vitest";
import { refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { ATTACH_RECEIVED, ATTACH_REQUEST, UPGRADED } from "../open-tunnel.ts";
import { openRig, PLACES } from "../rig.ts";

const PIPELINED = "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
const RAW_STREAM = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test.each([
    { name: "404", answer: answerOf("No such container", "404 Not Found"), ends: false },
    { name: "409", answer: answerOf("is not running", "409 Conflict"), ends: false },
    {
      name: "500 in chunks",
      answer: "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
      ends: false,
    },
    { name: "204", answer: "HTTP/1.1 204 No Content\r\n\r\n", ends: false },
    {
      name: "404 without a length",
      answer: "HTTP/1.1 404 Not Found\r\n\r\nNo such container\r\n",
      ends: true,
    },
    { name: "200 with a raw stream", answer: `${RAW_STREAM}output`, ends: true },
  ])(
    "a $name in place of the upgrade is passed on, and what the client sent early goes nowhere",
    async ({ answer, ends }) => {
      const { engine, gate, connect, untilRecords } = await openRig(places);
      const client = await connect();
      await client.send(ATTACH_REQUEST + PIPELINED, PIPELINED);
      const connection = await engine.connection();
      await connection.until(ATTACH_RECEIVED);
      await connection.send(answer);
      if (ends) {
        connection.end();
      }
      await client.untilOver();
      const bodyStart = answer.indexOf("\r\n\r\n") + 4;
      expect(client.text.startsWith(answer.slice(0, answer.indexOf("\r\n") + 2))).toBe(true);
      expect(client.text).toContain("\r\nConnection: close\r\n\r\n");
      expect(client.text.endsWith(`\r\n\r\n${answer.slice(bodyStart)}`)).toBe(true);
      await client.send(PIPELINED);
      await connection.untilOver();
      await untilRecords(1);
      await settle();
      expect(connection.text).toBe(ATTACH_RECEIVED);
      expect(engine.connections).toHaveLength(1);
      expect(gate.records).toHaveLength(1);
      expect(gate.records).toMatchObject([{ status: Number(answer.split(" ")[1]), end: "complete" }]);
    },
  );

  test("a raw stream in place of the upgrade flows until it ends, and takes no input", async () => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(`${ATTACH_REQUEST}early`);
    const connection = await engine.connection();
    await connection.until(ATTACH_RECEIVED);
    await connection.send(`${RAW_STREAM}one`);
    await client.until("one");
    await client.send("late");
    await connection.send("two");
    await client.until("onetwo");
    connection.end();
    await client.untilOver();
    await connection.untilOver();
    expect(connection.text).toBe(ATTACH_RECEIVED);
  });
});

test.each([
  { name: "ends", die: "end" as const },
  { name: "breaks", die: "reset" as const },
])("an engine that $name before it agrees is a 502, and no early byte reaches it", async ({ die }) => {
  const { engine, connect } = await openRig({ engine: "tcp" });
  const client = await connect();
  await client.send(ATTACH_REQUEST + PIPELINED);
  const connection = await engine.connection();
  await connection.until(ATTACH_RECEIVED);
  connection[die]();
  expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_closed" });
  await client.untilOver();
  await settle();
  expect(connection.text).toBe(ATTACH_RECEIVED);
  expect(engine.connections).toHaveLength(1);
});

test("a malformed agreement is a 502 and opens no tunnel", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(`${ATTACH_REQUEST}early`);
  const connection = await engine.connection();
  await connection.until(ATTACH_RECEIVED);
  await connection.send("HTTP/1.1 101 UPGRADED\nUpgrade: tcp\r\n\r\noutput");
  expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
  await client.untilOver();
  await connection.untilOver();
  expect(connection.text).toBe(ATTACH_RECEIVED);
  expect(client.text).not.toContain("output");
});

test("an interim answer before the agreement opens no tunnel yet", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(`${ATTACH_REQUEST}early`);
  const connection = await engine.connection();
  await connection.until(ATTACH_RECEIVED);
  await connection.send("HTTP/1.1 102 Processing\r\n\r\n");
  await settle();
  expect(client.text).toBe("");
  expect(connection.text).toBe(ATTACH_RECEIVED);
  await connection.send(UPGRADED);
  await connection.until("early");
  await client.until(UPGRADED);
  expect(client.text).toBe(UPGRADED);
});

test("an upgrade that the policy denies reaches the engine with no byte, and neither does what follows it", async () => {
  const { engine, connect } = await openRig({ env: { POST: "1", IMAGES: "1" } });
  const client = await connect();
  await client.send(ATTACH_REQUEST + PIPELINED);
  expect(refusalOf(await client.next())).toMatchObject({ status: 403, code: "operation_denied" });
  expect(refusalOf(await client.next())).toMatchObject({ status: 403, code: "operation_denied" });
  expect(engine.connections).toHaveLength(0);
});

describe("an Upgrade on a route that has none", () => {
  /** Starting is allowed by itself; creating is not. */
  const STARTER = { POST: "1", ALLOW_START: "1" };
  const upgradeOn = (line: string, connection: string): string =>
    `${line} HTTP/1.1\r\nHost: x\r\n${connection}Upgrade: tcp\r\n\r\n`;

  test.each([
    { name: "with Connection", connection: "Connection: Upgrade\r\n" },
    { name: "without Connection", connection: "" },
  ])("is not passed on, and the request behind it is judged by itself: $name", async ({ connection }) => {
    const { engine, connect } = await openRig({
      env: STARTER,
      script: answerEach("HTTP/1.1 204 No Content\r\n\r\n"),
    });
    const client = await connect();
    await client.send(upgradeOn("POST /containers/web/start", connection) + PIPELINED);
    expect(statusOf(await client.next())).toBe(204);
    expect(refusalOf(await client.next())).toMatchObject({ status: 403, code: "operation_denied" });
    expect(engine.connections.map(({ text }) => text)).toStrictEqual([
      "POST /containers/web/start HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n",
    ]);
  });

  test("opens no tunnel even if the engine changes the protocol", async () => {
    const { engine, connect } = await openRig({ env: STARTER });
    const client = await connect();
    await client.send(upgradeOn("POST /containers/web/start", "Connection: Upgrade\r\n") + PIPELINED);
    const connection = await engine.connection();
    const { head } = await connection.next();
    await connection.send(`${UPGRADED}output`);
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
    await client.untilOver();
    await connection.untilOver();
    expect(connection.text).toBe(head);
    expect(client.text).not.toContain("output");
  });

  test.each([
    {
      name: "a WebSocket on attach/ws by another name",
      request: "GET /containers/web/attach/ws",
      protocol: "tcp",
    },
    { name: "session with another protocol than h2c", request: "POST /session", protocol: "tcp" },
    { name: "grpc with a list of protocols", request: "POST /grpc", protocol: "h2c, websocket" },
  ])("is one as well where the protocol is not the route's: $name", async ({ request, protocol }) => {
    const { engine, connect } = await openRig({
      script: answerEach(answerOf("not upgraded", "400 Bad Request")),
    });
    const client = await connect();
    const text = `${request} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
    await client.send(text + text);
    expect(statusOf(await client.next())).toBe(400);
    expect(statusOf(await client.next())).toBe(400);
    for (const connection of engine.connections) {
      expect(connection.text.toLowerCase()).not.toContain("upgrade");
    }
  });

  test("is what an HTTP/1.0 client's Upgrade is on every route", async () => {
    const { engine, connect } = await openRig({
      script: answerEach(answerOf("not upgraded", "400 Bad Request")),
    });
    const client = await connect();
    await client.send(`${ATTACH_REQUEST.replace("HTTP/1.1", "HTTP/1.0")}early`);
    expect(statusOf(await client.next())).toBe(400);
    await client.untilOver();
    const connection = await engine.connection();
    expect(connection.text).toBe(
      "POST /containers/web/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n",
    );
  });
});
