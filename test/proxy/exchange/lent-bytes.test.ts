import { expect, test } from "vitest";
import { eventually, type RawPeer, statusOf } from "../../support/raw-peer.ts";
import { openRig, PLACES } from "../rig.ts";

/** More than sockets hold between an engine and a client that does not read. */
const LENGTH = 12 * 1024 * 1024;
/** Less than a socket's high-water mark, so that more is read while the one before waits to be written. */
const PART = 3000;

/** Bytes of which each tells its place. */
const content: Buffer = Buffer.allocUnsafe(LENGTH);
for (let at = 0; at < LENGTH; at += 4) content.writeUInt32BE(at, at);

/** Where two texts begin to differ; undefined where they are the same. */
function differenceOf(one: Buffer, other: Buffer): number | undefined {
  if (one.equals(other)) return undefined;
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at === -1 ? one.length : at;
}

/** Sends so that the gate reads each part by itself, as those of a program that logs: more follow while some wait to be written. */
async function sendParts(engine: RawPeer, frame: (part: Buffer) => Buffer): Promise<void> {
  for (let at = 0; at < LENGTH; at += PART) {
    engine.socket.write(frame(content.subarray(at, at + PART)));
    await new Promise((resolve) => setImmediate(resolve));
    if (engine.socket.writableNeedDrain) await new Promise((resolve) => engine.socket.once("drain", resolve));
  }
}

/** Reads nothing until the gate has stopped reading too, then all of it, with pauses. */
async function readSlowly(client: RawPeer): Promise<void> {
  client.socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (let turn = 0; turn < 20; turn += 1) {
    client.socket.resume();
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.socket.resume();
}

const REQUEST = "GET /containers/web/logs?follow=1 HTTP/1.1\r\nHost: x\r\n\r\n";
const ATTACH =
  "POST /containers/web/attach?stream=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

const plain = (part: Buffer): Buffer => part;
const chunk = (part: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]);

const FRAMINGS = [
  {
    name: "with a length",
    request: REQUEST,
    head: `HTTP/1.1 200 OK\r\nContent-Length: ${LENGTH}\r\n\r\n`,
    frame: plain,
  },
  {
    name: "in chunks",
    request: REQUEST,
    head: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    frame: chunk,
  },
  { name: "until the engine closes", request: REQUEST, head: "HTTP/1.1 200 OK\r\n\r\n", frame: plain },
  {
    name: "of a raw stream",
    request: ATTACH,
    head: "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    frame: plain,
  },
] as const;

test.each(FRAMINGS.flatMap((framing) => PLACES.map((places) => ({ ...framing, ...places }))))(
  "every byte $name arrives as it was sent, although the client ($client) stalls while the engine ($engine) writes on",
  async ({ request, head, frame, client: clientPlace, engine: enginePlace }) => {
    const { connect } = await openRig({
      client: clientPlace,
      engine: enginePlace,
      script: async (engine) => {
        await engine.until("\r\n\r\n");
        engine.socket.write(head);
        await sendParts(engine, frame);
        engine.socket.end(frame === chunk ? "0\r\n\r\n" : "");
      },
    });
    const clients = await Promise.all([connect(), connect()]);
    for (const client of clients) await client.send(request);
    await Promise.all(clients.map(readSlowly));
    for (const client of clients) {
      const isRaw = request === ATTACH;
      const whole = (): number => client.received.indexOf("\r\n\r\n") + 4;
      if (isRaw) {
        await eventually(() => client.count >= whole() + LENGTH, "all of it arrives");
        expect(differenceOf(client.received.subarray(whole()), content)).toBeUndefined();
      } else {
        const answer = await client.next();
        expect(statusOf(answer)).toBe(200);
        expect(differenceOf(answer.body, content)).toBeUndefined();
      }
    }
  },
);
