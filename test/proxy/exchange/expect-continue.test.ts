import { describe, expect, test } from "vitest";
import { refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { DANGEROUS, HARMLESS, JUDGED, withLength } from "../judged-requests.ts";
import { openRig, PLACES } from "../rig.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const EXPECT = "Expect: 100-continue\r\n";
const DONE = answerEach(answerOf("done"));

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test.each([
    { framing: "a length", field: "Content-Length: 2\r\n", body: "{}" },
    { framing: "chunks", field: "Transfer-Encoding: chunked\r\n", body: "2\r\n{}\r\n0\r\n\r\n" },
  ])(
    "a client that asks is told to send a body framed by $framing, and the engine is not asked",
    async (row) => {
      const { engine, connect } = await openRig({ ...places, script: DONE });
      const client = await connect();
      await client.send(`POST /build HTTP/1.1\r\nHost: x\r\n${EXPECT}${row.field}\r\n`);
      await client.until(CONTINUE);
      expect(client.text).toBe(CONTINUE);
      await client.send(row.body);
      await client.until("done");
      expect(client.text).toBe(CONTINUE + answerOf("done"));
      const connection = await engine.connection();
      expect(connection.text).toBe(`POST /build HTTP/1.1\r\nHost: docker\r\n${row.field}\r\n${row.body}`);
    },
  );
});

test.each(["100-continue", "100-Continue", "100-CONTINUE"])(
  "the expectation may be spelt %s",
  async (value) => {
    const { connect } = await openRig({ script: DONE });
    const client = await connect();
    await client.send(`POST /build HTTP/1.1\r\nHost: x\r\nExpect: ${value}\r\nContent-Length: 2\r\n\r\n`);
    await client.until(CONTINUE);
  },
);

test("a client that does not wait is answered once, and its body arrives once", async () => {
  const { engine, connect } = await openRig({ script: DONE });
  const client = await connect();
  await client.send(`POST /build HTTP/1.1\r\nHost: x\r\n${EXPECT}Content-Length: 2\r\n\r\n{}`);
  await client.until("done");
  expect(client.text).toBe(CONTINUE + answerOf("done"));
  const connection = await engine.connection();
  expect(connection.text.endsWith("\r\n\r\n{}")).toBe(true);
});

test("a request that is denied is answered without 100, reaches no engine, and its body is no request", async () => {
  const { engine, connect } = await openRig({ env: { BUILD: "1" } });
  const client = await connect();
  await client.send(`POST /build HTTP/1.1\r\nHost: x\r\n${EXPECT}Content-Length: 38\r\n\r\n`);
  const answer = await client.next();
  expect(refusalOf(answer)).toMatchObject({ status: 403, code: "operation_denied" });
  expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
  await client.send("GET /version HTTP/1.1\r\nHost: docker\r\n\r\n");
  await client.untilOver();
  await settle();
  expect(client.unread).toBe("");
  expect(client.text).not.toContain("100 Continue");
  expect(engine.connections).toHaveLength(0);
});

test("a request that is denied by its body has been told to send it, and the connection stays", async () => {
  const { connect } = await openRig({ env: JUDGED, script: DONE });
  const client = await connect();
  await client.send(withLength(DANGEROUS, { fields: ["Expect: 100-continue"] }).slice(0, -1));
  await client.until(CONTINUE);
  await client.send("}");
  await client.until("power_denied");
  expect(client.text).not.toContain("Connection: close");
  await client.send(withLength(HARMLESS));
  await client.until(answerOf("done"));
});

test.each([
  { name: "a GET", request: `GET /version HTTP/1.1\r\nHost: x\r\n${EXPECT}\r\n` },
  {
    name: "a POST without framing",
    request: `POST /containers/web/start HTTP/1.1\r\nHost: x\r\n${EXPECT}\r\n`,
  },
  {
    name: "a POST with a length of zero",
    request: `POST /containers/web/start HTTP/1.1\r\nHost: x\r\n${EXPECT}Content-Length: 0\r\n\r\n`,
  },
  { name: "an HTTP/1.0 request", request: `GET /version HTTP/1.0\r\n${EXPECT}\r\n` },
])("$name, which has no body, is not told to send one", async ({ request }) => {
  const { engine, connect } = await openRig({ script: DONE });
  const client = await connect();
  await client.send(request);
  expect(statusOf(await client.next())).toBe(200);
  expect(client.text).not.toContain("100 Continue");
  const connection = await engine.connection();
  expect(connection.text).not.toContain("Expect");
});

test.each([
  { name: "another expectation", fields: "Expect: 200-ok\r\n" },
  { name: "two of them", fields: "Expect: 100-continue, 100-continue\r\n" },
  { name: "the same twice", fields: EXPECT + EXPECT },
  { name: "an empty one", fields: "Expect:\r\n" },
])("$name can't be met, and is answered with 417", async ({ fields }) => {
  const { engine, connect } = await openRig({ script: DONE });
  const client = await connect();
  await client.send(`POST /build HTTP/1.1\r\nHost: x\r\n${fields}Content-Length: 2\r\n\r\n`);
  expect(refusalOf(await client.next())).toMatchObject({ status: 417, code: "unsupported_expectation" });
  await client.untilOver();
  expect(client.text).not.toContain("100 Continue");
  expect(engine.connections).toHaveLength(0);
});

test("the 100 is sent before the engine has answered or even read anything", async () => {
  const { engine, connect } = await openRig({ script: (connection) => void connection.socket.pause() });
  const client = await connect();
  await client.send(`POST /build HTTP/1.1\r\nHost: x\r\n${EXPECT}Content-Length: 2\r\n\r\n`);
  await client.until(CONTINUE);
  const connection = await engine.connection();
  expect(connection.count).toBe(0);
});

test("a request to upgrade is told to send its body, which goes out whole", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(
    `POST /exec/e1/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n${EXPECT}Content-Length: 2\r\n\r\n`,
  );
  await client.until(CONTINUE);
  expect(engine.connections).toHaveLength(0);
  await client.send("{}");
  const connection = await engine.connection();
  await connection.until("{}");
  expect(connection.text).toBe(
    "POST /exec/e1/start HTTP/1.1\r\nHost: docker\r\nContent-Length: 2\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n{}",
  );
});

test("a request to upgrade without a body is told nothing before the engine's agreement", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(`POST /containers/web/attach HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n${EXPECT}\r\n`);
  const connection = await engine.connection();
  await connection.until("Upgrade: tcp\r\n\r\n");
  await settle();
  expect(client.text).toBe("");
});
