import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig, type Rig } from "../rig.ts";
import { DONE_OR_STREAM, streamOn } from "../streams.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const CLOSING_GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const LIMIT = 16;
/** As many of them as one address gets. */
const MOST = 14;
const HEAVY = "127.0.0.2";
const LIGHT = "127.0.0.3";

async function flood(rig: Rig, count: number, act: (peer: RawPeer) => Promise<void>): Promise<RawPeer[]> {
  const peers: RawPeer[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const peer = await rig.connect(HEAVY);
    await act(peer);
    peers.push(peer);
  }
  return peers;
}

const nothing = (): Promise<void> => Promise.resolve();

/** Another address gets what it asks for, again and again. */
async function expectServed(rig: Rig): Promise<void> {
  for (let count = 0; count < 5; count += 1) {
    expect(statusOf(await rig.ask(CLOSING_GET, LIGHT))).toBe(200);
  }
}

describe("one address does not lock out another", () => {
  test("with connections on which it says nothing: they end without a word or a record", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: LIMIT });
    const idle = await flood(rig, 3 * LIMIT, nothing);
    await expectServed(rig);
    const over = idle.filter((peer) => peer.over);
    expect(over.length).toBeGreaterThanOrEqual(3 * LIMIT - MOST);
    expect(over.every(({ text, failure }) => text === "" && failure === undefined)).toBe(true);
    expect(rig.gate.records.every(({ address }) => address === LIGHT)).toBe(true);
  });

  test("with heads that it does not end: their connections are told why", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: LIMIT });
    const slow = await flood(rig, 3 * LIMIT, (peer) => peer.send(GET.slice(0, 20)));
    await expectServed(rig);
    const [first] = slow;
    expect(first === undefined ? undefined : refusalOf(await first.next())).toEqual({
      status: 503,
      code: "too_many_connections",
      message: `quaygate: ${HEAVY} has most of the connections, and others want in; try again`,
    });
    expect(rig.gate.records[0]).toMatchObject({
      verdict: "refuse",
      code: "too_many_connections",
      address: HEAVY,
    });
  });

  test("with streams: they go on, and what comes beyond its share is told so", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: LIMIT });
    const streams = await flood(rig, MOST, streamOn);
    const beyond = await flood(rig, LIMIT, nothing);
    for (const peer of beyond) {
      expect(refusalOf(await peer.next())).toEqual({
        status: 503,
        code: "too_many_connections",
        message:
          `quaygate: ${HEAVY} uses ${MOST} of the ${LIMIT} connections, ` +
          "and the last ones are kept for others; try again",
      });
    }
    await expectServed(rig);
    expect(streams.every((peer) => !peer.over)).toBe(true);
  });

  test("with nonsense that is answered and never read to its end", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: LIMIT });
    const refused = await flood(rig, 3 * LIMIT, (peer) => peer.send("nonsense\r\n\r\n"));
    await expectServed(rig);
    await eventually(() => refused.every((peer) => peer.over), "all of them are over");
  });

  test("with connections that come and go", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: LIMIT });
    let isOver = false;
    const churn = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        // A connection that is cut at once may fail to open.
        const peers = await flood(rig, LIMIT, (peer) => peer.send(GET)).catch(() => []);
        peers.forEach((peer) => peer.reset());
      }
    });
    for (let round = 0; round < 5; round += 1) {
      await expectServed(rig);
    }
    isOver = true;
    await Promise.all(churn);
  });

  test("with all of that at once", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: LIMIT });
    const streams = await flood(rig, MOST / 2, streamOn);
    await flood(rig, LIMIT, nothing);
    await flood(rig, LIMIT, (peer) => peer.send(GET.slice(0, 20)));
    await flood(rig, LIMIT, (peer) => peer.send("nonsense\r\n\r\n"));
    await expectServed(rig);
    expect(streams.every((peer) => !peer.over)).toBe(true);
  });
});

describe("who gives way", () => {
  test("is the connection that has been idle longest, and never that of an address with few", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: 8 });
    const light = await rig.connect(LIGHT);
    await light.send(GET);
    expect(statusOf(await light.next())).toBe(200);
    const heavy = await flood(rig, 7, async (peer) => {
      await peer.send(GET);
      expect(statusOf(await peer.next())).toBe(200);
    });
    // The oldest asks once more, and so is no longer the one that waited longest.
    const [first, second, ...others] = heavy;
    await first?.send(GET);
    await first?.next();
    expect(statusOf(await rig.ask(GET, "127.0.0.4"))).toBe(200);
    await second?.untilOver();
    expect([first, ...others, light].map((peer) => peer?.over)).toEqual(
      Array.from({ length: 7 }, () => false),
    );
  });

  test("is one that has had its last answer before one that has not begun", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: 4 });
    const [fresh] = await flood(rig, 1, nothing);
    await flood(rig, 8, async (peer) => {
      await peer.send(CLOSING_GET);
      expect(statusOf(await peer.next())).toBe(200);
    });
    await fresh?.send(GET);
    expect(fresh === undefined ? 0 : statusOf(await fresh.next())).toBe(200);
  });

  test("is an idle one before one that has begun a head", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: 4 });
    const [begun] = await flood(rig, 1, (peer) => peer.send(GET.slice(0, 20)));
    const idle = await flood(rig, 3, nothing);
    await expectServed(rig);
    expect(idle.some((peer) => peer.over)).toBe(true);
    await begun?.send(GET.slice(20));
    expect(begun === undefined ? 0 : statusOf(await begun.next())).toBe(200);
  });

  test("is nobody while an answer is still on its way to a slow reader", async () => {
    const long = "x".repeat(8 * 1024 * 1024);
    const rig = await openRig({ script: answerEach(answerOf(long)), connectionLimit: 1 });
    const slow = await rig.connect(HEAVY);
    slow.socket.pause();
    await slow.send(GET);
    await settle(500);
    expect(statusOf(await rig.ask(GET, LIGHT))).toBe(503);
    slow.socket.resume();
    expect((await slow.next()).body.length).toBe(long.length);
  });

  test("is nobody of an address with fewer, whatever one with streams wants", async () => {
    const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: 8 });
    await flood(rig, 6, streamOn);
    const light = [await rig.connect(LIGHT), await rig.connect(LIGHT)];
    const beyond = await rig.connect(HEAVY);
    expect(refusalOf(await beyond.next()).message).toBe(
      `quaygate: all 8 connections are in use, 6 of them by ${HEAVY}; try again`,
    );
    expect(light.some((peer) => peer.over)).toBe(false);
  });

  test("is one of the same unix socket, whose clients have no address of their own", async () => {
    const rig = await openRig({ client: "unix", script: DONE_OR_STREAM, connectionLimit: 4 });
    for (let count = 0; count < 12; count += 1) {
      await rig.connect();
    }
    expect(statusOf(await rig.ask(GET))).toBe(200);
  });

  test("is closed in peace only so often at one time, and then cut", async () => {
    const rig = await openRig({ client: "unix", script: DONE_OR_STREAM, connectionLimit: 2 });
    const peers = await Promise.all(Array.from({ length: 300 }, () => rig.connect()));
    await eventually(() => peers.filter((peer) => peer.over).length === 298, "all but two gave way");
    for (const peer of peers) {
      peer.socket.write("x");
    }
    await settle();
    expect(peers.filter(({ failure }) => failure === undefined).length).toBeLessThanOrEqual(102);
  });
});
