import { describe, expect, test } from "vitest";
import { restrictTo } from "../../../src/policy/scope/restrict-to.ts";
import { JudgedMemory } from "../../../src/proxy/judged-memory.ts";
import { grantOf } from "../../policy/grants.ts";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { SILENT } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { mostIn } from "../most-memory.ts";
import { jsonAnswer } from "../reviewed-gate.ts";
import { CONTAINERS, MINE, OWN } from "../scoped-engine.ts";

const grant = restrictTo(grantOf("everything"), OWN);
const ALL = mostIn(new JudgedMemory());
const MINE_SAID = jsonAnswer(JSON.stringify(CONTAINERS["/containers/web/json"]));
const OTHERS_SAID = jsonAnswer(JSON.stringify(CONTAINERS["/containers/db/json"]));
const NONE_SAID = jsonAnswer('{"message":"No such container: db"}', "404 Not Found");
/** As long as real ones are. */
const LONG_DB = { ...CONTAINERS["/containers/db/json"], HostConfig: { Env: "x".repeat(20_000) } };
const SECOND = 1_000;

const get = (path: string): string => `GET /v1.41${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const stop = (name: string): string =>
  `POST /v1.41/containers/${name}/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;

/** A gate whose engine says only what a test has it say, and a client that waits for what it is asked. */
async function openWaiting(request: string, judgedMemory = new JudgedMemory()) {
  const gate = await openLimitedGate({}, { grant, script: SILENT, judgedMemory });
  const client = await gate.connect();
  await client.send(request);
  const question = await gate.engine.connection();
  await question.next();
  const pass = (milliseconds: number): void => {
    gate.clock.milliseconds += milliseconds;
    gate.connections.sweep();
  };
  const untilRecords = (count: number): Promise<void> =>
    eventually(() => gate.records.length === count, `${count} records`);
  return { ...gate, client, question, pass, untilRecords, judgedMemory };
}

describe("a question that takes long", () => {
  test.each([
    { whose: "another's", said: OTHERS_SAID },
    { whose: "nobody's", said: NONE_SAID },
  ])("is answered alike after seconds, in dribbles: $whose", async ({ said }) => {
    const { client, question, pass, untilRecords, records, judgedMemory, engine } = await openWaiting(
      stop("db"),
    );
    for (const byte of said) {
      await question.send(byte);
      pass(10);
    }
    expect(refusalOf(await client.next())).toEqual({
      status: 404,
      code: "no_such_object",
      message: "No such container: db",
    });
    await untilRecords(1);
    expect(engine.connections.length).toBe(1);
    expect(records).toMatchObject([{ end: "complete", code: "no_such_object" }]);
    expect(mostIn(judgedMemory)).toBe(ALL);
  });

  const started =
    (said: string) =>
    async (question: RawPeer): Promise<void> =>
      question.send(said.slice(0, -5));
  test.each([
    { how: "never", speak: () => undefined },
    { how: "half of another's", speak: started(OTHERS_SAID) },
    { how: "half of none", speak: started(NONE_SAID) },
  ])("has an end, which tells nothing of what there is: $how", async ({ speak }) => {
    const { client, question, pass, untilRecords, records, judgedMemory } = await openWaiting(
      stop("db") + get("/_ping"),
    );
    await speak(question);
    pass(9 * SECOND);
    await settle();
    expect([client.text, records]).toEqual(["", []]);
    pass(2 * SECOND);
    expect(refusalOf(await client.next())).toEqual({
      status: 502,
      code: "engine_answer",
      message: "quaygate: the Docker engine did not say in time what the container is that the request names",
    });
    await client.untilOver();
    await question.untilOver();
    await untilRecords(1);
    // What it says too late is nobody's.
    await question.send(OTHERS_SAID).catch(() => undefined);
    await settle();
    expect(records).toMatchObject([{ end: "engine", status: 502 }]);
    expect(mostIn(judgedMemory)).toBe(ALL);
  });

  test.each([
    { how: "before a word", said: "", code: "engine_closed" },
    { how: "in the head", said: OTHERS_SAID.slice(0, 40), code: "engine_closed" },
    { how: "in the body", said: OTHERS_SAID.slice(0, -5), code: "engine_answer" },
  ])("that breaks off $how is answered alike, whatever there is", async ({ said, code }) => {
    const { client, question, untilRecords, records, judgedMemory } = await openWaiting(stop("db"));
    await question.send(said);
    question.end();
    const refusal = refusalOf(await client.next());
    expect(refusal).toMatchObject({ status: 502, code });
    expect(refusal.message).not.toContain("db");
    await untilRecords(1);
    expect(records).toMatchObject([{ end: "engine", code }]);
    expect(mostIn(judgedMemory)).toBe(ALL);
  });

  test.each([8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 100])(
    "is answered alike where memory is short, whether it is about another's or about none: %s KiB of it",
    async (kibibytes) => {
      const codes: string[] = [];
      for (const said of [jsonAnswer(JSON.stringify(LONG_DB)), NONE_SAID]) {
        const { client, question } = await openWaiting(stop("db"), new JudgedMemory(kibibytes * 1024));
        await question.send(said);
        codes.push(refusalOf(await client.next()).code);
      }
      const [others, none] = codes;
      expect(others).toBe(none);
    },
  );

  test("gives its memory back when its client leaves, and is asked no more", async () => {
    const { client, question, untilRecords, records, judgedMemory } = await openWaiting(stop("web"));
    await question.send(MINE_SAID.slice(0, -5));
    await eventually(() => mostIn(judgedMemory) < ALL, "the memory to be held");
    client.reset();
    await question.untilOver();
    await untilRecords(1);
    await settle();
    expect(records).toMatchObject([{ end: "client", status: 0 }]);
    expect(mostIn(judgedMemory)).toBe(ALL);
  });

  test("is waited for by a client that has ended its direction", async () => {
    const { client, question, engine, untilRecords } = await openWaiting(stop("web"));
    client.end();
    await settle();
    await question.send(MINE_SAID);
    const forward = await engine.connection(1);
    expect((await forward.next()).startLine).toBe(`POST /v1.41/containers/${MINE}/stop HTTP/1.1`);
    await forward.send("HTTP/1.1 204 No Content\r\n\r\n");
    expect(statusOf(await client.next())).toBe(204);
    await untilRecords(1);
  });

  test("keeps those behind it in order, also where it fails them", async () => {
    const { client, question, engine, untilRecords, records } = await openWaiting(
      stop("web") + get("/_ping") + stop("db"),
    );
    await settle();
    expect(engine.connections.length).toBe(1);
    await question.send(OTHERS_SAID);
    expect(statusOf(await client.next())).toBe(404);
    const ping = await engine.connection(1);
    await ping.next();
    await ping.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
    expect(statusOf(await client.next())).toBe(200);
    await (await engine.connection(2)).send(NONE_SAID);
    expect(statusOf(await client.next())).toBe(404);
    await untilRecords(3);
    expect(records.map(({ status }) => status)).toEqual([404, 200, 404]);
  });

  test("of many clients at once ends for each, with one record, and the next one is served", async () => {
    const { connect, connections, clock, engine, records, judgedMemory, ask } = await openWaiting(stop("db"));
    const clients = await Promise.all(Array.from({ length: 200 }, () => connect()));
    for (const client of clients) await client.send(stop("db"));
    await eventually(() => engine.connections.length === 201, "all questions");
    for (const [index, question] of engine.connections.entries())
      if (index % 2 === 0) await question.send(OTHERS_SAID.slice(0, -1));
    clock.milliseconds += 11 * SECOND;
    connections.sweep();
    const answers = await Promise.all(clients.map((client) => client.next()));
    expect(new Set(answers.map(statusOf))).toEqual(new Set([502]));
    await eventually(() => records.length === 201, "the records");
    expect(mostIn(judgedMemory)).toBe(ALL);
    const answer = ask(stop("db"));
    await (await engine.connection(201)).send(NONE_SAID);
    expect(statusOf(await answer)).toBe(404);
  });
});

describe("a gate that stops while it asks", () => {
  test("goes on with what is under way", async () => {
    const { client, question, engine, drain, connections, records } = await openWaiting(stop("web"));
    drain();
    const over = connections.drain();
    await question.send(MINE_SAID);
    const forward = await engine.connection(1);
    await forward.next();
    await forward.send("HTTP/1.1 204 No Content\r\n\r\n");
    expect(statusOf(await client.next())).toBe(204);
    client.end();
    await over;
    expect(records).toMatchObject([{ end: "complete", status: 204 }]);
  });

  test.each(["/containers/web/logs?follow=1&stdout=1", "/containers/web/stats", "/events"])(
    "does not begin to watch: %s",
    async (target) => {
      const { client, engine, drain, connections, records, judgedMemory } = await openWaiting(get(target));
      drain();
      const over = connections.drain();
      for (let index = 0; records.length === 0; index += 1) {
        const question = await engine.connection(index);
        await question.until("\r\n\r\n");
        if (question.text.startsWith("GET /v1")) break;
        const listed = question.text.includes("/volumes") ? '{"Volumes":[]}' : "[]";
        await question.send(target === "/events" ? jsonAnswer(listed) : MINE_SAID);
      }
      expect(refusalOf(await client.next())).toMatchObject({ status: 503, code: "draining" });
      client.end();
      await over;
      expect(records).toMatchObject([{ end: "gate", code: "draining" }]);
      expect(mostIn(judgedMemory)).toBe(ALL);
    },
  );
});
