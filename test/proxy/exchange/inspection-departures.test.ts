import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, SILENT } from "../../support/scripted-engine.ts";
import {
  DANGEROUS,
  HARMLESS,
  inChunks,
  JUDGED,
  received,
  WITH_VOLUME,
  withLength,
} from "../judged-requests.ts";
import { openRig, PLACES, type Rig } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
const PLAIN_VOLUME = answerOf('{"Driver":"local"}');
const BAD_VOLUME = answerOf('{"Driver":"plugin"}');
const VERSION = "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
/** Longer than any test, so that only what is awaited ends it. */
const LONG = { ...JUDGED, QUAYGATE_GRACE: "3600" };

interface Asked extends Rig {
  readonly client: RawPeer;
  /** The connection on which the engine was asked. */
  readonly question: RawPeer;
}

/** Opens a rig in which the engine is being asked about a volume. */
async function beginLookup(
  options: Partial<(typeof PLACES)[number]> = {},
  env: Readonly<Record<string, string>> = JUDGED,
): Promise<Asked> {
  const rig = await openRig({ ...options, env, script: SILENT });
  const client = await rig.connect();
  await client.send(withLength(WITH_VOLUME));
  const question = await rig.engine.connection();
  await question.next();
  return { ...rig, client, question };
}

describe.each(PLACES)("a client on $client of an engine on $engine", (places) => {
  test("that ends its direction while the engine is asked has the request sent, with the end behind it", async () => {
    const { client, engine, question, gate, untilRecords } = await beginLookup(places);
    client.end();
    await settle();
    await question.send(PLAIN_VOLUME);
    const connection = await engine.connection(1);
    await connection.until(received(WITH_VOLUME));
    await eventually(() => connection.ended, "the engine is told of the end");
    await connection.send(answerOf("done"));
    const answer = await client.next();
    expect(statusOf(answer)).toBe(200);
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await client.untilOver();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ verdict: "allow", status: 200, end: "complete" }]);
  });

  test("that ends its direction while the engine is asked gets the refusal as well", async () => {
    const { client, engine, question, gate, untilRecords } = await beginLookup(places);
    client.end();
    await settle();
    await question.send(BAD_VOLUME);
    expect(refusalOf(await client.next())).toMatchObject({ status: 403, code: "power_denied" });
    await client.untilOver();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ verdict: "deny", code: "power_denied", end: "complete" }]);
    expect(engine.connections).toHaveLength(1);
  });

  test.each([
    { what: "a refusal", request: withLength(DANGEROUS), status: 403 },
    { what: "an answer", request: inChunks(HARMLESS, 4), status: 200 },
  ])("that ends its direction right behind its body gets $what", async ({ request, status }) => {
    const { connect } = await openRig({ ...places, env: JUDGED, script: DONE });
    const client = await connect();
    client.socket.end(request, "latin1");
    expect(statusOf(await client.next())).toBe(status);
    await client.untilOver();
  });

  test.each([
    { how: "ends its direction", leave: (client: RawPeer) => client.end() },
    { how: "closes", leave: (client: RawPeer) => client.socket.destroy() },
  ])("that $how in the middle of its body reaches no engine", async ({ leave }) => {
    const { connect, engine, gate, untilRecords } = await openRig({ ...places, env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(withLength(HARMLESS).slice(0, -1));
    await settle();
    leave(client);
    await untilRecords(1);
    expect(gate.records).toMatchObject([
      { code: undefined, status: 0, bytesIn: HARMLESS.length - 1, bytesOut: 0, end: "client" },
    ]);
    expect(engine.connections).toHaveLength(0);
  });
});

test("a client that breaks its connection while the engine is asked takes the question with it", async () => {
  const { client, question, engine, gate, untilRecords } = await beginLookup();
  client.reset();
  await question.untilOver();
  await untilRecords(1);
  expect(gate.records).toMatchObject([{ status: 0, code: undefined, end: "client" }]);
  await question.send(PLAIN_VOLUME);
  await settle();
  expect(engine.connections).toHaveLength(1);
  expect(gate.records).toHaveLength(1);
});

test("a client whose names the engine did not explain in time is answered once, and not cut behind it", async () => {
  let now = 0;
  const { connect, engine, gate } = await openRig({
    client: "unix",
    env: JUDGED,
    script: SILENT,
    clock: { now: () => now },
  });
  const client = await connect();
  await client.send(withLength(WITH_VOLUME));
  const question = await engine.connection();
  await question.next();
  now = 10_000;
  expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
  await client.untilOver();
  await question.untilOver();
  // The gate reads on for a while, by a clock that stands: a write only fails if it has closed.
  const failure = await new Promise((resolve) => {
    client.socket.write("more", resolve);
  });
  expect(failure ?? undefined).toBeUndefined();
  expect(gate.records).toHaveLength(1);
});

test("what a client sends while the engine is asked waits for its turn", async () => {
  const { client, question, engine } = await beginLookup();
  await client.send(withLength(DANGEROUS), VERSION);
  await settle();
  expect(client.text).toBe("");
  expect(engine.connections).toHaveLength(1);
  await question.send(BAD_VOLUME);
  expect([statusOf(await client.next()), statusOf(await client.next())]).toStrictEqual([403, 403]);
  const connection = await engine.connection(1);
  expect((await connection.next()).startLine).toBe("GET /version HTTP/1.1");
  await connection.send(answerOf("done"));
  expect(statusOf(await client.next())).toBe(200);
});

test("a client that sends more than 64 KiB while the engine is asked is cut, and the question with it", async () => {
  const { client, question, engine, gate, untilRecords } = await beginLookup();
  await client.send(Buffer.alloc(64 * 1024 + 1, "x"));
  await client.untilOver();
  await question.untilOver();
  await untilRecords(1);
  expect(gate.records).toMatchObject([{ status: 0, end: "gate" }]);
  expect(engine.connections).toHaveLength(1);
});

describe("a gate that drains", () => {
  test("takes no new request that would be judged", async () => {
    const { client, question, engine, gate } = await beginLookup({}, LONG);
    await client.send(withLength(HARMLESS));
    await settle();
    const over = gate.gate.drain();
    await question.send(PLAIN_VOLUME);
    const connection = await engine.connection(1);
    await connection.next();
    await connection.send(answerOf("done"));
    const answer = await client.next();
    expect(statusOf(answer)).toBe(200);
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await client.untilOver();
    client.end();
    await over;
    expect(client.unread).toBe("");
    expect(engine.connections).toHaveLength(2);
  });

  test("refuses what is under way and asks for too much, as the last answer", async () => {
    const { client, question, gate } = await beginLookup({}, LONG);
    const over = gate.gate.drain();
    await question.send(BAD_VOLUME);
    const answer = await client.next();
    expect(statusOf(answer)).toBe(403);
    expect(valuesOf(answer, "connection")).toStrictEqual(["close"]);
    await client.untilOver();
    client.end();
    await over;
  });

  test("lets a body that is under way come, and serves it", async () => {
    const { connect, engine, gate } = await openRig({ env: LONG, script: DONE });
    const client = await connect();
    await client.send(withLength(HARMLESS).slice(0, -1));
    await settle();
    const over = gate.gate.drain();
    await client.send("}");
    expect(statusOf(await client.next())).toBe(200);
    await client.untilOver();
    client.end();
    await over;
    expect(engine.connections).toHaveLength(1);
  });

  test("for whose grace time it is too late cuts the client and the question", async () => {
    const { client, question, gate, engine, untilRecords } = await beginLookup(
      {},
      { ...JUDGED, QUAYGATE_GRACE: "0" },
    );
    await gate.gate.drain();
    await client.untilOver();
    await question.untilOver();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ end: "gate", status: 0 }]);
    expect(engine.connections).toHaveLength(1);
  });
});
