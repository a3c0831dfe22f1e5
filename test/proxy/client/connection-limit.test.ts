import { describe, expect, onTestFinished, test, vi } from "vitest";
import { SILENCE_DEADLINE } from "../../../src/proxy/limits.ts";
import { eventually, RawPeer, refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import type { Place } from "../../support/scripted-engine.ts";
import { openRig, type Rig } from "../rig.ts";
import { DONE_OR_STREAM, streamOn } from "../streams.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
/** As many as are told at one time that the gate is full, of one address. */
const TOLD_AT_ONCE = 88;

/** Connects, and begins what is never cut for another connection. */
async function occupy({ connect }: Rig): Promise<RawPeer> {
  const client = await connect();
  await streamOn(client);
  return client;
}

/** Asks on new connections until one of them is let in. */
async function untilLetIn({ connect }: Rig): Promise<void> {
  let status = 0;
  while (status !== 200) {
    const client = await connect();
    await client.send(GET);
    status = statusOf(await client.next());
    client.socket.destroy();
  }
}

describe.each(KINDS)("over %s", (client) => {
  test("a connection beyond the limit is told so behind the first bytes of its request, as Go's clients need it", async () => {
    const rig = await openRig({ client, script: DONE_OR_STREAM, connectionLimit: 1 });
    await occupy(rig);
    // Nobody is silent for too long.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const second = await rig.connect();
    await eventually(() => rig.gate.records.length === 1, "it is refused");
    await settle();
    expect(second.unread).toBe("");
    await second.send("G");
    expect(statusOf(await second.next())).toBe(503);
    const silent = await rig.connect();
    await eventually(() => rig.gate.records.length === 2, "the silent one is refused");
    vi.advanceTimersByTime(SILENCE_DEADLINE);
    expect(statusOf(await silent.next())).toBe(503);
  });

  test("a connection beyond the limit is told so, and closed, before it has said a word", async () => {
    const rig = await openRig({ client, script: DONE_OR_STREAM, connectionLimit: 2 });
    const first = await occupy(rig);
    const second = await occupy(rig);
    const third = await rig.connect();
    const answer = await third.next();
    expect(refusalOf(answer)).toStrictEqual({
      status: 503,
      code: "too_many_connections",
      message: expect.stringMatching(
        /^quaygate: all 2 connections are in use, 2 of them by (?:127\.0\.0\.1|unix:\/\/\/.*\/gate\.sock); try again$/u,
      ),
    });
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await third.untilOver();
    expect(third.unread).toBe("");
    for (const taken of [first, second]) {
      expect(taken.over).toBe(false);
    }
  });

  test("what a connection beyond the limit sends reaches no engine", async () => {
    const rig = await openRig({ client, script: DONE_OR_STREAM, connectionLimit: 1 });
    await occupy(rig);
    const { bytes } = rig.engine;
    const second = await rig.connect();
    await second.send(GET, "x".repeat(64 * 1024), GET);
    expect(statusOf(await second.next())).toBe(503);
    await second.untilOver();
    await settle();
    expect(second.failure).toBeUndefined();
    expect(rig.engine.bytes).toBe(bytes);
    expect(rig.gate.records).toMatchObject([
      { verdict: "refuse", code: "too_many_connections", status: 503, method: undefined },
    ]);
  });

  test.each([
    { how: "ends", leave: (peer: RawPeer) => peer.end() },
    { how: "is closed", leave: (peer: RawPeer) => peer.socket.destroy() },
    { how: "breaks", leave: (peer: RawPeer) => peer.reset() },
    {
      how: "is cut by the gate",
      leave: (peer: RawPeer) => void peer.send(GET, "x".repeat(100_000)),
    },
  ])("another one gets in when one $how", async ({ leave }) => {
    const rig = await openRig({ client, script: DONE_OR_STREAM, connectionLimit: 2 });
    const first = await occupy(rig);
    const second = await occupy(rig);
    leave(first);
    await untilLetIn(rig);
    expect(second.over).toBe(false);
  });

  test("a connection in the middle of an exchange counts until it is gone", async () => {
    const rig = await openRig({ client, connectionLimit: 1 });
    const first = await rig.connect();
    await first.send(GET);
    const connection = await rig.engine.connection();
    await connection.next();
    expect(statusOf(await rig.ask(GET))).toBe(503);
    first.socket.destroy();
    await connection.untilOver();
    expect(statusOf(await rig.ask(GET))).toBe(503);
    connection.end();
    while (rig.engine.connections.length === 1) {
      const next = await rig.connect();
      await next.send(GET);
      await eventually(
        () => next.over || rig.engine.connections.length > 1,
        "an answer, or the engine is asked",
      );
    }
    const fresh = await rig.engine.connection(1);
    expect((await fresh.next()).startLine).toBe("GET /containers/json HTTP/1.1");
  });

  test("beyond what one address may have of 100 that are being told so, a connection is cut without a word", async () => {
    const rig = await openRig({ client, script: DONE_OR_STREAM, connectionLimit: 1 });
    await occupy(rig);
    // They leave their direction open, so the gate still has them.
    const told = await Promise.all(Array.from({ length: TOLD_AT_ONCE }, () => rig.connect()));
    // At once, for the gate lets go of the first of them after two seconds; it takes connections in their order.
    const cut = await rig.connect();
    for (const peer of told) {
      expect(statusOf(await peer.next())).toBe(503);
    }
    await cut.untilOver();
    expect(cut.text).toBe("");
    for (const peer of told) {
      peer.end();
    }
    await eventually(() => told.every(({ closed }) => closed), "those that were told are gone");
    let told503 = false;
    while (!told503) {
      const later = await rig.connect();
      await later.untilOver();
      told503 = later.text.startsWith("HTTP/1.1 503 Service Unavailable\r\n");
    }
    expect(told503).toBe(true);
  });
});

test("a connection that was told so may send all of a long body first", async () => {
  const rig = await openRig({ client: "unix", script: DONE_OR_STREAM, connectionLimit: 1 });
  await occupy(rig);
  const second = await rig.connect();
  second.socket.end(Buffer.alloc(1024 * 1024, "x"));
  await eventually(() => second.closed, "the connection closes");
  expect(second.failure).toBeUndefined();
  expect(statusOf(await second.next())).toBe(503);
});

test("a connection that was told so and stays is cut after a while", async () => {
  const rig = await openRig({ script: DONE_OR_STREAM, connectionLimit: 1 });
  await occupy(rig);
  const second = await rig.connect();
  await second.untilOver();
  await eventually(() => {
    second.socket.write("more");
    return second.failure !== undefined;
  }, "the connection is cut");
});

test("the bound holds over all the places that a gate listens on together", async () => {
  const rig = await openRig({
    script: DONE_OR_STREAM,
    connectionLimit: 1,
    env: { CONTAINERS: "1", QUAYGATE_LISTEN: "tcp://127.0.0.1:0,tcp://[::1]:0" },
  });
  const [, other] = rig.gate.gate.listening;
  await occupy(rig);
  if (other === undefined) {
    throw new Error("the gate listens at one place only");
  }
  const second = await RawPeer.connect(other);
  expect(statusOf(await second.next())).toBe(503);
  second.socket.destroy();
});
