import { describe, expect, test } from "vitest";
import { eventually, refusalOf, settle } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { openRig, PLACES, type Rig } from "../rig.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

/** Asks once more, from another client: the answer comes from a connection that has carried nothing else. */
async function expectFreshConnection({ engine, connect }: Rig): Promise<void> {
  const index = engine.connections.length;
  const other = await connect();
  await other.send(GET);
  const fresh = await engine.connection(index);
  await fresh.next();
  await fresh.send(answerOf("fresh"));
  const answer = await other.next();
  expect(answer.body.toString()).toBe("fresh");
  expect(other.unread).toBe("");
}

const HEADS = [
  { name: "no status line", sent: "hello\r\n\r\n" },
  { name: "a request in place of a status line", sent: GET },
  { name: "an empty line before it", sent: `\r\n${answerOf("poison")}` },
  { name: "a status line of HTTP/2", sent: "HTTP/2 200 OK\r\nContent-Length: 6\r\n\r\npoison" },
  { name: "a status line of HTTP/1.2", sent: "HTTP/1.2 200 OK\r\nContent-Length: 6\r\n\r\npoison" },
  { name: "a status of four digits", sent: "HTTP/1.1 2000 OK\r\nContent-Length: 6\r\n\r\npoison" },
  { name: "a status below 100", sent: "HTTP/1.1 099 OK\r\nContent-Length: 6\r\n\r\npoison" },
  { name: "a control character in the reason", sent: "HTTP/1.1 200 O\0K\r\nContent-Length: 6\r\n\r\npoison" },
  { name: "HTTP/2 frames", sent: Buffer.from("000006040000000000000400100000", "hex").toString("latin1") },
  { name: "a status line that ends in LF", sent: "HTTP/1.1 200 OK\nContent-Length: 6\r\n\r\npoison" },
  { name: "a field that ends in LF", sent: `${OK}Content-Length: 6\n\r\npoison` },
  { name: "a head that ends in LF", sent: `${OK}Content-Length: 6\r\n\npoison` },
  { name: "a bare CR in a value", sent: `${OK}X-A: a\rb\r\nContent-Length: 6\r\n\r\npoison` },
  { name: "a folded field", sent: `${OK}X-A: a\r\n b\r\nContent-Length: 6\r\n\r\npoison` },
  { name: "white space before a colon", sent: `${OK}Content-Length : 6\r\n\r\npoison` },
  { name: "a field without a name", sent: `${OK}: 6\r\nContent-Length: 6\r\n\r\npoison` },
  { name: "two lengths", sent: `${OK}Content-Length: 6\r\nContent-Length: 5\r\n\r\npoison` },
  { name: "the same length twice", sent: `${OK}Content-Length: 6\r\nContent-Length: 6\r\n\r\npoison` },
  { name: "a list of lengths", sent: `${OK}Content-Length: 6, 6\r\n\r\npoison` },
  { name: "a length with a sign", sent: `${OK}Content-Length: +6\r\n\r\npoison` },
  { name: "an empty length", sent: `${OK}Content-Length:\r\n\r\npoison` },
  {
    name: "a length and chunks",
    sent: `${OK}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  { name: "a coding that is not chunked", sent: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n` },
  {
    name: "chunked twice",
    sent: `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  },
  { name: "a head without an end", sent: `${OK}X-A: ${"a".repeat(300_000)}` },
  { name: "too many fields", sent: `${OK}${"X-A: a\r\n".repeat(201)}Content-Length: 6\r\n\r\npoison` },
  { name: "an interim answer that is malformed", sent: `HTTP/1.1 100 Continue\n\r\n${answerOf("poison")}` },
  {
    name: "a change of the protocol that nobody asked for",
    sent: "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\npoison",
  },
];

describe.each(PLACES.slice(0, 2))("over $client from an engine on $engine", (places) => {
  test.each(HEADS)(
    "an answer with $name becomes a 502, and its connection is never used again",
    async ({ sent }) => {
      const rig = await openRig(places);
      const client = await rig.connect();
      await client.send(GET + GET);
      const connection = await rig.engine.connection();
      await connection.next();
      await connection.send(sent);
      await client.untilOver();
      expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
      expect(client.unread).toBe("");
      expect(client.text).not.toContain("poison");
      await connection.untilOver();
      expect(connection.unread).toBe("");
      expect(rig.gate.records).toMatchObject([{ status: 502, code: "engine_answer", end: "engine" }]);
      await expectFreshConnection(rig);
    },
  );
});

const BODIES = [
  { name: "a chunk size that is no number", broken: "xyz\r\npoison\r\n0\r\n\r\n" },
  { name: "a chunk size that overflows", broken: "FFFFFFFFFFFFFFFF\r\npoison\r\n0\r\n\r\n" },
  { name: "white space around a chunk size", broken: "6 \r\npoison\r\n0\r\n\r\n" },
  { name: "a chunk size that ends in LF", broken: "6\npoison\r\n0\r\n\r\n" },
  { name: "a chunk longer than its size", broken: "5\r\npoison\r\n0\r\n\r\n" },
  { name: "a trailer that ends in LF", broken: "0\r\nX-T: 1\n\r\n" },
  { name: "framing among the trailers", broken: "0\r\nContent-Length: 6\r\n\r\npoison" },
];

describe("a chunked answer with", () => {
  test.each(BODIES)(
    "$name is cut before its end, and its connection is never used again",
    async ({ broken }) => {
      const rig = await openRig();
      const client = await rig.connect();
      await client.send(GET + GET);
      const connection = await rig.engine.connection();
      await connection.next();
      await connection.send(`${CHUNKED}5\r\nhello\r\n`);
      await client.until(`${CHUNKED}5\r\nhello\r\n`);
      await connection.send(broken);
      await client.untilOver();
      expect(client.text.slice(CHUNKED.length)).toBe("5\r\nhello\r\n");
      await connection.untilOver();
      expect(connection.unread).toBe("");
      expect(rig.gate.records).toMatchObject([
        { status: 200, code: "engine_answer", end: "engine", bytesOut: 5 },
      ]);
      await expectFreshConnection(rig);
    },
  );

  test.each(BODIES)("$name right behind its head becomes a 502", async ({ broken }) => {
    const rig = await openRig();
    const client = await rig.connect();
    await client.send(GET);
    const connection = await rig.engine.connection();
    await connection.next();
    await connection.send(CHUNKED + broken);
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
    await client.untilOver();
    expect(client.text).not.toContain("poison");
    expect(rig.gate.records).toMatchObject([
      { status: 502, code: "engine_answer", end: "engine", bytesOut: 0 },
    ]);
    await expectFreshConnection(rig);
  });
});

const COMPLETE = [
  { name: "an answer with a length", request: GET, sent: answerOf("hello") },
  { name: "a chunked answer", request: GET, sent: `${CHUNKED}5\r\nhello\r\n0\r\n\r\n` },
  { name: "an empty answer", request: GET, sent: `${OK}Content-Length: 0\r\n\r\n` },
  { name: "a 204", request: GET, sent: "HTTP/1.1 204 No Content\r\n\r\n" },
  { name: "a 304", request: GET, sent: "HTTP/1.1 304 Not Modified\r\n\r\n" },
  {
    name: "the answer to a HEAD",
    request: "HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
    sent: `${OK}Content-Length: 5\r\n\r\n`,
  },
];

describe("bytes behind", () => {
  test.each(
    COMPLETE.flatMap((row) => [
      { ...row, extra: "another answer", poison: answerOf("poison") },
      { ...row, extra: "one byte", poison: "H" },
    ]),
  )("$name reach nobody: $extra", async ({ request, sent, poison }) => {
    const rig = await openRig();
    const client = await rig.connect();
    await client.send(request);
    const connection = await rig.engine.connection();
    await connection.next();
    await connection.send(sent + poison);
    await connection.untilOver();
    expect(client.text).toBe(sent);
    await expectFreshConnection(rig);
    // The client's own connection is as good as before, too.
    const index = rig.engine.connections.length;
    await client.send("POST /containers/web/start HTTP/1.1\r\nHost: x\r\n\r\n");
    const next = await rig.engine.connection(index);
    await next.next();
    await next.send(answerOf("own"));
    await client.until("own");
    expect(client.text).toBe(sent + answerOf("own"));
  });

  test("a request sent early is answered by a fresh connection and not by what the engine said too much", async () => {
    const { engine, connect } = await openRig();
    const client = await connect();
    await client.send(GET + GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(answerOf("hello") + answerOf("poison"));
    const fresh = await engine.connection(1);
    await fresh.next();
    await fresh.send(answerOf("fresh"));
    await eventually(() => client.text.endsWith("fresh"), "the second answer");
    await settle();
    expect(client.text).toBe(answerOf("hello") + answerOf("fresh"));
  });
});
