import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf, settle } from "../../support/raw-peer.ts";
import type { Place } from "../../support/scripted-engine.ts";
import { openRig, type Rig } from "../rig.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
/** Longer than any test, so that a stop that waits for the grace time fails. */
const LONG = { CONTAINERS: "1", SERVICES: "1", TASKS: "1", IMAGES: "1", POST: "1", QUAYGATE_GRACE: "3600" };
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const REASON = "the gate is stopping, and does not wait for a stream that only watches";

interface Watched {
  readonly rig: Rig;
  readonly client: RawPeer;
  readonly engine: RawPeer;
}

/** Sends a request that reaches the engine, which answers nothing yet. */
async function watch(place: Place, target: string, version = "1.1"): Promise<Watched> {
  const rig = await openRig({ client: place, env: LONG });
  const client = await rig.connect();
  client.socket.on("end", () => client.end());
  await client.send(`GET ${target} HTTP/${version}\r\nHost: x\r\n\r\n`);
  const engine = await rig.engine.connection();
  await engine.next({ headOnly: true });
  return { rig, client, engine };
}

describe.each(KINDS)("over %s a gate that drains", (place) => {
  test.each([
    "/events",
    "/v1.41/containers/web/logs?follow=1&stdout=1",
    "/containers/web/stats",
    "/services/web/logs?follow=true",
  ])(
    "ends %s at once, with what was sent and as an engine does that stops: without the end of the body",
    async (target) => {
      const { rig, client, engine } = await watch(place, target);
      await engine.send(CHUNKED, "5\r\nfirst\r\n");
      await client.until("first");
      await rig.gate.gate.drain();
      await client.untilOver();
      expect(client.text.endsWith("5\r\nfirst\r\n")).toBe(true);
      expect(client.failure).toBeUndefined();
      await engine.untilOver();
      expect(rig.gate.records).toMatchObject([
        { status: 200, code: undefined, reason: REASON, bytesOut: 5, end: "gate" },
      ]);
    },
  );

  test("answers 503 where nothing of the stream has come yet", async () => {
    const { rig, client } = await watch(place, "/containers/web/stats");
    await rig.gate.gate.drain();
    expect(refusalOf(await client.next())).toStrictEqual({
      status: 503,
      code: "draining",
      message: `quaygate: ${REASON}`,
    });
    await client.untilOver();
    expect(rig.gate.records).toMatchObject([{ status: 503, code: "draining", end: "gate" }]);
  });

  test("does not wait for a watcher that has stopped reading", async () => {
    const { rig, client, engine } = await watch(place, "/events");
    client.socket.pause();
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    await engine.send(CHUNKED);
    for (let sent = 0; sent < 200; sent += 1) engine.socket.write(chunk);
    await eventually(() => engine.socket.writableLength > 0, "the engine's connection to be full");
    await settle(100);
    await rig.gate.gate.drain();
    expect(rig.gate.records).toMatchObject([{ end: "gate", reason: REASON }]);
  });

  test.each([
    "/containers/web/logs?stdout=1",
    "/containers/web/stats?stream=0",
    "/events?until=4000000000",
    "/containers/web/export",
    "/images/web/get",
  ])("waits for %s, which ends by itself", async (target) => {
    const { rig, client, engine } = await watch(place, target);
    await engine.send(CHUNKED, "5\r\nfirst\r\n");
    await client.until("first");
    const over = rig.gate.gate.drain();
    await engine.send("0\r\n\r\n");
    expect((await client.next()).body.toString()).toBe("first");
    await client.untilOver();
    client.end();
    await over;
    expect(rig.gate.records).toMatchObject([{ status: 200, reason: undefined, end: "complete" }]);
  });
});

test("a stream to a client of HTTP/1.0 breaks off in a way that nobody takes for its end", async () => {
  const { rig, client, engine } = await watch("tcp", "/events", "1.0");
  await engine.send(CHUNKED, "5\r\nfirst\r\n");
  await client.until("first");
  await rig.gate.gate.drain();
  await client.untilOver();
  expect(client.failure).toMatch(/ECONNRESET/u);
});
