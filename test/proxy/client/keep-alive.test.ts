import { describe, expect, test } from "vitest";
import { refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type Place } from "../../support/scripted-engine.ts";
import { openRig, READ_CONTAINERS } from "../rig.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
/** Answers with the request line, so that a client sees which of its requests was answered. */
const ECHO = answerEach((request) => answerOf(request.startLine));
const DISCARDED = 64 * 1024;

function get(path: string, ...fields: readonly string[]): string {
  return `${[`GET ${path} HTTP/1.1`, "Host: x", ...fields].join("\r\n")}\r\n\r\n`;
}

const NEXT = get("/containers/json");
const NEXT_ANSWER = "GET /containers/json HTTP/1.1";

describe.each(KINDS)("over %s a connection", (client) => {
  test("carries many requests one after the other, allowed and denied", async () => {
    const { connect, engine, gate, untilRecords } = await openRig({
      client,
      env: READ_CONTAINERS,
      script: ECHO,
    });
    const peer = await connect();
    for (let round = 0; round < 100; round += 1) {
      await peer.send(get(`/containers/${round}/json`), get("/secrets"));
      const allowed = await peer.next();
      expect(allowed.body.toString()).toBe(`GET /containers/${round}/json HTTP/1.1`);
      expect(valuesOf(allowed, "connection")).toStrictEqual([]);
      const denied = await peer.next();
      expect(refusalOf(denied)).toMatchObject({ status: 403, code: "operation_denied" });
      expect(valuesOf(denied, "connection")).toStrictEqual([]);
    }
    await untilRecords(200);
    expect(gate.records).toHaveLength(200);
    expect(engine.connections.map(({ text }) => text).join("")).not.toContain("/secrets");
  });

  test.each([
    { name: "of HTTP/1.0", request: "GET /containers/json HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" },
    { name: "with Connection: close", request: get("/containers/json", "Connection: close") },
    { name: "with close among other options", request: get("/containers/json", "Connection: TE , Close") },
    {
      name: "with close in a second Connection",
      request: get("/containers/json", "Connection: keep-alive", "Connection: close"),
    },
    { name: "with Proxy-Connection: close", request: get("/containers/json", "Proxy-Connection: close") },
  ])("closes after a request $name, and what follows is not read", async ({ request }) => {
    const { connect, engine, gate } = await openRig({ client, script: ECHO });
    const peer = await connect();
    await peer.send(request + get("/version"));
    const answer = await peer.next();
    expect(statusOf(answer)).toBe(200);
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await peer.untilOver();
    await settle();
    expect(peer.unread).toBe("");
    expect(gate.records).toHaveLength(1);
    expect(engine.connections.map(({ text }) => text).join("")).not.toContain("/version");
  });

  test("closes after a denied request with Connection: close", async () => {
    const { connect, engine } = await openRig({ client, env: READ_CONTAINERS, script: ECHO });
    const peer = await connect();
    await peer.send(get("/secrets", "Connection: close") + NEXT);
    const answer = await peer.next();
    expect(statusOf(answer)).toBe(403);
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await peer.untilOver();
    await settle();
    expect(peer.unread).toBe("");
    expect(engine.connections).toHaveLength(0);
  });
});

const KEPT = [
  { name: "denied", request: get("/secrets"), status: 403 },
  { name: "denied, a HEAD", request: "HEAD /info HTTP/1.1\r\nHost: x\r\n\r\n", status: 403 },
  {
    name: "denied, with a body",
    request: 'POST /secrets/create HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"A":"b"}',
    status: 403,
  },
  {
    name: "denied, with the longest body that is dropped",
    request: `POST /secrets/create HTTP/1.1\r\nHost: x\r\nContent-Length: ${DISCARDED}\r\n\r\n${"x".repeat(DISCARDED)}`,
    status: 403,
  },
  {
    name: "denied, with a body that looks like a request",
    request: `POST /secrets/create HTTP/1.1\r\nHost: x\r\nContent-Length: ${get("/version").length}\r\n\r\n${get("/version")}`,
    status: 403,
  },
  { name: "to no endpoint", request: get("/nothing"), status: 403 },
  { name: "at a path that is not canonical", request: get("/containers/../secrets"), status: 400 },
  { name: "of an API version that is too old", request: get("/v1.23/containers/json"), status: 400 },
  { name: "of an API version that is no version", request: get("/v1.041/containers/json"), status: 400 },
] as const;

describe("after a request that is", () => {
  test.each(KEPT)(
    "$name the connection is kept, and the next one is answered",
    async ({ request, status }) => {
      const { connect, engine } = await openRig({ env: READ_CONTAINERS, script: ECHO });
      const peer = await connect();
      await peer.send(request);
      const refusal = await peer.next({ toHead: request.startsWith("HEAD ") });
      expect(statusOf(refusal)).toBe(status);
      expect(valuesOf(refusal, "connection")).toStrictEqual([]);
      await peer.send(NEXT);
      const answer = await peer.next();
      expect(answer.body.toString()).toBe(NEXT_ANSWER);
      expect(engine.connections.map(({ text }) => text)).toStrictEqual([
        "GET /containers/json HTTP/1.1\r\nHost: docker\r\n\r\n",
      ]);
    },
  );

  test.each(KEPT)("$name, split at every place, the next one is answered", async ({ request }) => {
    const { connect, engine } = await openRig({ env: READ_CONTAINERS, script: ECHO });
    const peer = await connect();
    const sent = request + NEXT;
    const step = Math.ceil(sent.length / 40);
    let count = 0;
    for (let at = 1; at < sent.length; at += step) {
      await peer.send(sent.slice(0, at), sent.slice(at));
      await peer.next({ toHead: request.startsWith("HEAD ") });
      const answer = await peer.next();
      expect(answer.body.toString(), `split at ${at}`).toBe(NEXT_ANSWER);
      count += 1;
    }
    expect(engine.bytes).toBe(count * "GET /containers/json HTTP/1.1\r\nHost: docker\r\n\r\n".length);
  });
});

test("a refused request with a form as its body is answered, and the next one as well", async () => {
  const { connect, engine } = await openRig({ script: ECHO });
  const peer = await connect();
  await peer.send(
    "POST /containers/web/exec HTTP/1.1\r\nHost: x\r\n" +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b${NEXT}`,
  );
  expect(refusalOf(await peer.next())).toMatchObject({ status: 400, code: "form_body" });
  const answer = await peer.next();
  expect(answer.body.toString()).toBe(NEXT_ANSWER);
  expect(engine.connections).toHaveLength(1);
});

test.each([
  {
    name: "a chunked body",
    head: "POST /secrets/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    body: "0\r\n\r\n",
  },
  {
    name: "a body longer than what is dropped",
    head: `POST /secrets/create HTTP/1.1\r\nHost: x\r\nContent-Length: ${DISCARDED + 1}\r\n\r\n`,
    body: "x".repeat(DISCARDED + 1),
  },
  {
    name: "an expectation",
    head: "POST /secrets/create HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    body: "{}",
  },
])("after a denied request with $name the connection closes, and the rest is no request", async (request) => {
  const { connect, engine, gate } = await openRig({ env: READ_CONTAINERS, script: ECHO });
  const peer = await connect();
  await peer.send(request.head);
  const answer = await peer.next();
  expect(refusalOf(answer)).toMatchObject({ status: 403, code: "operation_denied" });
  expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
  await peer.send(request.body + NEXT);
  await peer.untilOver();
  await settle();
  expect(peer.unread).toBe("");
  expect(peer.failure).toBeUndefined();
  expect(gate.records).toHaveLength(1);
  expect(engine.connections).toHaveLength(0);
});

const FAULTS = [
  { name: "is no request at all", bytes: "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc" },
  { name: "is an empty line", bytes: "\r\n" },
  { name: "is a request line of one word", bytes: "GET\r\n\r\n" },
  { name: "is the preface of HTTP/2", bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
  { name: "ends a line in LF", bytes: "GET /containers/json HTTP/1.1\nHost: x\n\n" },
  { name: "has two lengths", bytes: get("/containers/json", "Content-Length: 0", "Content-Length: 0") },
  { name: "has two Hosts", bytes: get("/containers/json", "Host: y") },
  { name: "has chunks where no body is", bytes: get("/containers/json", "Transfer-Encoding: chunked") },
  { name: "has a method of another kind", bytes: "PATCH /containers/json HTTP/1.1\r\nHost: x\r\n\r\n" },
  {
    name: "has a whole URL as its target",
    bytes: "GET http://x/containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
  },
] as const;

describe.each(KINDS)("over %s what", (client) => {
  test.each(FAULTS)("$name is answered with 400, and nothing behind it is read", async ({ bytes }) => {
    const { connect, engine, gate } = await openRig({ client, script: ECHO });
    const peer = await connect();
    await peer.send(NEXT);
    await peer.next();
    await peer.send(bytes + NEXT, NEXT, "x".repeat(1000), NEXT);
    const answer = await peer.next();
    expect(statusOf(answer)).toBe(400);
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await peer.untilOver();
    await settle();
    expect(peer.ended).toBe(true);
    expect(peer.unread).toBe("");
    expect(peer.failure).toBeUndefined();
    expect(gate.records.map(({ verdict }) => verdict)).toStrictEqual(["allow", "refuse"]);
    const [first] = engine.connections;
    expect(engine.connections).toHaveLength(1);
    expect(first?.text).toBe("GET /containers/json HTTP/1.1\r\nHost: docker\r\n\r\n");
  });
});

test("the answer to a fault arrives even if the client goes on sending much behind it", async () => {
  const { connect } = await openRig();
  const peer = await connect();
  await peer.send("GET /containers/json HTTP/3\r\n\r\n");
  for (let piece = 0; piece < 64; piece += 1) {
    await peer.send("x".repeat(16 * 1024));
  }
  expect(refusalOf(await peer.next())).toMatchObject({ status: 400, code: "unsupported_version" });
  await peer.untilOver();
  expect(peer.failure).toBeUndefined();
});

test("a client that ends its direction behind its last request gets all answers, and then the end", async () => {
  const { connect } = await openRig({ env: READ_CONTAINERS, script: ECHO });
  const peer = await connect();
  await peer.send(get("/secrets") + get("/nothing"));
  peer.end();
  expect(statusOf(await peer.next())).toBe(403);
  expect(statusOf(await peer.next())).toBe(403);
  await peer.untilOver();
  expect(peer.ended).toBe(true);
  expect(peer.unread).toBe("");
});
