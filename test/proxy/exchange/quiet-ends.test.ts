import { describe, expect, test } from "vitest";
import { levelOf } from "../../../src/audit/record.ts";
import { type RawPeer, refusalOf } from "../../support/raw-peer.ts";
import { openRig, PLACES, type Rig, type RigOptions } from "../rig.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`;
const WITH_LENGTH = `${OK}Content-Length: 10\r\n\r\nhello`;
const LAST = "0\r\n\r\n";
const ENDED = "the Docker engine has ended the stream, as one does that stops";

interface UnderWay extends Rig {
  readonly client: RawPeer;
  readonly engine: Rig["engine"];
  readonly connection: RawPeer;
  /** What the log has of the one exchange, when it is over. */
  recorded(): Promise<{ level: string; status: number; code: string | undefined; end: string }>;
}

async function begin(options: RigOptions, request: string, said: string): Promise<UnderWay> {
  const rig = await openRig(options);
  const client = await rig.connect();
  await client.send(request);
  const connection = await rig.engine.connection();
  await connection.next({ headOnly: true });
  if (said !== "") {
    await connection.send(said);
    await client.until("hello");
  }
  const recorded: UnderWay["recorded"] = async () => {
    await rig.untilRecords(1);
    const [record] = rig.gate.records;
    if (record === undefined) throw new Error("unreachable: there is a record");
    const { status, code, end } = record;
    return { level: levelOf(record), status, code, end };
  };
  return { ...rig, client, connection, recorded };
}

function get(target: string, version = "1.1"): string {
  return `GET ${target} HTTP/${version}\r\nHost: x\r\n\r\n`;
}

const WATCHED = [
  "/events",
  "/v1.41/containers/web/logs?follow=1&stdout=1",
  "/containers/web/stats",
  "/services/web/logs?follow=true",
];
const UNWATCHED = [
  get("/containers/json"),
  get("/events?until=4000000000"),
  get("/containers/web/logs?stdout=1"),
  get("/containers/web/export"),
  "POST /images/create?fromImage=x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
];

describe.each(PLACES)("to a client on $client an engine on $engine", (places) => {
  test.each(WATCHED)(
    "that ends %s in an orderly way has not failed, and nor has the gate",
    async (target) => {
      const { client, connection, gate, recorded } = await begin(places, get(target), CHUNKED);
      connection.end();
      await client.untilOver();
      expect(await recorded()).toEqual({ level: "info", status: 200, code: undefined, end: "engine" });
      expect(gate.records).toMatchObject([{ reason: ENDED, bytesOut: 5 }]);
      expect(client.text.endsWith("5\r\nhello\r\n")).toBe(true);
    },
  );

  test.each(UNWATCHED)("that breaks off what has an end has failed: %s", async (request) => {
    const { client, connection, recorded } = await begin(places, request, CHUNKED);
    connection.end();
    await client.untilOver();
    expect(await recorded()).toEqual({ level: "err", status: 200, code: "engine_closed", end: "engine" });
  });

  test("that breaks off in the middle of a length has failed", async () => {
    const { client, connection, recorded } = await begin(places, get("/containers/json"), WITH_LENGTH);
    connection.end();
    await client.untilOver();
    expect(await recorded()).toEqual({ level: "err", status: 200, code: "engine_closed", end: "engine" });
  });

  test("that never answers what would be a stream has failed", async () => {
    const { client, connection, recorded } = await begin(places, get("/events"), "");
    connection.end();
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_closed" });
    expect(await recorded()).toEqual({ level: "err", status: 502, code: "engine_closed", end: "engine" });
  });
});

const CLOSES = [
  { how: "closes", close: (connection: RawPeer) => connection.end() },
  { how: "breaks", close: (connection: RawPeer) => connection.reset() },
];

describe.each(PLACES)("a client on $client that ends its direction, of an engine on $engine", (places) => {
  test.each(
    CLOSES.flatMap((close) => [
      { ...close, asked: get("/events"), said: CHUNKED, status: 200 },
      { ...close, asked: get("/containers/web/logs?follow=1&stdout=1"), said: CHUNKED, status: 200 },
      { ...close, asked: get("/containers/json"), said: WITH_LENGTH, status: 200 },
      { ...close, asked: get("/containers/json"), said: CHUNKED, status: 200 },
      { ...close, asked: get("/system/df"), said: "", status: 0 },
    ]),
  )("has ended the exchange, where the engine $how: $asked", async ({ close, asked, said, status }) => {
    const { client, connection, recorded } = await begin(places, asked, said);
    client.end();
    await connection.untilOver();
    close(connection);
    await client.untilOver();
    expect(await recorded()).toEqual({ level: "info", status, code: undefined, end: "client" });
    expect(client.text.endsWith(`\r\n${LAST}`)).toBe(false);
  });

  test("has ended a stream that the engine then ends in good order", async () => {
    const { client, connection, recorded } = await begin(places, get("/events"), CHUNKED);
    client.end();
    await connection.untilOver();
    await connection.send(LAST);
    await client.untilOver();
    expect(await recorded()).toEqual({ level: "info", status: 200, code: undefined, end: "client" });
  });

  test("and waits has the whole of an answer that has an end", async () => {
    const { client, connection, recorded } = await begin(places, get("/containers/json"), "");
    client.end();
    await connection.untilOver();
    await connection.send(`${OK}Content-Length: 5\r\n\r\nhello`);
    expect((await client.next()).body.toString()).toBe("hello");
    expect(await recorded()).toEqual({ level: "info", status: 200, code: undefined, end: "complete" });
  });
});

test("a part of a stream never looks like the whole to a client on HTTP/1.0 that has ended its direction", async () => {
  const { client, connection, recorded } = await begin(
    { client: "tcp", engine: "tcp" },
    get("/containers/json", "1.0"),
    CHUNKED,
  );
  client.end();
  await connection.untilOver();
  connection.end();
  await client.untilOver();
  expect(client.failure).toBe("ECONNRESET");
  expect(await recorded()).toMatchObject({ level: "info", end: "client" });
});

test("an engine that can't be reached is a failure, also for a client that has ended its direction", async () => {
  const { engine, connect, gate, untilRecords } = await openRig();
  engine.close();
  const client = await connect();
  client.socket.end(get("/containers/json"));
  expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_unreachable" });
  await untilRecords(1);
  expect(gate.records.map(levelOf)).toEqual(["err"]);
});

test("an answer to HEAD that tells a length or chunks is complete with its head", async () => {
  const heads = [`${OK}Content-Length: 10\r\n\r\n`, `${OK}Transfer-Encoding: chunked\r\n\r\n`, `${OK}\r\n`];
  const { gate, ask, untilRecords } = await openRig({
    script: async (connection, index) => {
      await connection.next({ headOnly: true });
      await connection.send(heads[index] ?? "");
      connection.end();
    },
  });
  for (const [index] of heads.entries()) {
    await ask("HEAD /containers/web/archive?path=/x HTTP/1.1\r\nHost: x\r\n\r\n");
    await untilRecords(index + 1);
  }
  expect(gate.records.map((record) => [levelOf(record), record.end])).toEqual(
    heads.map(() => ["info", "complete"]),
  );
});
