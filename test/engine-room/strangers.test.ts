import { describe, expect, test } from "vitest";
import { openGate, openRig, READ_CONTAINERS } from "../proxy/rig.ts";
import { refusalOf } from "../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript, SILENT } from "../support/scripted-engine.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const CURE = "set QUAYGATE_ENGINE to the Docker engine's own socket";
const TLS = "it speaks TLS, which the gate does not: set QUAYGATE_ENGINE to the engine's unix socket";
const HTTP2 = `it speaks HTTP/2 only, as the socket of containerd does (containerd.sock): ${CURE}`;
const UNANSWERED =
  "the Docker engine closed the connection without an answer; is it stopping, or is QUAYGATE_ENGINE a TLS port or another program's socket?";

/** Says something as soon as a request is there, and closes. */
function says(bytes: string): EngineScript {
  return async (connection) => {
    await connection.next({ mayNeverCome: true });
    await connection.send(Buffer.from(bytes, "latin1"));
    connection.end();
  };
}

/** Says something before anybody asks. */
function greets(bytes: string): EngineScript {
  return (connection) => connection.send(Buffer.from(bytes, "latin1"));
}

/** Those that speak no HTTP/1.1: the client hears of them too. */
const PROTOCOLS: readonly { readonly name: string; readonly script: EngineScript; readonly what: string }[] =
  [
    {
      name: "containerd or another gRPC server",
      script: greets("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00"),
      what: HTTP2,
    },
    { name: "an HTTP/2 server whose bytes come one by one", script: greets("\x00"), what: HTTP2 },
    { name: "a TLS port", script: says("\x15\x03\x01\x00\x02\x02\x16"), what: TLS },
    {
      name: "a TLS port of a server in Go, which dockerd is",
      script: says("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"),
      what: TLS,
    },
    {
      name: "an SSH server",
      script: greets("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
      what: "it is an SSH server: set QUAYGATE_ENGINE to a socket, such as one that ssh -L forwards",
    },
    {
      name: "something that says what nobody knows",
      script: greets("220 mail.example ESMTP\r\n"),
      what: `the answer does not start with an HTTP/1.1 status line: ${CURE}`,
    },
  ];

describe.each(PROTOCOLS)("where $name answers in the engine's place", ({ script, what }) => {
  test("health says what it is and what cures it", async () => {
    const { gate, engine } = await openRig({ script });
    expect(await gate.gate.health()).toEqual({
      gate: "alive",
      engine: "unreachable",
      reason: `what answers at unix://${engine.address} is no Docker engine: ${what}`,
    });
  });

  test("a client gets 502 that says it as well", async () => {
    const { ask } = await openRig({ script, env: READ_CONTAINERS });
    expect(refusalOf(await ask(GET))).toEqual({
      status: 502,
      code: "engine_answer",
      message: `quaygate: the Docker engine's answer was not understood: ${what}`,
    });
  });
});

/** Those that speak HTTP/1.1: what they answer is the client's, and the probe says what they are. */
const ANSWERS: readonly { readonly name: string; readonly answer: string; readonly what: string }[] = [
  {
    name: "a web page",
    answer:
      "HTTP/1.1 200 OK\r\nServer: nginx/1.26.0\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>OK</html>",
    what: `it answers /_ping with 200, text/html, nginx/1.26.0, which no engine does: ${CURE}`,
  },
  {
    name: "a web server without that page",
    answer:
      "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n?\r\n0\r\n\r\n",
    what: `it answers /_ping with 404, text/html, which no engine does: ${CURE}`,
  },
  {
    name: "another API of JSON",
    answer: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}',
    what: `it answers /_ping with 200, application/json, which no engine does: ${CURE}`,
  },
  {
    name: "a server with a long and strange name",
    answer: `HTTP/1.1 204 No Content\r\nServer: \xff${"x".repeat(100)}\r\n\r\n`,
    what: `it answers /_ping with 204, ?${"x".repeat(59)}, which no engine does: ${CURE}`,
  },
  {
    name: "another proxy that refuses the ping",
    answer: "HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>Request forbidden</html>",
    what: `it refuses /_ping with 403, as another Docker socket proxy does: allow it there (PING=1), or ${CURE}`,
  },
  {
    name: "another proxy without an engine",
    answer: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    what: `it answers /_ping with 503, as another proxy does that has no engine: look there, or ${CURE}`,
  },
];

test.each(ANSWERS)("health says that $name is no engine", async ({ answer, what }) => {
  const { gate, engine } = await openRig({ script: says(answer) });
  expect(await gate.gate.probe()).toEqual({
    reachable: false,
    reason: `what answers at unix://${engine.address} is no Docker engine: ${what}`,
    who: "stranger",
  });
});

test.each([
  {
    name: "with a version",
    answer: "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK",
    apiVersion: "1.41",
  },
  { name: "without a version", answer: answerOf("OK"), apiVersion: undefined },
  { name: "that ends with its connection", answer: "HTTP/1.0 200 OK\r\n\r\nOK", apiVersion: undefined },
  {
    name: "in pieces",
    answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nO\r\n1\r\nK\r\n0\r\n\r\n",
    apiVersion: undefined,
  },
])("an engine's answer $name is one", async ({ answer, apiVersion }) => {
  const { gate } = await openRig({ script: says(answer) });
  expect(await gate.gate.probe()).toEqual({ reachable: true, apiVersion });
});

test("an engine that is not well is one", async () => {
  const { gate } = await openRig({
    script: says("HTTP/1.1 500 Oh\r\nApi-Version: 1.41\r\nContent-Length: 0\r\n\r\n"),
  });
  const reason = "the Docker engine answers /_ping with 500";
  expect(await gate.gate.probe()).toEqual({ reachable: false, reason, who: "engine" });
});

test("a socket that closes without a word is not told for an engine's", async () => {
  const { gate, ask } = await openRig({ script: (connection) => connection.end(), env: READ_CONTAINERS });
  expect(await gate.gate.probe()).toEqual({ reachable: false, reason: UNANSWERED, who: "engine" });
  expect(refusalOf(await ask(GET))).toMatchObject({
    code: "engine_closed",
    message: `quaygate: ${UNANSWERED}`,
  });
});

test("a socket that says nothing is told in time", async () => {
  const { gate } = await openRig({ script: SILENT });
  expect(await gate.gate.probe()).toMatchObject({
    reason:
      "the Docker engine accepts connections and does not answer; does it hang, or is that not its socket (QUAYGATE_ENGINE)?",
  });
});

describe("a gate whose engine's address leads back to it", () => {
  test.each([
    { name: "with PING on", env: {} },
    { name: "with PING off", env: { PING: "0" } },
  ])("says so, $name, and asks itself once", async ({ env }) => {
    // By a name or an address that is not the one it listens at: only a probe that comes back tells.
    let loop = "";
    const { engine, gate, connect } = await openRig({
      engine: "tcp",
      env,
      script: async (connection) => {
        const request = await connection.next({ mayNeverCome: true });
        const inner = await connect();
        await inner.send(request.head);
        const answer = await inner.next();
        loop += answer.startLine;
        await connection.send(`${answer.head}${answer.rawBody.toString("latin1")}`);
      },
    });
    expect(await gate.gate.health()).toMatchObject({
      reason: `what answers at ${engine.address} is no Docker engine: it is this gate itself: ${CURE}`,
    });
    expect(loop).toBe("HTTP/1.1 508 Loop Detected");
    expect(engine.connections).toHaveLength(1);
  });

  test("does not take another gate's probe for its own", async () => {
    const inner = await openRig({ script: answerEach(answerOf("OK")) });
    const { port } = inner.gate;
    const outer = await openGate("tcp", {}, `tcp://127.0.0.1:${port}`);
    expect(await outer.gate.gate.health()).toMatchObject({ engine: "reachable" });
  });
});
