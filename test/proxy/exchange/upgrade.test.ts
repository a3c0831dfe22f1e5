import { describe, expect, test } from "vitest";
import { refusalOf, settle } from "../../support/raw-peer.ts";
import { Flood, digestOf } from "../flood.ts";
import { ATTACH_RECEIVED, ATTACH_REQUEST, UPGRADED } from "../open-tunnel.ts";
import { openRig, PLACES } from "../rig.ts";

const EXEC_START = "POST /exec/e1/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n";
const EXEC_START_RECEIVED =
  "POST /exec/e1/start HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: 28\r\n" +
  "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
const EXEC_BODY = '{"Detach":false,"Tty":false}';
const EXEC_REQUEST = `${EXEC_START}Content-Type: application/json\r\nContent-Length: 28\r\n\r\n`;

const WEBSOCKET_FIELDS = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
const IN_CHUNKS = "Transfer-Encoding: chunked\r\n\r\n1c\r\n";
const SESSION_FIELDS =
  "X-Docker-Expose-Session-Uuid: u1\r\nX-Docker-Expose-Session-Grpc-Method: /a/B\r\n" +
  "X-Docker-Expose-Session-Grpc-Method: /c/D\r\n";

interface RouteCase {
  readonly name: string;
  readonly request: string;
  readonly received: string;
  /** What the engine agrees to. */
  readonly protocol: string;
}

const ROUTES: readonly RouteCase[] = [
  { name: "attach", request: ATTACH_REQUEST, received: ATTACH_RECEIVED, protocol: "tcp" },
  {
    name: "exec start",
    request: EXEC_REQUEST + EXEC_BODY,
    received: EXEC_START_RECEIVED + EXEC_BODY,
    protocol: "tcp",
  },
  {
    name: "exec start without a body",
    request: `${EXEC_START}\r\n`,
    received:
      "POST /exec/e1/start HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n" +
      "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    protocol: "tcp",
  },
  {
    name: "exec start with its body in chunks",
    request: `${EXEC_START}Content-Type: application/json\r\n${IN_CHUNKS}${EXEC_BODY}\r\n0\r\n\r\n`,
    received: EXEC_START_RECEIVED + EXEC_BODY,
    protocol: "tcp",
  },
  {
    name: "session with an empty body in chunks",
    request:
      "POST /session HTTP/1.1\r\nHost:\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" +
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    received:
      "POST /session HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n" +
      "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    protocol: "h2c",
  },
  {
    name: "attach by WebSocket",
    request:
      "GET /v1.41/containers/web/attach/ws?stream=1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n" +
      `Upgrade: websocket\r\n${WEBSOCKET_FIELDS}\r\n`,
    received:
      `GET /v1.41/containers/web/attach/ws?stream=1 HTTP/1.1\r\nHost: docker\r\n${WEBSOCKET_FIELDS}` +
      "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    protocol: "websocket",
  },
  {
    name: "session",
    request: `POST /session HTTP/1.1\r\nHost:\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n${SESSION_FIELDS}\r\n`,
    received:
      `POST /session HTTP/1.1\r\nHost: docker\r\n${SESSION_FIELDS}Content-Length: 0\r\n` +
      "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    protocol: "h2c",
  },
  {
    name: "grpc, its protocol in upper case",
    request:
      "POST /grpc HTTP/1.1\r\nHost:\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: H2C\r\nHTTP2-Settings: AAMA\r\n\r\n",
    received:
      "POST /grpc HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    protocol: "h2c",
  },
  {
    name: "attach without Connection, which dockerd takes for an upgrade as well",
    request: ATTACH_REQUEST.replace("Connection: Upgrade\r\n", ""),
    received: ATTACH_RECEIVED,
    protocol: "tcp",
  },
  {
    name: "attach with any other protocol, since dockerd does not look at it",
    request: ATTACH_REQUEST.replace("Upgrade: tcp", "Upgrade: anything-at-all"),
    received: ATTACH_RECEIVED,
    protocol: "tcp",
  },
];

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test.each(ROUTES)("$name asks the engine for the upgrade, and opens a tunnel", async (route) => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(route.request);
    const connection = await engine.connection();
    await connection.until((text) => text.length >= route.received.length);
    expect(connection.text).toBe(route.received);
    const agreement = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${route.protocol}\r\n\r\n`;
    await connection.send(agreement);
    await client.until(agreement);
    await client.send("\0\xFFinput");
    await connection.until("input");
    await connection.send("\0\xFEoutput");
    await client.until("output");
    expect(connection.text).toBe(`${route.received}\0\xFFinput`);
    expect(client.text).toBe(`${agreement}\0\xFEoutput`);
  });

  test("what the client sends before the engine agrees is held, and then passed on in order", async () => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(`${EXEC_REQUEST + EXEC_BODY}one `, "two ", "three ");
    const connection = await engine.connection();
    await connection.until(EXEC_BODY);
    await settle();
    expect(connection.text).toBe(EXEC_START_RECEIVED + EXEC_BODY);
    await connection.send(UPGRADED);
    await client.until(UPGRADED);
    await client.send("four");
    await connection.until("four");
    expect(connection.text).toBe(`${EXEC_START_RECEIVED}${EXEC_BODY}one two three four`);
  });

  test("what the engine says right behind its agreement reaches the client behind it", async () => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(ATTACH_REQUEST);
    const connection = await engine.connection();
    await connection.until(ATTACH_RECEIVED);
    await connection.send(`${UPGRADED}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`);
    await client.until("SM\r\n\r\n");
    expect(client.text).toBe(`${UPGRADED}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`);
  });
});

test("the exec start of Podman's own API has a body as well", async () => {
  const env = { QUAYGATE_COMPAT: "linuxserver", POST: "1", LIBPOD_EXEC: "1" };
  const { engine, connect } = await openRig({ env });
  const client = await connect();
  const toPodman = (text: string): string => text.replace("/exec/e1", "/v4.0.0/libpod/exec/e1");
  await client.send(toPodman(EXEC_REQUEST) + EXEC_BODY);
  const connection = await engine.connection();
  await connection.until(EXEC_BODY);
  expect(connection.text).toBe(toPodman(EXEC_START_RECEIVED) + EXEC_BODY);
  await connection.send(UPGRADED);
  await client.until(UPGRADED);
});

test("nothing reaches the engine before the body of exec start is whole", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(EXEC_REQUEST, ...EXEC_BODY.slice(0, -1));
  await settle();
  expect(engine.connections).toHaveLength(0);
  await client.send("}");
  const connection = await engine.connection();
  await connection.until(EXEC_BODY);
  expect(connection.text).toBe(EXEC_START_RECEIVED + EXEC_BODY);
});

test("an upgrade split at any byte is the same to the engine, with what was sent early", async () => {
  const { engine, connect } = await openRig();
  const request = `${EXEC_REQUEST}${EXEC_BODY}early`;
  for (let at = 1; at < request.length; at += 1) {
    const client = await connect();
    await client.send(request.slice(0, at), request.slice(at));
    const connection = await engine.connection(at - 1);
    await connection.until(EXEC_BODY);
    expect(connection.text, `split at ${at}`).toBe(EXEC_START_RECEIVED + EXEC_BODY);
    await connection.send(UPGRADED);
    await connection.until("early");
    expect(connection.text, `split at ${at}`).toBe(`${EXEC_START_RECEIVED}${EXEC_BODY}early`);
    client.socket.destroy();
  }
});

test.each([
  {
    name: "with the head",
    pieces: [`${ATTACH_REQUEST.replace("\r\n\r\n", "\r\nContent-Length: 12\r\n\r\n")}{"stdin":1,}typed`],
  },
  {
    name: "after the head",
    pieces: [
      ATTACH_REQUEST.replace("\r\n\r\n", "\r\nContent-Length: 12\r\n\r\n"),
      '{"stdin"',
      ":1,}ty",
      "ped",
    ],
  },
])("a body on attach that comes $name is dropped: it never becomes input", async ({ pieces }) => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(...pieces);
  const connection = await engine.connection();
  await connection.until(ATTACH_RECEIVED);
  await connection.send(UPGRADED);
  await connection.until("typed");
  expect(connection.text).toBe(`${ATTACH_RECEIVED}typed`);
});

test("a client that ends its direction before the engine agrees has that end passed on after the input", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(`${ATTACH_REQUEST}typed`);
  client.end();
  const connection = await engine.connection();
  await connection.until(ATTACH_RECEIVED);
  await settle();
  expect(connection.ended).toBe(false);
  await connection.send(UPGRADED);
  await connection.untilOver();
  expect(connection.text).toBe(`${ATTACH_RECEIVED}typed`);
  await connection.send("output");
  connection.end();
  await client.untilOver();
  expect(client.text).toBe(`${UPGRADED}output`);
});

test("early input beyond what is held waits with the client, and arrives whole", async () => {
  const { engine, connect } = await openRig({ client: "unix" });
  const client = await connect();
  await client.send(ATTACH_REQUEST);
  const connection = await engine.connection();
  await connection.until(ATTACH_RECEIVED);
  const flood = new Flood(client.socket, 8 * 1024 * 1024);
  await flood.untilStalled();
  expect(flood.taken).toBeLessThan(1024 * 1024);
  expect(connection.text).toBe(ATTACH_RECEIVED);
  await connection.send(UPGRADED);
  await connection.until((text) => text.length === ATTACH_RECEIVED.length + flood.total);
  expect(digestOf(connection.received.subarray(ATTACH_RECEIVED.length))).toBe(flood.digest);
});

const LIMIT = 64 * 1024;

describe.each([
  { route: "exec start", start: EXEC_START },
  { route: "attach", start: ATTACH_REQUEST.slice(0, -2) },
])("a request to upgrade $route", ({ start }) => {
  test("may have a body of 64 KiB", async () => {
    const { engine, connect } = await openRig();
    const client = await connect();
    await client.send(`${start}Content-Length: ${LIMIT}\r\n\r\n`, " ".repeat(LIMIT));
    const connection = await engine.connection();
    await connection.until("Upgrade: tcp\r\n\r\n");
  });

  test("may have an empty body in chunks, which dockerode sends, and none of it is input", async () => {
    const { engine, connect } = await openRig();
    const client = await connect();
    await client.send(`${start}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
    const connection = await engine.connection();
    await connection.until("Upgrade: tcp\r\n\r\n");
    expect(connection.text).toContain("Content-Length: 0\r\n");
    await connection.send(UPGRADED);
    await client.until(UPGRADED);
    await client.send("input");
    await connection.until("input");
    expect(connection.text.endsWith("Upgrade: tcp\r\n\r\ninput")).toBe(true);
  });

  test.each([
    {
      name: "longer than that",
      framing: `Content-Length: ${LIMIT + 1}`,
      body: "{}",
      status: 413,
      code: "body_too_large",
    },
    {
      name: "longer than that in chunks",
      framing: "Transfer-Encoding: chunked",
      body: `${(LIMIT + 1).toString(16)}\r\n${" ".repeat(LIMIT + 1)}\r\n0\r\n\r\n`,
      status: 413,
      code: "body_too_large",
    },
    {
      name: "in chunks that are none",
      framing: "Transfer-Encoding: chunked",
      body: "{}\r\n",
      status: 400,
      code: "bad_chunk",
    },
  ])("may not have a body $name: nothing reaches the engine", async ({ framing, body, status, code }) => {
    const { engine, connect } = await openRig();
    const client = await connect();
    await client.send(`${start}${framing}\r\n\r\n`, `${body}GET /version HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(refusalOf(await client.next())).toMatchObject({ status, code });
    await client.untilOver();
    expect(client.unread).toBe("");
    expect(engine.connections).toHaveLength(0);
  });
});
