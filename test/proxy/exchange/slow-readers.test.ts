import { describe, expect, test } from "vitest";
import { OWNER_LABEL } from "../../../src/docker/objects/owner-label.ts";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { JudgedMemory } from "../../../src/proxy/judged-memory.ts";
import { grantOf } from "../../policy/grants.ts";
import { eventually, type RawPeer, settle } from "../../support/raw-peer.ts";
import type { EngineScript } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { mostIn } from "../most-memory.ts";
import { CHUNKED_JSON, chunk, jsonAnswer, LAST } from "../reviewed-gate.ts";
import { OWN } from "../scoped-engine.ts";

const grant = restrictTo(grantOf("everything"), OWN);
const ALL = mostIn(new JudgedMemory());
const MEBIBYTE = 1024 * 1024;
const HOUR = 3_600_000;
const LINE = /\n(?=\r\n)/u;

const get = (path: string): string => `GET /v1.41${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Has nothing when the gate asks, and leaves to the test what clients ask for. */
const empty: EngineScript = async (connection) => {
  const { startLine } = await connection.next({ mayNeverCome: true });
  if (startLine.startsWith("GET /v1")) return;
  await connection.send(jsonAnswer(startLine.includes("/volumes") ? '{"Volumes":[]}' : "[]"));
};

function started(name: string, owner: string, more = ""): string {
  const attributes = { name, image: "x", more, [OWNER_LABEL]: owner };
  const actor = { ID: "a1".repeat(32), Attributes: attributes };
  return `${JSON.stringify({ Type: "container", Action: "start", Actor: actor })}\n`;
}

async function openSlow(readers: number, path: string) {
  const judgedMemory = new JudgedMemory();
  const gate = await openLimitedGate({}, { grant, script: empty, judgedMemory });
  const slow: { readonly client: RawPeer; readonly engine: RawPeer }[] = [];
  for (let count = 0; count < readers; count += 1) {
    const client = await gate.connect();
    await client.send(get(path));
    const asked = (): readonly RawPeer[] =>
      gate.engine.connections.filter(({ text }) => /^GET \/v1.*\r\n\r\n$/su.test(text));
    await eventually(() => asked().length > count, "the engine to be asked");
    const [engine] = asked().slice(count);
    if (engine === undefined) throw new Error("unreachable: it was there");
    await engine.send(CHUNKED_JSON);
    slow.push({ client, engine });
  }
  return { ...gate, slow, judgedMemory };
}

/** Sends until nobody takes more, or so many were sent, and tells how many that were. */
async function sendUntilFull(
  engine: RawPeer,
  pieces: (index: number) => string,
  most = 1_000,
): Promise<number> {
  for (let sent = 0; sent < most; sent += 1) {
    for (let look = 0; engine.socket.writableLength > 0; look += 1) {
      if (look === 50) return sent;
      await settle(2);
    }
    engine.socket.write(chunk(pieces(sent)));
  }
  return most;
}

function namesIn({ text }: RawPeer): readonly string[] {
  return [...text.matchAll(/"name":"(?<name>[^"]+)"/gu)].map(({ groups }) => groups?.["name"] ?? "");
}

describe("a client that reads slowly", () => {
  test("holds no memory any more when it has read, though no more comes for hours", async () => {
    const { slow, judgedMemory, clock, connections, records } = await openSlow(1, "/events");
    const [{ client, engine: asked } = none()] = slow;
    await client.until("\r\n\r\n");
    client.socket.pause();
    const event = started("web", "ci", "x".repeat(MEBIBYTE));
    let sent = 0;
    // What the kernel holds is not the gate's.
    while (mostIn(judgedMemory) > ALL - MEBIBYTE / 4) {
      await asked.send(chunk(event));
      sent += 1;
      await settle(50);
    }
    client.socket.resume();
    await eventually(() => client.text.split(LINE).length > sent, "all events");
    await eventually(() => mostIn(judgedMemory) > ALL - 1_000, "the memory to be given back");
    clock.milliseconds += 10 * HOUR;
    connections.sweep();
    await asked.send(chunk(started("later", "ci")), LAST);
    await client.until('"later"');
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ end: "complete", status: 200 }]);
    expect(mostIn(judgedMemory)).toBe(ALL);
  });

  test("makes a busy engine wait, harms nobody else, and gets all in order when it reads", async () => {
    const { slow, judgedMemory, ask, engine, records } = await openSlow(3, "/events");
    const event = (index: number): string =>
      started(`e${index}`, index % 2 === 0 ? "ci" : "ops", "x".repeat(100_000));
    for (const { client } of slow) {
      await client.until("\r\n\r\n");
      client.socket.pause();
    }
    const sent = await Promise.all(slow.map(({ engine: source }) => sendUntilFull(source, event)));
    expect(Math.max(...sent)).toBeLessThan(1_000);
    // What waits in the gate is little; the rest waits at the engine.
    expect(ALL - mostIn(judgedMemory)).toBeLessThan(slow.length * MEBIBYTE);
    const before = engine.connections.length;
    const answer = ask(get("/containers/json"));
    const list = await engine.connection(before);
    await list.next();
    await list.send(jsonAnswer("[]"));
    expect((await answer).body.toString()).toBe("[]\n");
    for (const { client, engine: source } of slow) {
      client.socket.resume();
      source.socket.write(LAST);
    }
    for (const [index, { client }] of slow.entries()) {
      await client.next();
      const own = Array.from({ length: sent[index] ?? 0 }, (_, each) => each).filter(
        (each) => each % 2 === 0,
      );
      expect(namesIn(client)).toEqual(own.map((each) => `e${each}`));
    }
    await eventually(() => records.length === slow.length + 1, "the records");
    expect(mostIn(judgedMemory)).toBe(ALL);
  });

  test.each([
    { how: "ends its direction", end: (engine: RawPeer) => engine.socket.end() },
    { how: "ends without an end of the list", end: (engine: RawPeer) => engine.socket.end(chunk(",")) },
  ])("never takes a list for whole whose engine $how", async ({ end }) => {
    const { slow, judgedMemory, records } = await openSlow(1, "/containers/json");
    const [{ client, engine } = none()] = slow;
    client.socket.pause();
    const entry = (index: number): string => `${index === 0 ? "[" : ","}${listed(index)}`;
    expect(await sendUntilFull(engine, entry)).toBeLessThan(1_000);
    end(engine);
    client.socket.resume();
    await client.untilOver();
    expect(client.text.endsWith(LAST)).toBe(false);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ end: "engine", code: expect.stringMatching(/^engine_/u) }]);
    expect(mostIn(judgedMemory)).toBe(ALL);
  });

  test("of a list whose end is here gets it, however long it takes, and is a client like any other then", async () => {
    const { slow, judgedMemory, records, clock, connections } = await openSlow(1, "/containers/json");
    const [{ client, engine: source } = none()] = slow;
    client.socket.pause();
    const entry = (index: number): string => `${index === 0 ? "[" : ","}${listed(index)}`;
    const sent = await sendUntilFull(source, entry);
    source.socket.write(chunk("]") + LAST);
    for (let hour = 0; hour < 20; hour += 1) {
      clock.milliseconds += HOUR;
      connections.sweep();
    }
    expect(records).toEqual([]);
    client.socket.resume();
    const list: unknown = JSON.parse((await client.next()).body.toString());
    expect(list).toHaveLength(Math.ceil(sent / 2));
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ end: "complete", withheld: Math.floor(sent / 2) }]);
    expect(mostIn(judgedMemory)).toBe(ALL);
    await client.send(get("/containers/json"));
    await eventually(() => source.text.split("GET ").length > 2, "the next request");
  });

  test("is cut by a gate that stops, and does not hold it up", async () => {
    const { slow, connections, drain, records, judgedMemory } = await openSlow(1, "/events");
    for (const { client, engine } of slow) {
      await client.until("\r\n\r\n");
      client.socket.pause();
      await sendUntilFull(engine, (index) => started(`e${index}`, "ci", "x".repeat(100_000)));
    }
    drain();
    await connections.drain();
    expect(records).toMatchObject(slow.map(() => ({ end: "gate", status: 200 })));
    expect(mostIn(judgedMemory)).toBe(ALL);
  });
});

/** Every second one is the client's. */
function listed(index: number): string {
  const labels = { [OWNER_LABEL]: index % 2 === 0 ? "ci" : "ops", more: "x".repeat(100_000) };
  const id = index.toString(16).padStart(64, "0");
  return JSON.stringify({ Id: id, Names: [`/e${index}`], Image: "x", Labels: labels });
}

function none(): never {
  throw new Error("unreachable: it was opened");
}
