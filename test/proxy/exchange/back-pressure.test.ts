import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, settle } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { digestOf, Flood } from "../flood.ts";
import { openTunnel } from "../open-tunnel.ts";
import { openRig, type Way } from "../rig.ts";

const MEBIBYTE = 1024 * 1024;

/**
 * How much a sender can get rid of while its receiver reads nothing. On unix sockets the kernel holds a few hundred
 * KiB; on TCP it holds many MiB of its own. What the gate holds beyond that would grow with the flood.
 */
const CASES: readonly { readonly kind: Way; readonly flood: number; readonly bound: number }[] = [
  { kind: "unix", flood: 16 * MEBIBYTE, bound: 2 * MEBIBYTE },
  { kind: "tcp", flood: 96 * MEBIBYTE, bound: 80 * MEBIBYTE },
  { kind: "tls", flood: 96 * MEBIBYTE, bound: 80 * MEBIBYTE },
];

/** The receiver reads on from its `start`-th byte, and gets every byte of the flood. */
async function expectWhole(receiver: RawPeer, start: number, flood: Flood): Promise<void> {
  receiver.socket.resume();
  await eventually(
    () => receiver.count >= start + flood.total,
    () => `the whole flood; ${receiver.count} bytes came`,
  );
  expect(digestOf(receiver.received.subarray(start, start + flood.total))).toBe(flood.digest);
}

describe.each(CASES)("over $kind", ({ kind, flood: total, bound }) => {
  const places = { client: kind, engine: kind === "tls" ? "unix" : kind } as const;

  test("an upload waits for an engine that does not read, and arrives whole when it does", async () => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send(`POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: ${total}\r\n\r\n`);
    const connection = await engine.connection();
    await connection.until("\r\n\r\n");
    connection.socket.pause();
    const start = connection.count;
    const flood = new Flood(client.socket, total);
    await flood.untilStalled();
    expect(flood.taken).toBeGreaterThan(0);
    expect(flood.taken).toBeLessThan(bound);
    await expectWhole(connection, start, flood);
    await connection.send(answerOf("done"));
    await client.until("done");
  });

  test.each([
    { framing: "a length", field: `Content-Length: ${total}\r\n` },
    { framing: "the end of the connection", field: "" },
  ])("a download framed by $framing waits for a client that does not read", async ({ field }) => {
    const { engine, connect } = await openRig(places);
    const client = await connect();
    await client.send("GET /images/a/get HTTP/1.1\r\nHost: x\r\n\r\n");
    const connection = await engine.connection();
    await connection.next();
    await connection.send(`HTTP/1.1 200 OK\r\n${field}\r\n`);
    await client.until("\r\n\r\n");
    client.socket.pause();
    const start = client.count;
    const flood = new Flood(connection.socket, total);
    await flood.untilStalled();
    expect(flood.taken).toBeGreaterThan(0);
    expect(flood.taken).toBeLessThan(bound);
    await expectWhole(client, start, flood);
  });

  test("input in a tunnel waits for an engine that does not read", async () => {
    const { client, server } = await openTunnel(places);
    server.socket.pause();
    const start = server.count;
    const flood = new Flood(client.socket, total);
    await flood.untilStalled();
    expect(flood.taken).toBeGreaterThan(0);
    expect(flood.taken).toBeLessThan(bound);
    // The other direction is not held up.
    await server.send("output all the same");
    await client.until("output all the same");
    await expectWhole(server, start, flood);
  });

  test("output in a tunnel waits for a client that does not read", async () => {
    const { client, server } = await openTunnel(places);
    client.socket.pause();
    const start = client.count;
    const flood = new Flood(server.socket, total);
    await flood.untilStalled();
    expect(flood.taken).toBeGreaterThan(0);
    expect(flood.taken).toBeLessThan(bound);
    await client.send("input all the same");
    await server.until("input all the same");
    await expectWhole(client, start, flood);
  });
});

test("a chunked upload waits as well, and its content arrives whole", async () => {
  const { engine, connect } = await openRig({ client: "unix" });
  const client = await connect();
  await client.send("POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000000\r\n");
  const connection = await engine.connection();
  await connection.until("\r\n\r\n");
  connection.socket.pause();
  const flood = new Flood(client.socket, 16 * MEBIBYTE);
  await flood.untilStalled();
  expect(flood.taken).toBeGreaterThan(0);
  expect(flood.taken).toBeLessThan(2 * MEBIBYTE);
  connection.socket.resume();
  await eventually(() => flood.taken === flood.total, "all is sent");
  await client.send("\r\n0\r\n\r\n");
  const { body } = await connection.next();
  expect(digestOf(body)).toBe(flood.digest);
});

test("a raw stream in place of an upgrade waits for a client that does not read", async () => {
  const { engine, connect } = await openRig({ client: "unix" });
  const client = await connect();
  await client.send("POST /exec/e1/start HTTP/1.1\r\nHost: x\r\nUpgrade: tcp\r\n\r\n");
  const connection = await engine.connection();
  await connection.until("\r\n\r\n");
  await connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n");
  await client.until("\r\n\r\n");
  client.socket.pause();
  const start = client.count;
  const flood = new Flood(connection.socket, 16 * MEBIBYTE);
  await flood.untilStalled();
  expect(flood.taken).toBeGreaterThan(0);
  expect(flood.taken).toBeLessThan(2 * MEBIBYTE);
  await expectWhole(client, start, flood);
});

test("a client that sends more requests early than may wait is cut, so that it can't be gone unseen", async () => {
  const { engine, connect, gate, untilRecords } = await openRig({ client: "unix" });
  const client = await connect();
  const request = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
  await client.send(request);
  const connection = await engine.connection();
  await connection.next();
  const flood = new Flood(client.socket, 8 * MEBIBYTE);
  await client.untilOver();
  await connection.untilOver();
  await untilRecords(1);
  expect(flood.taken).toBeLessThan(MEBIBYTE);
  expect(connection.unread).toBe("");
  expect(gate.records).toMatchObject([{ operation: "SystemVersion", end: "gate", status: 0 }]);
});

test("a client that does not read holds up nobody else", async () => {
  const { engine, connect, ask } = await openRig({
    client: "unix",
    script: (connection, index) => {
      if (index > 0) {
        return answerEach(answerOf("done"))(connection, index);
      }
    },
  });
  const stalled = await connect();
  await stalled.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  stalled.socket.pause();
  const connection = await engine.connection();
  await connection.next();
  await connection.send("HTTP/1.1 200 OK\r\n\r\n");
  const flood = new Flood(connection.socket, 16 * MEBIBYTE);
  await flood.untilStalled();
  const answer = await ask("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(answer.body.toString()).toBe("done");
  await settle();
  expect(flood.taken).toBeLessThan(2 * MEBIBYTE);
});
