import { describe, expect, test } from "vitest";
import { refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig, PLACES } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
const CHUNKED_HEAD = "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
const ENGINE_HEAD = "POST /build HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n";

describe.each(PLACES)("over $client to an engine on $engine", ({ client, engine: place }) => {
  test("a chunked body is framed anew: no extension, no trailer, no odd spelling of a size", async () => {
    const { engine, ask } = await openRig({ client, engine: place, script: DONE });
    const body =
      '0005;name=value;other="a;b"\r\nhello\r\nA\r\n, engine!\n\r\n000;last\r\nX-Trailer: secret\r\n\r\n';
    expect(statusOf(await ask(CHUNKED_HEAD + body))).toBe(200);
    const { text } = await engine.connection();
    expect(text).toBe(`${ENGINE_HEAD}f\r\nhello, engine!\n\r\n0\r\n\r\n`);
  });

  test("a body with a length goes out with that length and nothing behind it", async () => {
    const { engine, ask } = await openRig({ client, engine: place, script: DONE });
    expect(statusOf(await ask("POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 0005\r\n\r\nhello"))).toBe(
      200,
    );
    const { text } = await engine.connection();
    expect(text).toBe("POST /build HTTP/1.1\r\nHost: docker\r\nContent-Length: 5\r\n\r\nhello");
  });
});

test("a chunked body split at any byte has the same content for the engine", async () => {
  const body = "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-T: v\r\n\r\n";
  const { engine, connect } = await openRig();
  const client = await connect();
  for (let at = 1; at < body.length; at += 1) {
    await client.send(CHUNKED_HEAD + body.slice(0, at), body.slice(at));
    const connection = await engine.connection(at - 1);
    const request = await connection.next();
    expect(request.head, `split at ${at}`).toBe(ENGINE_HEAD);
    expect(request.body.toString(), `split at ${at}`).toBe("hello world");
    expect(connection.unread, `split at ${at}`).toBe("");
    await connection.send(answerOf(""));
    await client.next();
  }
});

test("a chunked body sent byte by byte has the same content for the engine", async () => {
  const { engine, connect } = await openRig({ script: DONE });
  const client = await connect();
  await client.send(...CHUNKED_HEAD, ..."5\r\nhello\r\n0\r\n\r\n");
  expect(statusOf(await client.next())).toBe(200);
  const { text } = await engine.connection();
  expect(text).toBe(`${ENGINE_HEAD}${[..."hello"].map((letter) => `1\r\n${letter}\r\n`).join("")}0\r\n\r\n`);
});

test("each piece of a body reaches the engine at once, before the next is there", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(CHUNKED_HEAD);
  const connection = await engine.connection();
  await connection.until(ENGINE_HEAD);
  await client.send("3\r\none\r\n");
  await connection.until("3\r\none\r\n");
  await client.send("3\r\ntwo\r\n");
  await connection.until("3\r\ntwo\r\n");
  expect(connection.text).not.toContain("0\r\n\r\n");
  await client.send("0\r\n\r\n");
  await connection.until("0\r\n\r\n");
});

test.each([
  { name: "a size that is no number", body: "xyz\r\nhello\r\n0\r\n\r\n" },
  { name: "a negative size", body: "-5\r\nhello\r\n0\r\n\r\n" },
  { name: "a size with 0x", body: "0x5\r\nhello\r\n0\r\n\r\n" },
  { name: "a size that overflows", body: "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n" },
  { name: "white space behind the size", body: "5 \r\nhello\r\n0\r\n\r\n" },
  { name: "a size line that ends in LF", body: "5\nhello\r\n0\r\n\r\n" },
  { name: "data that do not end in CRLF", body: "5\r\nhelloXX0\r\n\r\n" },
  { name: "data that end in LF", body: "5\r\nhello\n0\r\n\r\n" },
  { name: "a bare CR in an extension", body: "5;a\rb\r\nhello\r\n0\r\n\r\n" },
  { name: "framing in the trailers", body: "5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n" },
  { name: "a trailer without a name", body: "5\r\nhello\r\n0\r\n: x\r\n\r\n" },
  { name: "extensions without end", body: `5;${"a".repeat(2000)}\r\nhello\r\n0\r\n\r\n` },
])("a chunked body with $name never becomes a complete request for the engine", async ({ body }) => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send(CHUNKED_HEAD, `${body}GET /version HTTP/1.1\r\nHost: x\r\n\r\n`);
  const answer = await client.next();
  expect(refusalOf(answer)).toMatchObject({ status: 400, code: "bad_chunk" });
  await client.untilOver();
  const connection = await engine.connection();
  await connection.untilOver();
  expect(connection.text).not.toContain("0\r\n\r\n");
  expect(connection.text).not.toContain("/version");
});

test("a body that ends before its length is reached is never completed", async () => {
  const { engine, connect } = await openRig();
  const client = await connect();
  await client.send("POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
  const connection = await engine.connection();
  await connection.until("hello");
  client.end();
  await connection.untilOver();
  await settle();
  expect(connection.text.endsWith("hello")).toBe(true);
});
