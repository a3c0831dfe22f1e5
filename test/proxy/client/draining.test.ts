import { describe, expect, onTestFinished, test } from "vitest";
import type { AuditRecord } from "../../../src/audit/record.ts";
import { grantFromSwitches } from "../../../src/policy/grant.ts";
import { openListener } from "../../../src/proxy/client/listener.ts";
import { eventually, RawPeer, refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type Place } from "../../support/scripted-engine.ts";
import { openTunnel } from "../open-tunnel.ts";
import { openRig, type Rig } from "../rig.ts";
import { openConnections } from "../open-connections.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
const DONE = answerEach(answerOf("done"));
const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
/** Longer than any test, so that only what is awaited ends it. */
const LONG = { CONTAINERS: "1", POST: "1", BUILD: "1", EXEC: "1", QUAYGATE_GRACE: "3600" };
const NONE = { ...LONG, QUAYGATE_GRACE: "0" };
/** Long enough for a busy machine to pass a few words on before it is over. */
const FEW_SECONDS = { ...LONG, QUAYGATE_GRACE: "4" };

/** Begins to drain, and tells whether that is over. */
function drain({ gate }: Rig): { isOver(): boolean; readonly over: Promise<void> } {
  let isOver = false;
  const over = gate.gate.drain().then(() => {
    isOver = true;
  });
  return { isOver: () => isOver, over };
}

/** Sends a request on a connection of its own, which reaches the engine. */
async function begin(
  rig: Rig,
  request: string,
  index = 0,
): Promise<readonly [client: RawPeer, engine: RawPeer]> {
  const client = await rig.connect();
  await client.send(request);
  const connection = await rig.engine.connection(index);
  await connection.next({ headOnly: true });
  return [client, connection];
}

describe.each(KINDS)("over %s a gate that drains", (client) => {
  test("closes connections without a request without a word, and is done", async () => {
    const rig = await openRig({ client, env: LONG, script: DONE });
    const unused = await rig.connect();
    const used = await rig.connect();
    const begun = await rig.connect();
    await used.send(GET);
    await used.next();
    await begun.send(GET.slice(0, 10));
    await settle();
    const { over } = drain(rig);
    for (const peer of [unused, used, begun]) {
      await peer.untilOver();
      expect(peer.unread).toBe("");
      expect(peer.failure).toBeUndefined();
      peer.end();
    }
    await over;
    expect(rig.gate.records).toHaveLength(1);
  });

  test("takes no new connection", async () => {
    const rig = await openRig({ client, env: LONG });
    const [peer, connection] = await begin(rig, GET);
    const { isOver, over } = drain(rig);
    await expect(RawPeer.connect(rig.address)).rejects.toThrow(/ECONNREFUSED|ENOENT/u);
    expect(isOver()).toBe(false);
    await connection.send(answerOf("done"));
    await peer.untilOver();
    peer.end();
    await over;
  });

  test("lets an exchange under way end, tells the client that it is the last, and is done", async () => {
    const rig = await openRig({ client, env: LONG });
    const [peer, connection] = await begin(rig, GET);
    const { isOver, over } = drain(rig);
    await settle();
    expect(isOver()).toBe(false);
    await connection.send(answerOf("done"));
    const answer = await peer.next();
    expect(answer.body.toString()).toBe("done");
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await peer.untilOver();
    peer.end();
    await over;
    expect(rig.gate.records).toMatchObject([{ status: 200, end: "complete" }]);
  });

  test("lets an answer that has begun end, however long it takes", async () => {
    const rig = await openRig({ client, env: LONG });
    const [peer, connection] = await begin(rig, GET);
    await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    await peer.until("first");
    const { isOver, over } = drain(rig);
    await connection.send("6\r\nsecond\r\n");
    await peer.until("second");
    expect(isOver()).toBe(false);
    await connection.send("0\r\n\r\n");
    expect((await peer.next()).body.toString()).toBe("firstsecond");
    await peer.untilOver();
    peer.end();
    await over;
  });

  test("lets an upload under way end", async () => {
    const rig = await openRig({ client, env: LONG });
    const [peer, connection] = await begin(
      rig,
      "POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nfirst",
    );
    const { over } = drain(rig);
    await peer.send("second");
    await connection.until("firstsecond");
    await connection.send(answerOf("built"));
    expect((await peer.next()).body.toString()).toBe("built");
    await peer.untilOver();
    peer.end();
    await over;
    expect(rig.gate.records).toMatchObject([{ status: 200, bytesIn: 11, end: "complete" }]);
  });

  test("takes no other request on the connection of an exchange under way", async () => {
    const rig = await openRig({ client, env: LONG });
    const [peer, connection] = await begin(rig, GET + GET);
    await peer.send(GET);
    const { over } = drain(rig);
    await peer.send(GET);
    await connection.send(answerOf("done"));
    expect((await peer.next()).body.toString()).toBe("done");
    await peer.untilOver();
    expect(peer.unread).toBe("");
    peer.end();
    await over;
    expect(rig.engine.connections).toHaveLength(1);
    expect(connection.unread).toBe("");
    expect(rig.gate.records).toHaveLength(1);
  });

  test("opens a tunnel that was asked for before, and waits for its end", async () => {
    const rig = await openRig({ client, env: LONG });
    const [peer, connection] = await begin(
      rig,
      "POST /containers/web/attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    );
    const { isOver, over } = drain(rig);
    await connection.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\noutput");
    await peer.until("output");
    await peer.send("input");
    await connection.until("input");
    expect(isOver()).toBe(false);
    connection.end();
    peer.end();
    await over;
    expect(rig.gate.records).toMatchObject([{ status: 101, stream: "tunnel", end: "complete" }]);
  });

  test("cuts what is still under way when the grace time is over", async () => {
    const rig = await openTunnel({ client, env: FEW_SECONDS });
    const [waiting, connection] = await begin(rig, GET, 1);
    const { isOver, over } = drain(rig);
    await rig.client.send("input");
    await rig.server.until("input");
    await rig.server.send("output");
    await rig.client.until("output");
    expect(isOver()).toBe(false);
    await over;
    for (const peer of [rig.client, rig.server, waiting, connection]) {
      await peer.untilOver();
    }
    expect(waiting.text).toBe("");
  });

  test("has told of everything that it has cut when it is done", async () => {
    const rig = await openTunnel({ client, env: NONE });
    await begin(rig, GET, 1);
    const [streaming, connection] = await begin(rig, GET, 2);
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    await streaming.until("hello");
    await rig.client.send("input");
    await rig.server.until("input");
    await rig.gate.gate.drain();
    expect(rig.gate.records.toSorted((one, other) => one.status - other.status)).toMatchObject([
      { status: 0, stream: "none", bytesIn: 0, bytesOut: 0, code: undefined, end: "gate" },
      { status: 101, stream: "tunnel", bytesIn: 5, bytesOut: 0, code: undefined, end: "gate" },
      { status: 200, stream: "none", bytesIn: 0, bytesOut: 5, code: undefined, end: "gate" },
    ]);
  });

  test("and is then closed ends at once, even in the middle of an answer", async () => {
    const rig = await openTunnel({ client, env: LONG });
    const [streaming, connection] = await begin(rig, GET, 1);
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    await streaming.until("hello");
    const { isOver, over } = drain(rig);
    await settle();
    expect(isOver()).toBe(false);
    rig.gate.gate.close();
    for (const peer of [rig.client, rig.server, streaming, connection]) {
      await peer.untilOver();
    }
    await over;
    expect(rig.gate.records.map(({ end }) => end)).toStrictEqual(["gate", "gate"]);
  });
});

test("a denied request whose body comes while the gate drains is answered, and the connection closes", async () => {
  const rig = await openRig({ env: LONG });
  const client = await rig.connect();
  await client.send("POST /secrets/create HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
  expect(statusOf(await client.next())).toBe(403);
  const { over } = drain(rig);
  await client.send(`hello${GET}`);
  await client.untilOver();
  expect(client.unread).toBe("");
  client.end();
  await over;
  expect(rig.gate.records).toHaveLength(1);
  expect(rig.engine.connections).toHaveLength(0);
});

test("idle connections to the engine are closed with the gate", async () => {
  const rig = await openRig({ env: LONG, script: DONE });
  const client = await rig.connect();
  await client.send(GET);
  await client.next();
  const [connection] = rig.engine.connections;
  client.end();
  await rig.gate.gate.drain();
  await eventually(() => connection?.over === true, "the end of the engine's connection");
});

test("a connection that its client holds open is let go before the grace time is over", async () => {
  const rig = await openRig({ env: LONG });
  const client = await rig.connect();
  await client.send("nonsense\r\n\r\n");
  expect(refusalOf(await client.next())).toMatchObject({ status: 400 });
  const idle = await rig.connect();
  await settle();
  await rig.gate.gate.drain();
  expect([client.ended, idle.ended]).toStrictEqual([true, true]);
});

test("a gate that is told to drain twice is done both times, when what is under way has ended", async () => {
  const rig = await openRig({ env: LONG });
  const [client, connection] = await begin(rig, GET);
  const first = drain(rig);
  const second = drain(rig);
  await settle();
  expect([first.isOver(), second.isOver()]).toStrictEqual([false, false]);
  await connection.send(answerOf("done"));
  await client.untilOver();
  client.end();
  await Promise.all([first.over, second.over]);
  rig.gate.gate.close();
  await expect(RawPeer.connect(rig.address)).rejects.toThrow("ECONNREFUSED");
});

test("a request that comes in spite of all that is answered with 503, and reaches no engine", async () => {
  const records: AuditRecord[] = [];
  const grant = grantFromSwitches(
    { requirementOf: ({ name }) => (name === "ContainerList" ? [[]] : []) },
    () => false,
  );
  const connections = openConnections({
    grant,
    audit: (record) => records.push(record),
    isDraining: () => true,
  });
  const listener = await openListener({ kind: "tcp", host: "127.0.0.1", port: 0 }, (socket, place) =>
    connections.accept(socket, place),
  );
  onTestFinished(() => listener.close());
  const client = await RawPeer.connect(listener.address);
  onTestFinished(() => {
    client.socket.destroy();
  });
  await client.send(GET + GET);
  const answer = await client.next();
  expect(refusalOf(answer)).toStrictEqual({
    status: 503,
    code: "draining",
    message: "quaygate: the gate is stopping and takes no new request",
  });
  expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
  await client.untilOver();
  expect(client.unread).toBe("");
  expect(records).toMatchObject([{ verdict: "allow", code: "draining", status: 503, end: "complete" }]);
});
