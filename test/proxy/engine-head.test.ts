import { describe, expect, test } from "vitest";
import { answerEach, answerOf } from "../support/scripted-engine.ts";
import { openRig, PLACES } from "./rig.ts";

const DONE = answerEach(answerOf("done"));

interface HeadCase {
  readonly name: string;
  /** The request line and the fields, a line each. */
  readonly sent: readonly string[];
  readonly body?: string;
  readonly received: readonly string[];
}

const CASES: readonly HeadCase[] = [
  {
    name: "a plain GET, with a Host of the gate's own",
    sent: [
      "GET /v1.41/containers/json?all=1&filters=%7B%7D HTTP/1.1",
      "Host: localhost:2375",
      "User-Agent: Docker-Client/28.2.2 (linux)",
    ],
    received: [
      "GET /v1.41/containers/json?all=1&filters=%7B%7D HTTP/1.1",
      "Host: docker",
      "User-Agent: Docker-Client/28.2.2 (linux)",
    ],
  },
  {
    name: "an empty Host, as BuildKit sends it",
    sent: ["GET /version HTTP/1.1", "Host:"],
    received: ["GET /version HTTP/1.1", "Host: docker"],
  },
  {
    name: "HTTP/1.0 turned into HTTP/1.1",
    sent: ["GET /version HTTP/1.0"],
    received: ["GET /version HTTP/1.1", "Host: docker"],
  },
  {
    name: "the fields of one connection left out",
    sent: [
      "GET /version HTTP/1.1",
      "Host: x",
      "Connection: keep-alive, TE, HTTP2-Settings",
      "Keep-Alive: timeout=5",
      "Proxy-Connection: keep-alive",
      "TE: trailers",
      "Trailer: X-End",
      "Proxy-Authorization: Basic c2VjcmV0",
      "Proxy-Authenticate: Basic",
      "HTTP2-Settings: AAMAAABkAAQAAP__",
      "Upgrade: h2c",
      "Accept: */*",
    ],
    received: ["GET /version HTTP/1.1", "Host: docker", "Accept: */*"],
  },
  {
    name: "Content-Encoding left out, since the engine ignores it and a reader of the body might not",
    sent: [
      "POST /build HTTP/1.1",
      "Host: x",
      "Content-Encoding: gzip",
      "Content-Type: application/x-tar",
      "Content-Length: 2",
    ],
    body: "{}",
    received: [
      "POST /build HTTP/1.1",
      "Host: docker",
      "Content-Type: application/x-tar",
      "Content-Length: 2",
    ],
  },
  {
    name: "repeated fields kept apart, in their order and their spelling",
    sent: [
      "GET /version HTTP/1.1",
      "hOST: x",
      "X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.Auth/Credentials",
      "x-meta-b: 2",
      "X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.Auth/FetchToken",
      "X-META-A: 1",
    ],
    received: [
      "GET /version HTTP/1.1",
      "Host: docker",
      "X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.Auth/Credentials",
      "x-meta-b: 2",
      "X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.Auth/FetchToken",
      "X-META-A: 1",
    ],
  },
  {
    name: "white space around a value left out, bytes beyond ASCII in it kept",
    sent: ["GET /version HTTP/1.1", "Host: x", "X-Meta-A: \t \u00e4\u00ff b  "],
    received: ["GET /version HTTP/1.1", "Host: docker", "X-Meta-A: \u00e4\u00ff b"],
  },
  {
    name: "a POST without a body with a length of zero",
    sent: ["POST /containers/web/start HTTP/1.1", "Host: x"],
    received: ["POST /containers/web/start HTTP/1.1", "Host: docker", "Content-Length: 0"],
  },
  {
    name: "a DELETE with a length of zero, as docker-py sends it, without it",
    sent: ["DELETE /containers/web?force=1 HTTP/1.1", "Host: x", "Content-Length: 0"],
    received: ["DELETE /containers/web?force=1 HTTP/1.1", "Host: docker"],
  },
  {
    name: "the expectation left out: the gate has met it",
    sent: ["POST /build HTTP/1.1", "Host: x", "Expect: 100-continue", "Content-Length: 2"],
    body: "{}",
    received: ["POST /build HTTP/1.1", "Host: docker", "Content-Length: 2"],
  },
  {
    name: "no Upgrade on a route that does not hijack",
    sent: ["POST /containers/web/start HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: tcp"],
    received: ["POST /containers/web/start HTTP/1.1", "Host: docker", "Content-Length: 0"],
  },
  {
    name: "no Upgrade to another protocol than the route's",
    sent: ["POST /session HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket"],
    received: ["POST /session HTTP/1.1", "Host: docker", "Content-Length: 0"],
  },
  {
    name: "the registry's login, which only the engine can use",
    sent: [
      "POST /images/create?fromImage=alpine HTTP/1.1",
      "Host: x",
      "X-Registry-Auth: eyJ1c2VybmFtZSI6InUifQ==",
      "Authorization: Bearer t",
    ],
    received: [
      "POST /images/create?fromImage=alpine HTTP/1.1",
      "Host: docker",
      "X-Registry-Auth: eyJ1c2VybmFtZSI6InUifQ==",
      "Authorization: Bearer t",
      "Content-Length: 0",
    ],
  },
];

describe.each(PLACES)("over $client to an engine on $engine", ({ client, engine: place }) => {
  test.each(CASES)("the engine gets $name", async ({ sent, body = "", received }) => {
    const { engine, connect } = await openRig({ client, engine: place, script: DONE });
    const peer = await connect();
    await peer.send(`${sent.join("\r\n")}\r\n\r\n${body}`);
    await peer.until("HTTP/1.1 200 OK\r\n");
    const connection = await engine.connection();
    expect(connection.text).toBe(`${received.join("\r\n")}\r\n\r\n${body}`);
  });
});

describe("an escaped path", () => {
  test.each([
    { sent: "/v1.41/%63ontainers/web/json?x=%41%2f&y", received: "/v1.41/containers/web/json?x=%41%2f&y" },
    { sent: "/containers/%77%65b/json", received: "/containers/web/json" },
    { sent: "/containers/a%20b/json", received: "/containers/a%20b/json" },
    { sent: "/images/library%2Falpine/json", received: "/images/library/alpine/json" },
    { sent: "/images/library/alp%c3%a4ne/json", received: "/images/library/alp%C3%A4ne/json" },
    { sent: "/containers/a%25b/json?", received: "/containers/a%25b/json?" },
    { sent: "/containers/a%3fb/json", received: "/containers/a%3Fb/json" },
  ])("reaches the engine in its one canonical spelling: $sent", async ({ sent, received }) => {
    const { engine, ask } = await openRig({ script: DONE });
    await ask(`GET ${sent} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const connection = await engine.connection();
    expect(connection.text).toBe(`GET ${received} HTTP/1.1\r\nHost: docker\r\n\r\n`);
  });
});

test("a request split at any byte reaches the engine as the same bytes", async () => {
  const { engine, connect } = await openRig({ script: DONE });
  const request =
    'POST /containers/create?name=a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nX-A: b\r\n\r\n{"A":"b"}';
  const client = await connect();
  for (let at = 1; at < request.length; at += 1) {
    await client.send(request.slice(0, at), request.slice(at));
    await client.next();
  }
  const seen = new Set(engine.connections.map(({ text }) => text));
  expect([...seen]).toStrictEqual([
    'POST /containers/create?name=a HTTP/1.1\r\nHost: docker\r\nX-A: b\r\nContent-Length: 9\r\n\r\n{"A":"b"}',
  ]);
  expect(engine.connections).toHaveLength(request.length - 1);
});
