import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, SILENT } from "../../support/scripted-engine.ts";
import { digestOf, Flood } from "../flood.ts";
import { chunksOf, JUDGED } from "../judged-requests.ts";
import { openRig, PLACES } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
const TARGET = "/v1.43/containers/web/archive?path=%2Fdata";
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const VERSION = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
const DECOMPRESSING = { ...JUDGED, QUAYGATE_POWERS: "default,decompress" };

const [GZIP, BZIP2, XZ, ZSTD, SKIPPABLE] = [
  "1f8b0800000000000003",
  "425a683931415926",
  "fd377a585a000004",
  "28b52ffd04000100",
  "532a4d1804000000",
].map((hex) => Buffer.from(`${hex}0102030405060708`, "hex").toString("latin1"));
/** Begins like a frame to skip, so that two bytes are needed to know better. */
const PLAIN = `PLAIN${"\0".repeat(95)}0000644\0 and so on`;

function headOf(framing: string, host = "x", fields = ""): string {
  return `PUT ${TARGET} HTTP/1.1\r\nHost: ${host}\r\n${fields}${framing}\r\n\r\n`;
}

function withLength(body: string, host?: string, fields?: string): string {
  return `${headOf(`Content-Length: ${body.length}`, host, fields)}${body}`;
}

function inChunks(body: string, size: number, host?: string, fields?: string): string {
  return `${headOf("Transfer-Encoding: chunked", host, fields)}${chunksOf(body, size)}`;
}

const COMPRESSED = [
  { name: "gzip", body: GZIP ?? "" },
  { name: "bzip2", body: BZIP2 ?? "" },
  { name: "xz", body: XZ ?? "" },
  { name: "zstd", body: ZSTD ?? "" },
  { name: "zstd", body: SKIPPABLE ?? "" },
];

/** Sends a request cut in two at one place behind its head, so that the gate reads both parts by themselves. */
async function sendCut(peer: RawPeer, request: string, at: number): Promise<void> {
  await peer.send(request.slice(0, at));
  await settle(2);
  await peer.send(request.slice(at));
}

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  test.each(COMPRESSED)("a body in $name is refused, and nothing of it reaches the engine", async (row) => {
    const { ask, gate, engine } = await openRig({ ...places, env: JUDGED, script: DONE });
    const answer = await ask(withLength(row.body));
    expect(refusalOf(answer)).toMatchObject({ status: 403, code: "power_denied" });
    expect(refusalOf(answer).message).toContain(
      `asks for the power decompress:${row.name} (the first bytes of the body)`,
    );
    expect(valuesOf(answer, "connection")).toStrictEqual([]);
    expect(gate.records).toMatchObject([
      { verdict: "deny", code: "power_denied", missing: [`decompress:${row.name}`], end: "complete" },
    ]);
    expect(engine.connections).toHaveLength(0);
  });

  test("a plain body arrives as it was sent, with the request behind it", async () => {
    const { connect, engine, gate, untilRecords } = await openRig({ ...places, env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(withLength(PLAIN) + VERSION);
    expect(statusOf(await client.next())).toBe(200);
    expect(statusOf(await client.next())).toBe(200);
    // The next request may come on the same connection, as one of its own.
    const version = VERSION.replace("Host: x", "Host: docker");
    expect(engine.connections.map(({ text }) => text).join("")).toBe(withLength(PLAIN, "docker") + version);
    await untilRecords(2);
    expect(gate.records[0]).toMatchObject({
      verdict: "allow",
      powers: ["write-file:/data"],
      bytesIn: PLAIN.length,
      end: "complete",
    });
  });
});

describe("wherever a request is cut", () => {
  const { body: xz } = COMPRESSED[2] ?? { body: "" };
  const { body: skippable } = COMPRESSED[4] ?? { body: "" };
  test.each([
    { name: "xz with a length", request: withLength(xz), power: "decompress:xz" },
    { name: "xz in chunks of one byte", request: inChunks(xz, 1), power: "decompress:xz" },
    { name: "xz in chunks of three", request: inChunks(xz, 3), power: "decompress:xz" },
    {
      name: "a frame to skip in chunks of one byte",
      request: inChunks(skippable, 1),
      power: "decompress:zstd",
    },
  ])("$name is refused, and reaches no engine", async ({ request, power }) => {
    const { connect, engine } = await openRig({ env: JUDGED, script: DONE });
    const bodyStart = request.indexOf("\r\n\r\n") + 4;
    for (let at = bodyStart; at < request.length; at += 1) {
      const client = await connect();
      await sendCut(client, request, at);
      const { status, message } = refusalOf(await client.next());
      expect([status, message.includes(power)]).toEqual([403, true]);
      client.socket.destroy();
    }
    expect(engine.connections).toHaveLength(0);
  });

  test.each([
    { name: "with a length", request: withLength(PLAIN), arrives: withLength(PLAIN, "docker") },
    { name: "in chunks of one byte", request: inChunks(PLAIN.slice(0, 12), 1), arrives: undefined },
  ])("a plain body $name arrives whole", async ({ request, arrives }) => {
    const { connect, engine } = await openRig({ env: JUDGED, script: DONE });
    const bodyStart = request.indexOf("\r\n\r\n") + 4;
    for (let at = bodyStart; at < bodyStart + 30; at += 1) {
      const client = await connect();
      await sendCut(client, request, at);
      expect(statusOf(await client.next())).toBe(200);
      client.socket.destroy();
    }
    for (const { text } of engine.connections) {
      const content = text
        .slice(text.indexOf("\r\n\r\n") + 4)
        .replaceAll(/[0-9a-f]+\r\n((?:(?!\r\n)[^])*)\r\n/gu, "$1");
      expect(arrives === undefined ? content.trimEnd() : text).toBe(arrives ?? PLAIN.slice(0, 12));
    }
  });
});

describe("a body that is over before its first bytes are known", () => {
  test.each([
    { name: "two bytes of gzip", body: "\u001f\u008b" },
    { name: "five bytes of xz", body: "\u00fd7zXZ" },
    { name: "seven bytes of a frame to skip", body: "P*M\u0018\0\0\0" },
    { name: "one letter", body: "P" },
  ])("is what the engine takes it for: no more than $name", async ({ body }) => {
    const { ask, engine } = await openRig({ env: JUDGED, script: DONE });
    expect(statusOf(await ask(withLength(body)))).toBe(200);
    expect(statusOf(await ask(inChunks(body, 1)))).toBe(200);
    expect(engine.connections[0]?.text).toBe(withLength(body, "docker"));
  });

  test.each([
    { name: "none", request: `PUT ${TARGET} HTTP/1.1\r\nHost: x\r\n\r\n` },
    { name: "a length of nothing", request: headOf("Content-Length: 0") },
    { name: "no chunk but the last", request: `${headOf("Transfer-Encoding: chunked")}0\r\n\r\n` },
  ])("or empty: $name", async ({ request }) => {
    const { ask, engine } = await openRig({ env: JUDGED, script: DONE });
    expect(statusOf(await ask(request))).toBe(200);
    expect(engine.connections).toHaveLength(1);
  });
});

describe("while the first bytes are not known", () => {
  test("nothing reaches the engine, and a client that does not send them is answered", async () => {
    let now = 0;
    const { connect, engine, gate } = await openRig({
      client: "unix",
      env: JUDGED,
      script: DONE,
      clock: { now: () => now },
    });
    const client = await connect();
    await client.send(headOf("Content-Length: 1000"), "\u00fd7z");
    await settle();
    expect([engine.connections.length, client.text]).toEqual([0, ""]);
    now = 10_000;
    expect(refusalOf(await client.next())).toEqual({
      status: 408,
      code: "body_timeout",
      message:
        "quaygate: PutContainerArchive (PUT /containers/web/archive) is refused: the first bytes of the body did not arrive in time",
    });
    expect(gate.records).toMatchObject([{ code: "body_timeout", bytesIn: 3 }]);
    expect(engine.connections).toHaveLength(0);
  });

  test("a client that goes away is recorded, and reaches no engine", async () => {
    const { connect, engine, gate, untilRecords } = await openRig({ env: JUDGED, script: DONE });
    for (const leave of [(peer: RawPeer) => peer.end(), (peer: RawPeer) => peer.socket.destroy()]) {
      const client = await connect();
      await client.send(withLength(PLAIN).slice(0, headOf("Content-Length: 118").length + 1));
      await settle();
      leave(client);
    }
    await untilRecords(2);
    expect(gate.records).toMatchObject([
      { status: 0, bytesIn: 1, end: "client" },
      { status: 0, bytesIn: 1, end: "client" },
    ]);
    expect(engine.connections).toHaveLength(0);
  });

  test("a broken coding is refused as such", async () => {
    const { ask, engine } = await openRig({ env: JUDGED, script: DONE });
    const answer = await ask(`${headOf("Transfer-Encoding: chunked")}1\r\nP\r\nx\r\n`);
    expect(refusalOf(answer)).toMatchObject({ status: 400, code: "bad_chunk" });
    expect(engine.connections).toHaveLength(0);
  });

  test("extensions of chunks do not hide them, and travel no further", async () => {
    const { ask, engine } = await openRig({ env: JUDGED, script: DONE });
    const body = (second: string): string =>
      `${headOf("Transfer-Encoding: chunked")}001;a="BZh"\r\nP\r\n1;b=c\r\n${second}\r\n6\r\nM\u0018\0\0\0\0\r\n0\r\n\r\n`;
    expect(refusalOf(await ask(body("*")))).toMatchObject({ status: 403 });
    expect(statusOf(await ask(body("A")))).toBe(200);
    expect(engine.connections[0]?.text).toContain("\r\n\r\n8\r\nPAM\u0018\0\0\0\0\r\n0\r\n\r\n");
  });

  test("a client that asks is told to send them", async () => {
    const { connect, engine } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    const expecting = "Expect: 100-continue\r\n";
    await client.send(headOf(`Content-Length: ${PLAIN.length}`, "x", expecting));
    await client.until(CONTINUE);
    expect(engine.connections).toHaveLength(0);
    await client.send(PLAIN);
    await client.until("done");
    expect(client.text).toBe(CONTINUE + answerOf("done"));
    await client.send(headOf("Content-Length: 8", "x", expecting));
    await client.until(`done${CONTINUE}`);
    await client.send("BZh91234");
    await client.until("power_denied");
    expect(client.text).not.toContain("Connection: close");
  });

  test("a path that is not held is refused without a wait for them", async () => {
    const env = { ...JUDGED, QUAYGATE_POWERS: "none,write-file:/tmp/**" };
    const { ask, engine } = await openRig({ env, script: DONE });
    expect(refusalOf(await ask(headOf("Content-Length: 1000000")))).toMatchObject({ status: 403 });
    expect(engine.connections).toHaveLength(0);
  });
});

describe("behind them", () => {
  test("a long body streams, no faster than the engine reads, and arrives unchanged", async () => {
    const total = 64 * 1024 * 1024;
    const { connect, engine } = await openRig({ env: JUDGED, script: SILENT });
    const client = await connect();
    await client.send(headOf(`Content-Length: ${total + 5}`), "PLAIN");
    const connection = await engine.connection();
    await connection.until("\r\n\r\nPLAIN");
    connection.socket.pause();
    const flood = new Flood(client.socket, total);
    await flood.untilStalled();
    expect(flood.taken).toBeLessThan(total);
    connection.socket.resume();
    await eventually(() => flood.taken === total, "all of it is taken");
    const bodyStart = connection.text.indexOf("\r\n\r\nPLAIN") + 9;
    await eventually(() => connection.count === bodyStart + total, "all of it has arrived");
    expect(digestOf(connection.received.subarray(bodyStart))).toBe(flood.digest);
    await connection.send(answerOf("done"));
    expect(statusOf(await client.next())).toBe(200);
  });

  test("no deadline is left", async () => {
    let now = 0;
    const { connect, engine } = await openRig({
      client: "unix",
      env: JUDGED,
      clock: { now: () => now },
    });
    const client = await connect();
    await client.send(headOf("Content-Length: 1000"), "PLAIN");
    const connection = await engine.connection();
    await connection.until("PLAIN");
    now = 1_000_000;
    await settle(2_200);
    expect(client.over).toBe(false);
    await connection.send(answerOf("no such container", "404 Not Found"));
    expect(statusOf(await client.next())).toBe(404);
  });

  test("a long compressed body is refused and the connection closed", async () => {
    const { ask, engine } = await openRig({ env: JUDGED, script: DONE });
    const answer = await ask(`${headOf("Content-Length: 100000000")}BZh9`);
    expect(refusalOf(answer)).toMatchObject({ status: 403, code: "power_denied" });
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    expect(engine.connections).toHaveLength(0);
  });
});

test("where every decompressing is held, the engine hears of the request before its body comes", async () => {
  const { connect, engine } = await openRig({ env: DECOMPRESSING, script: SILENT });
  const client = await connect();
  await client.send(headOf("Content-Length: 1000"));
  await (await engine.connection()).until(headOf("Content-Length: 1000", "docker"));
});

test("where one kind is held, a body of that kind is served and of another is not", async () => {
  const env = { ...JUDGED, QUAYGATE_POWERS: "default,decompress:gzip" };
  const { ask } = await openRig({ env, script: DONE });
  expect(statusOf(await ask(withLength(GZIP ?? "")))).toBe(200);
  expect(statusOf(await ask(withLength(XZ ?? "")))).toBe(403);
});
