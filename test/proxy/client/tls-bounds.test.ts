import { connect } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { FAIR_MULTIPLE, HANDSHAKE_DEADLINE, HANDSHAKE_LIMIT } from "../../../src/proxy/limits.ts";
import { RawPeer, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig, type Rig } from "../rig.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
/** What one address alone gets of so many. */
const SHARE = (HANDSHAKE_LIMIT * FAIR_MULTIPLE) / (FAIR_MULTIPLE + 1);

/** A gate whose waits a test ends. */
function openWaiting(): Promise<Rig> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return openRig({ client: "tls", script: answerEach(answerOf("done")) });
}

/** Connects below TLS, and says nothing. */
async function connectSilently(rig: Rig, from?: string): Promise<RawPeer> {
  const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port: rig.gate.port }, from);
  onTestFinished(() => {
    peer.socket.destroy();
  });
  return peer;
}

test("a client that does not go on with its handshake is cut", async () => {
  const rig = await openWaiting();
  const silent = await connectSilently(rig);
  await silent.send(Buffer.from("160301", "hex"));
  const other = await rig.connect();
  vi.advanceTimersByTime(HANDSHAKE_DEADLINE - 1);
  await other.send(GET);
  expect(statusOf(await other.next())).toBe(200);
  expect(silent.over).toBe(false);
  vi.advanceTimersByTime(1);
  await silent.untilOver();
  // Who is through is watched by other deadlines.
  await other.send(GET);
  expect(statusOf(await other.next())).toBe(200);
});

test("an address with too many handshakes gets no more, and another gets its own", async () => {
  const rig = await openWaiting();
  const silent = await Promise.all(Array.from({ length: SHARE }, () => connectSilently(rig)));
  const late = await connectSilently(rig);
  await late.untilOver();
  expect(silent.filter(({ over }) => over)).toEqual([]);
  const other = await rig.connect("127.0.0.2");
  await other.send(GET);
  expect(statusOf(await other.next())).toBe(200);
  vi.advanceTimersByTime(HANDSHAKE_DEADLINE);
  await Promise.all(silent.map((peer) => peer.untilOver()));
  const again = await rig.connect();
  await again.send(GET);
  expect(statusOf(await again.next())).toBe(200);
});

test("more connections than handshakes may be under way are open together", async () => {
  const rig = await openRig({ client: "tls", script: answerEach(answerOf("done")) });
  for (let count = 0; count <= HANDSHAKE_LIMIT; count += 1) {
    await rig.connect();
  }
  const last = await rig.connect();
  await last.send(GET);
  expect(statusOf(await last.next())).toBe(200);
});

test("a gate that stops cuts who is in the handshake", async () => {
  const rig = await openRig({ client: "tls" });
  const silent = connect({ host: "127.0.0.1", port: rig.gate.port });
  silent.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    silent.on("close", () => resolve());
  });
  // Once this one is through, the gate has the silent one too.
  await rig.connect();
  await rig.gate.gate.drain();
  await closed;
  expect(silent.destroyed).toBe(true);
});
