import { describe, expect, test } from "vitest";
import { eventually, refusalOf, settle } from "../../support/raw-peer.ts";
import { answerEach } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { CHUNKED_JSON, chunk, grantReviewing, jsonAnswer, LAST, tableOf } from "../reviewed-gate.ts";

const MEBIBYTE = 1024 * 1024;
const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const INSPECT = "GET /containers/a/json HTTP/1.1\r\nHost: x\r\n\r\n";
const grant = grantReviewing({
  ContainerList: { answer: tableOf("list") },
  ContainerInspect: { answer: tableOf("value"), use: { use: "none" } },
});

/** Sends entry after entry, `most` bytes or until nobody takes more for so many milliseconds, and tells how many bytes that were. */
async function flood(
  socket: NodeJS.WritableStream,
  entry: string,
  most: number,
  patience: number,
): Promise<number> {
  let sent = 0;
  const piece = chunk(entry.repeat(Math.ceil((64 * 1024) / entry.length)));
  while (sent < most) {
    if (!socket.write(piece)) {
      let isDrained = false;
      socket.once("drain", () => (isDrained = true));
      const deadline = Date.now() + patience;
      while (!isDrained && Date.now() < deadline) await settle(5);
      if (!isDrained) return sent;
    }
    sent += piece.length;
  }
  return sent;
}

describe("what a list takes", () => {
  test("does not grow with it: the engine waits for a client that does not read", async () => {
    const { engine, connect } = await openLimitedGate({}, { grant });
    const client = await connect();
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(CHUNKED_JSON, chunk('[{"a":1}'));
    await client.until('{"a":1}');
    client.socket.pause();
    const sent = await flood(connection.socket, ',{"team":"ours","name":"some name"}', 200 * MEBIBYTE, 500);
    expect(sent).toBeLessThan(100 * MEBIBYTE);
    client.socket.resume();
    await connection.send(chunk("]"), LAST);
    const { body } = await client.next();
    const list: unknown = JSON.parse(body.toString());
    expect(Array.isArray(list) && list.length).toBeGreaterThan(1_000);
  });

  test("does not grow with what is left out", async () => {
    const { engine, connect, records } = await openLimitedGate({}, { grant });
    const client = await connect();
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(CHUNKED_JSON, chunk('[{"a":1}'));
    const before = process.memoryUsage().rss;
    await flood(connection.socket, ',{"team":"theirs","name":"some name"}', 50 * MEBIBYTE, 20_000);
    await connection.send(chunk("]"), LAST);
    expect((await client.next()).body.toString()).toBe('[{"a":1}]\n');
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MEBIBYTE);
    await eventually(() => records.length === 1, "the record");
    expect(records[0]?.withheld).toBeGreaterThan(1_000_000);
  });

  test("an entry that is too long is left out, and the others are not", async () => {
    const { ask, records } = await openLimitedGate(
      {},
      { grant, script: answerEach(jsonAnswer(`[{"a":1},{"b":"${"x".repeat(5 * MEBIBYTE)}"},{"c":3}]`)) },
    );
    expect((await ask(GET)).body.toString()).toBe('[{"a":1},{"c":3}]\n');
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ withheld: 1 }]);
  });

  test("an entry that is deeper than any, or has more values, is left out", async () => {
    const deep = `${"[".repeat(1_000)}${"]".repeat(1_000)}`;
    const wide = `{"a":[${"1,".repeat(100_000)}1]}`;
    const { ask } = await openLimitedGate(
      {},
      { grant, script: answerEach(jsonAnswer(`[{"a":${deep}},${wide},{"c":3}]`)) },
    );
    expect((await ask(GET)).body.toString()).toBe('[{"c":3}]\n');
  });
});

describe("what one value takes", () => {
  test("may be more than an entry", async () => {
    const long = `{"b":"${"x".repeat(6 * MEBIBYTE)}"}`;
    const { ask } = await openLimitedGate({}, { grant, script: answerEach(jsonAnswer(long)) });
    const { body } = await ask(INSPECT);
    expect(body.toString() === `${long}\n`).toBe(true);
  });

  test("has a bound", async () => {
    const long = `{"b":"${"x".repeat(17 * MEBIBYTE)}"}`;
    const { ask } = await openLimitedGate({}, { grant, script: answerEach(jsonAnswer(long)) });
    expect(refusalOf(await ask(INSPECT))).toMatchObject({ status: 502, code: "engine_answer" });
  });

  test("is counted while its client does not read it, and the exchange lasts as long", async () => {
    const long = `{"b":"${"x".repeat(15 * MEBIBYTE)}"}`;
    const { connect, records } = await openLimitedGate({}, { grant, script: answerEach(jsonAnswer(long)) });
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
    for (const client of clients) {
      client.socket.pause();
      await client.send(INSPECT);
    }
    await eventually(() => records.length > 0, "somebody is told that there is no room");
    for (const client of clients) client.socket.resume();
    const bodies = await Promise.all(clients.map(async (client) => (await client.next()).body.length));
    await eventually(() => records.length === 8, "the records");
    const refused = records.filter(({ code }) => code === "too_many_large_bodies").length;
    expect(refused).toBeGreaterThan(0);
    expect(bodies.filter((length) => length === long.length + 1).length).toBe(8 - refused);
  });

  test("is given back when it has been read", async () => {
    const long = `{"b":"${"x".repeat(15 * MEBIBYTE)}"}`;
    const { ask } = await openLimitedGate({}, { grant, script: answerEach(jsonAnswer(long)) });
    for (let round = 0; round < 8; round += 1) {
      expect((await ask(INSPECT)).body.length).toBe(long.length + 1);
    }
  });
});
