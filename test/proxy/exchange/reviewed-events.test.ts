import { describe, expect, test } from "vitest";
import { operationAnswers } from "../../../src/docker/answers/operation-answers.ts";
import { JudgedMemory } from "../../../src/proxy/judged-memory.ts";
import { eventually, type RawPeer, settle } from "../../support/raw-peer.ts";
import type { EngineScript } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { mostIn } from "../most-memory.ts";
import { CHUNKED_JSON, chunk, grantReviewing, jsonAnswer, LAST } from "../reviewed-gate.ts";

const EVENTS = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";
const table = operationAnswers.get("SystemEvents");
const grant = grantReviewing({
  SystemEvents: { answer: table && { ...table, needs: [] }, use: { use: "events" } },
});

const ID = "a".repeat(64);
const OTHER = "b".repeat(64);
const NETWORK = "c".repeat(64);
const SERVICE = "e9gsvxq55c45x41lito52v31b";

function event(
  kind: string,
  action: string,
  id: string,
  attributes: Readonly<Record<string, string>>,
): string {
  const actor = { ID: id, Attributes: attributes };
  return JSON.stringify({ Type: kind, Action: action, Actor: actor, scope: "local", time: 1, timeNano: 1 });
}

const started = event("container", "start", ID, { team: "ours", name: "web" });
const otherStarted = event("container", "start", OTHER, { team: "theirs", name: "db" });

/** Answers questions about networks and volumes; the first connection is that of the events. */
function answering(answers: Readonly<Record<string, string>>): EngineScript {
  return async (connection, index) => {
    if (index === 0) return;
    const { startLine } = await connection.next();
    const path = startLine.split(" ")[1] ?? "";
    const body = answers[path];
    await connection.send(
      body === undefined ? jsonAnswer('{"message":"no"}', "404 Not Found") : jsonAnswer(body),
    );
  };
}

async function openStream(script: EngineScript = () => undefined, judgedMemory = new JudgedMemory()) {
  const gate = await openLimitedGate({}, { grant, script, judgedMemory });
  const client = await gate.connect();
  await client.send(EVENTS);
  const engine = await gate.engine.connection();
  await engine.next();
  await engine.send(CHUNKED_JSON);
  await client.until("\r\n\r\n");
  return { ...gate, client, engine, asked: gate.engine };
}

function eventsIn({ text }: RawPeer): readonly string[] {
  return text
    .split(/\r?\n/u)
    .filter((line) => line.startsWith("{"))
    .map((line) => line.trim());
}

describe("a stream of events", () => {
  test("begins with its head, and gives each event at once", async () => {
    const { client, engine } = await openStream();
    await engine.send(chunk(`${started}\n`));
    await client.until(started);
    await engine.send(chunk(`${otherStarted}\n`), chunk(`${started}\n`));
    await eventually(() => eventsIn(client).length === 2, "the second event");
    expect(eventsIn(client)).toEqual([started, started]);
  });

  test("asks about what an event does not say, keeps the order, and asks once about what stays as it is", async () => {
    const network = event("network", "connect", NETWORK, { name: "x", type: "bridge", container: ID });
    const { client, engine, asked } = await openStream(
      answering({
        [`/networks/${NETWORK}`]: JSON.stringify({ Id: NETWORK, Name: "x", Labels: { team: "ours" } }),
      }),
    );
    await engine.send(chunk(`${started}\n${network}\n${started}\n`), chunk(`${network}\n`));
    await eventually(() => eventsIn(client).length === 4, "all events");
    expect(eventsIn(client)).toEqual([started, network, started, network]);
    expect(asked.connections.length).toBe(2);
  });

  test("tells of what was done with another object only where both are the client's", async () => {
    const theirs = event("network", "connect", NETWORK, { name: "x", type: "bridge", container: OTHER });
    const { client, engine } = await openStream(
      answering({
        [`/networks/${NETWORK}`]: JSON.stringify({ Id: NETWORK, Name: "x", Labels: { team: "ours" } }),
      }),
    );
    await engine.send(chunk(`${otherStarted}\n${theirs}\n${started}\n`));
    await client.until(started);
    expect(client.text).not.toContain(OTHER);
  });

  test("tells of the end of what it knew, and of nothing else that is gone", async () => {
    const made = event("volume", "create", "data", { driver: "local" });
    const gone = (name: string): string => event("volume", "destroy", name, { driver: "local" });
    const { client, engine, records } = await openStream(
      answering({ "/volumes/data": JSON.stringify({ Name: "data", Labels: { team: "ours" } }) }),
    );
    await engine.send(chunk(`${gone("before")}\n${made}\n${gone("data")}\n${gone("data")}\n`), LAST);
    expect((await client.next()).body.toString()).toBe(`${made}\n${gone("data")}\n`);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ withheld: 2, end: "complete" }]);
  });

  test("tells nothing of the engine itself, of what is nobody's, or of what can't be read", async () => {
    const { client, engine } = await openStream();
    const strange = [
      event("daemon", "reload", "x", { name: "ours" }),
      event("container", "prune", "", { reclaimed: "0", team: "ours" }),
      '{"status":"start","id":"ours"}',
      "7",
    ];
    await engine.send(chunk(`${strange.join("\n")}\n${started}\n`), LAST);
    expect((await client.next()).body.toString()).toBe(`${started}\n`);
  });

  test("waits for what it asks, and no event goes before", async () => {
    const { client, engine, asked } = await openStream(() => undefined);
    const network = event("network", "create", NETWORK, { name: "x", type: "bridge" });
    await engine.send(chunk(`${network}\n${started}\n`));
    const question = await asked.connection(1);
    await question.next();
    await engine.send(chunk(`${started}\n`));
    await settle();
    expect(eventsIn(client)).toEqual([]);
    await question.send(jsonAnswer(JSON.stringify({ Id: NETWORK, Name: "x", Labels: { team: "ours" } })));
    await eventually(() => eventsIn(client).length === 3, "all events");
    expect(eventsIn(client)).toEqual([network, started, started]);
  });

  test("is cut where the engine goes away when it is asked", async () => {
    const { client, engine, asked, records } = await openStream(() => undefined);
    await engine.send(chunk(`${event("network", "create", NETWORK, { name: "x" })}\n${started}\n`));
    const question = await asked.connection(1);
    await question.next();
    question.end();
    await client.untilOver();
    expect(client.text).not.toContain("0\r\n\r\n");
    expect(eventsIn(client)).toEqual([]);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ code: "engine_closed", end: "engine", status: 200 }]);
  });

  test.each([
    { what: "that there is none", answer: jsonAnswer('{"message":"no"}', "404 Not Found") },
    { what: "what can't be read", answer: jsonAnswer("hello") },
    { what: "that it is no HTTP", answer: "hello" },
    { what: "that it can't", answer: jsonAnswer("{}", "500 Internal Server Error") },
    { what: "that it is in no swarm", answer: jsonAnswer('{"message":"no"}', "503 Service Unavailable") },
  ])("leaves an event out where the engine says $what", async ({ answer }) => {
    const { client, engine, asked, records } = await openStream(() => undefined);
    await engine.send(chunk(`${event("service", "create", SERVICE, { name: "x" })}\n${started}\n`), LAST);
    const question = await asked.connection(1);
    await question.next();
    await question.send(answer);
    expect((await client.next()).body.toString()).toBe(`${started}\n`);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ withheld: 1, end: "complete" }]);
  });

  test("asks no more when its client has gone", async () => {
    const { client, engine, asked, records } = await openStream(() => undefined);
    await engine.send(chunk(`${event("network", "create", NETWORK, { name: "x" })}\n`));
    const question = await asked.connection(1);
    await question.next();
    client.reset();
    await question.untilOver();
    await engine.untilOver();
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ end: "client" }]);
  });

  test("gives all memory back, also where it was asking when its client went", async () => {
    const judgedMemory = new JudgedMemory();
    const { client, engine, asked, records } = await openStream(() => undefined, judgedMemory);
    await engine.send(chunk(`${started}\n${event("network", "create", NETWORK, { name: "x" })}\n{"half`));
    const question = await asked.connection(1);
    await question.next();
    expect(mostIn(judgedMemory)).toBeLessThan(mostIn(new JudgedMemory()));
    client.reset();
    await question.untilOver();
    await eventually(() => records.length === 1, "the record");
    await settle();
    expect(mostIn(judgedMemory)).toBe(mostIn(new JudgedMemory()));
  });

  test("ends when the engine closes while it is asked, and not before what it was asked is said", async () => {
    const { client, engine, asked } = await openStream(() => undefined);
    await engine.send(chunk(`${event("network", "create", NETWORK, { name: "x" })}\n${started}\n`), LAST);
    engine.end();
    const question = await asked.connection(1);
    await question.next();
    await settle();
    await question.send(jsonAnswer('{"message":"no"}', "404 Not Found"));
    expect((await client.next()).body.toString()).toBe(`${started}\n`);
  });
});
