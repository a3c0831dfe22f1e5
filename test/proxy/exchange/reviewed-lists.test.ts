import { describe, expect, test } from "vitest";
import { eventually, refusalOf, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, type EngineScript } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { CHUNKED_JSON, chunk, grantReviewing, jsonAnswer, LAST, tableOf } from "../reviewed-gate.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const grant = grantReviewing({
  ContainerList: { answer: tableOf("list") },
  ContainerInspect: { answer: tableOf("value"), use: { use: "none" } },
});

function openGate(script: EngineScript | string) {
  return openLimitedGate({}, { grant, script: typeof script === "string" ? answerEach(script) : script });
}

const ours = '{"team":"ours","Id":12345678901234567890}';
const theirs = '{"team":"theirs"}';
const secret = '{"team":"ours","secret":[1]}';

const LISTS: readonly (readonly [what: string, sent: string, got: string, withheld: number | undefined])[] = [
  ["nothing", "[]", "[]\n", undefined],
  ["nothing, as some engines write it", "null\n", "[]\n", undefined],
  ["one entry that is not the client's", `[${theirs}]`, "[]\n", 1],
  ["one entry that is", `[${ours}]`, `[${ours}]\n`, undefined],
  ["entries of others before its own", `[${theirs},${theirs},${ours}]\n`, `[${ours}]\n`, 2],
  ["entries of others behind its own", `[${ours},${theirs}]`, `[${ours}]\n`, 1],
  ["entries of others between its own", `[ ${ours} , ${theirs} , ${ours} ]`, `[${ours},${ours}]\n`, 1],
  ["what it may not read of its own", `[${secret},${ours}]`, `[{"team":"ours"},${ours}]\n`, undefined],
  ["an entry that can't be read", `[{"a":1,"a":2},${ours},{"a":nul},7]`, `[${ours}]\n`, 3],
];

describe("a list", () => {
  test.each(LISTS)("of %s", async (_, sent, got, withheld) => {
    const { ask, records } = await openGate(jsonAnswer(sent, "200 OK", "Etag: x\r\nServer: y\r\n"));
    const answer = await ask(GET);
    expect(answer.body.toString()).toBe(got);
    expect(valuesOf(answer, "server")).toEqual(["y"]);
    expect(valuesOf(answer, "etag")).toEqual([]);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([
      { status: 200, withheld, end: "complete", bytesOut: Buffer.byteLength(got) },
    ]);
  });

  test.each(LISTS)("that comes byte by byte, of %s", async (_, sent, got) => {
    const { ask } = await openGate(async (connection) => {
      await connection.next();
      await connection.send(CHUNKED_JSON, ...[...sent].map(chunk), LAST);
    });
    expect((await ask(GET)).body.toString()).toBe(got);
  });

  test("that is asked for again is what it is by then", async () => {
    const polls = [
      [ours, theirs, secret],
      [ours, theirs, secret],
      [theirs, ours, secret],
      ['{"team":"theirs","Id":123456789012345678}', theirs, secret],
    ];
    const left = polls.map((entries) => jsonAnswer(`[${entries.join()}]`));
    const { ask, records } = await openGate(async (connection) => {
      for (let answer = left.shift(); answer !== undefined; answer = left.shift()) {
        await connection.next();
        await connection.send(answer);
      }
    });
    const shown = '{"team":"ours"}';
    const got: string[] = [];
    for (const _ of polls) got.push((await ask(GET)).body.toString());
    expect(got).toEqual([
      `[${ours},${shown}]\n`,
      `[${ours},${shown}]\n`,
      `[${ours},${shown}]\n`,
      `[${shown}]\n`,
    ]);
    await eventually(() => records.length === polls.length, "the records");
    expect(records.map(({ withheld }) => withheld)).toEqual([1, 1, 1, 2]);
  });

  test("goes out as it comes, without an entry waiting for the next", async () => {
    const { engine, connect } = await openGate(() => undefined);
    const client = await connect();
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(CHUNKED_JSON, chunk(`[${ours},{"te`));
    await client.until(`[${ours}`);
    await connection.send(chunk(`am":"mine"}`));
    await client.until(`,{"team":"mine"}`);
    await connection.send(chunk("]"), LAST);
    expect((await client.next()).body.toString()).toBe(`[${ours},{"team":"mine"}]\n`);
  });

  test("of others is not begun before its end, where a fault could still be told", async () => {
    const { engine, connect } = await openGate(() => undefined);
    const client = await connect();
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(CHUNKED_JSON, chunk(`[${theirs}`), chunk("}"));
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
  });

  test("of a client of HTTP/1.0 lasts until the connection closes", async () => {
    const { engine, connect } = await openGate(() => undefined);
    const client = await connect();
    await client.send("GET /containers/json HTTP/1.0\r\nHost: x\r\n\r\n");
    const connection = await engine.connection();
    await connection.next();
    await connection.send(CHUNKED_JSON, chunk(`[${ours},`), chunk(`${theirs}]`), LAST);
    await client.untilOver();
    const answer = await client.next();
    expect(valuesOf(answer, "transfer-encoding")).toEqual([]);
    expect(answer.body.toString()).toBe(`[${ours}]\n`);
  });

  test("of an engine that closes at its end is whole", async () => {
    const { ask, records } = await openGate(async (connection) => {
      await connection.next();
      await connection.send(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[${ours}`,
        `,${theirs}]`,
      );
      connection.end();
    });
    expect((await ask(GET)).body.toString()).toBe(`[${ours}]\n`);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ end: "complete", withheld: 1 }]);
  });

  test("leaves both connections fit for the next request, also one that came early", async () => {
    const { engine, connect } = await openGate(answerEach(jsonAnswer(`[${theirs},${ours}]`)));
    const client = await connect();
    await client.send(GET + GET);
    expect((await client.next()).body.toString()).toBe(`[${ours}]\n`);
    expect((await client.next()).body.toString()).toBe(`[${ours}]\n`);
    await client.send(GET);
    expect((await client.next()).body.toString()).toBe(`[${ours}]\n`);
    expect(engine.connections.length).toBe(1);
  });

  test("is asked for as plain JSON and as a whole, whatever the client would like better", async () => {
    const { engine, ask } = await openGate(jsonAnswer("[]"));
    const wishes =
      "Accept: application/json-seq\r\nAccept-Encoding: gzip\r\nRange: bytes=5-\r\nIf-None-Match: x\r\n";
    await ask(`GET /containers/json HTTP/1.1\r\nHost: x\r\n${wishes}X-A: b\r\n\r\n`);
    const connection = await engine.connection();
    expect(connection.text).toBe("GET /containers/json HTTP/1.1\r\nHost: docker\r\nX-A: b\r\n\r\n");
  });

  test("is asked for once more where a kept connection had died", async () => {
    const { ask, engine } = await openGate(async (connection, index) => {
      await connection.next();
      await connection.send(jsonAnswer(`[${ours}]`));
      if (index > 0) return;
      await connection.next({ mayNeverCome: true });
      connection.end();
    });
    await ask(GET);
    expect((await ask(GET)).body.toString()).toBe(`[${ours}]\n`);
    expect(engine.connections.length).toBe(2);
  });
});

describe("one value", () => {
  const INSPECT = "GET /containers/a/json HTTP/1.1\r\nHost: x\r\n\r\n";

  test("goes out with the length that it has now", async () => {
    const { ask } = await openGate(async (connection) => {
      await connection.next();
      await connection.send(CHUNKED_JSON, chunk('{"secret":1,'), chunk('"team":"ours"}\n'), LAST);
    });
    const answer = await ask(INSPECT);
    expect(valuesOf(answer, "content-length")).toEqual(["16"]);
    expect(answer.body.toString()).toBe('{"team":"ours"}\n');
  });

  test("that is not the client's is no answer", async () => {
    const { ask, records } = await openGate(jsonAnswer(theirs));
    const answer = await ask(INSPECT);
    expect(refusalOf(answer)).toMatchObject({ status: 502, code: "engine_answer" });
    expect(answer.body.toString()).not.toContain("theirs");
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ code: "engine_answer", end: "engine" }]);
  });
});

const GARBAGE: readonly (readonly [what: string, answer: string])[] = [
  ["no JSON", jsonAnswer("hello")],
  ["an object for a list", jsonAnswer("{}")],
  ["a list that breaks off", jsonAnswer(`[${ours}`)],
  ["something behind its end", jsonAnswer(`[${ours}]x`)],
  ["no content", jsonAnswer("")],
  ["another type", jsonAnswer("[]").replace("application/json", "text/plain")],
  ["no type", jsonAnswer("hello").replace("Content-Type: application/json\r\n", "")],
  ["two types", jsonAnswer("[]", "200 OK", "Content-Type: text/plain\r\n")],
  ["a compressed answer", jsonAnswer("[]", "200 OK", "Content-Encoding: gzip\r\n")],
];

describe("an answer that can't be reviewed is withheld:", () => {
  test.each(GARBAGE)("%s", async (_, sent) => {
    const { ask, records } = await openGate(sent);
    const answer = await ask(GET);
    expect(refusalOf(answer)).toMatchObject({ status: 502, code: "engine_answer" });
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ status: 502, code: "engine_answer", end: "engine" }]);
  });

  test.each([
    ["a list that breaks off", [chunk("]x"), LAST]],
    ["the end of its chunks before the end of the list", [LAST]],
    ["chunks that are none", ["x\r\n"]],
  ])("%s behind its first entry cuts the connection, and has no end", async (_, then) => {
    const { engine, connect, records } = await openGate(() => undefined);
    const client = await connect();
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(CHUNKED_JSON, chunk(`[${ours}`));
    await client.until(ours);
    await connection.send(...then);
    await client.untilOver();
    expect(client.text).not.toContain("0\r\n\r\n");
    expect(client.text).not.toContain("]");
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ status: 200, code: "engine_answer", end: "engine" }]);
  });

  test("an engine that goes away in the middle of it cuts the connection", async () => {
    const { engine, connect } = await openGate(() => undefined);
    const client = await connect();
    await client.send(GET);
    const connection = await engine.connection();
    await connection.next();
    await connection.send(CHUNKED_JSON, chunk(`[${ours}`));
    await client.until(ours);
    connection.end();
    await client.untilOver();
    expect(client.text).not.toContain("0\r\n\r\n");
  });
});

test("what has no content has none: not even how long it would be", async () => {
  const head = "HTTP/1.1 204 No Content\r\nEtag: x\r\nServer: y\r\n\r\n";
  const { ask } = await openGate(head);
  const answer = await ask(GET);
  expect(statusOf(answer)).toBe(204);
  expect(answer.fields).toEqual([["Server", "y"]]);
});
