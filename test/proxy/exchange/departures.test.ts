import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { Flood } from "../flood.ts";
import { ATTACH_RECEIVED, ATTACH_REQUEST, openTunnel } from "../open-tunnel.ts";
import { openRig, PLACES, type Rig } from "../rig.ts";

const GET = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";
/** What has an end, unlike events. */
const LIST = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

interface UnderWay extends Rig {
  readonly client: RawPeer;
  readonly connection: RawPeer;
}

/** Opens a rig with one exchange in it: the engine has read the request and said `said`. */
async function begin(places: (typeof PLACES)[number], request: string, said: string): Promise<UnderWay> {
  const rig = await openRig(places);
  const client = await rig.connect();
  await client.send(request);
  const connection = await rig.engine.connection();
  await connection.next({ headOnly: true });
  if (said !== "") {
    await connection.send(said);
    await client.until((text) => text.endsWith("hello") || text.endsWith("hello\r\n"));
  }
  return { ...rig, client, connection };
}

const MOMENTS = [
  { when: "before the answer", request: GET, said: "", status: 0 },
  { when: "in the middle of a chunked answer", request: GET, said: `${CHUNKED}5\r\nhello\r\n`, status: 200 },
  {
    when: "in the middle of an answer with a length",
    request: GET,
    said: `${OK}Content-Length: 10\r\n\r\nhello`,
    status: 200,
  },
  { when: "in the middle of an answer without framing", request: GET, said: `${OK}\r\nhello`, status: 200 },
  {
    when: "in the middle of an upload with a length",
    request: "POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello",
    said: "",
    status: 0,
  },
  {
    when: "in the middle of a chunked upload",
    request: "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    said: "",
    status: 0,
  },
  {
    when: "in the middle of both",
    request: "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    said: `${CHUNKED}5\r\nhello\r\n`,
    status: 200,
  },
];

describe.each(PLACES)("a client on $client of an engine on $engine that goes", (places) => {
  test.each(MOMENTS)("$when has its engine connection ended at once", async ({ request, said }) => {
    const { client, connection } = await begin(places, request, said);
    client.socket.destroy();
    await connection.untilOver();
    expect(connection.text).not.toContain("\r\n0\r\n\r\n");
  });

  test.each(MOMENTS)("$when by ending its direction tells the engine so", async ({ request, said }) => {
    const { client, connection } = await begin(places, request, said);
    client.end();
    await connection.untilOver();
    expect(connection.text).not.toContain("\r\n0\r\n\r\n");
  });
});

describe.each(PLACES.filter(({ client }) => client === "tcp"))(
  "a client on $client of an engine on $engine that breaks its connection",
  (places) => {
    test.each(MOMENTS)(
      "$when has its engine connection closed at once",
      async ({ request, said, status }) => {
        const { client, connection, gate, untilRecords } = await begin(places, request, said);
        client.reset();
        await untilRecords(1);
        await connection.untilOver();
        connection.end();
        await eventually(() => connection.closed, "nothing is left of the engine's connection");
        expect(gate.records).toMatchObject([{ status, end: "client", code: undefined }]);
      },
    );

    test("before an upgrade is agreed to has its engine connection closed at once", async () => {
      const { client, connection, gate, untilRecords } = await begin(places, ATTACH_REQUEST, "");
      client.reset();
      await connection.untilOver();
      await untilRecords(1);
      expect(connection.text).toBe(ATTACH_RECEIVED);
      expect(gate.records).toMatchObject([{ status: 0, end: "client" }]);
    });

    test("while it reads nothing of a download has its engine connection closed at once", async () => {
      const { client, connection, gate, untilRecords } = await begin(places, GET, `${OK}\r\nhello`);
      client.socket.pause();
      const flood = new Flood(connection.socket, 96 * 1024 * 1024);
      await flood.untilStalled();
      client.reset();
      await untilRecords(1);
      await connection.untilOver();
      expect(gate.records).toMatchObject([{ status: 200, end: "client" }]);
    });
  },
);

test.each(PLACES)(
  "a client on $client that has gone is noticed at the next output at the latest",
  async (places) => {
    const { client, connection, gate } = await begin(places, GET, `${CHUNKED}5\r\nhello\r\n`);
    client.socket.destroy();
    await eventually(() => {
      connection.socket.write("5\r\nhello\r\n");
      return gate.records.length > 0;
    }, "the record of the exchange");
    expect(gate.records).toMatchObject([{ end: "client" }]);
    await connection.untilOver();
  },
);

// A client on unix can only close; one on TCP that closes is known to be gone when its system says so by a reset.
describe.each(PLACES)(
  "a client on $client of a tunnel to an engine on $engine that ended its direction",
  (places) => {
    test("and then goes has its engine connection closed, although nobody speaks", async () => {
      const { client, server, gate, untilRecords } = await openTunnel(places);
      await client.send("input");
      client.end();
      await server.untilOver();
      expect(gate.records).toHaveLength(0);
      client.reset();
      await untilRecords(1);
      await eventually(() => {
        server.socket.write("late");
        return server.failure !== undefined;
      }, "nothing is left of the engine's connection");
      expect(gate.records).toMatchObject([{ status: 101, bytesIn: 5, end: "client" }]);
    });
  },
);

test("an upload whose client breaks it while the engine does not read never becomes complete", async () => {
  const [places] = PLACES;
  if (places === undefined) {
    throw new Error("there are no places");
  }
  const total = 16 * 1024 * 1024;
  const request = `POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: ${total}\r\n\r\n`;
  const { client, connection, gate, untilRecords } = await begin(places, request, "");
  connection.socket.pause();
  const flood = new Flood(client.socket, total);
  await flood.untilStalled();
  client.reset();
  connection.socket.resume();
  await connection.untilOver();
  await untilRecords(1);
  expect(connection.count).toBeLessThan(total);
  expect(gate.records).toMatchObject([{ status: 0, end: "client" }]);
});

const DEATHS = [
  { how: "closes", die: (connection: RawPeer) => connection.socket.destroy() },
  { how: "ends its direction", die: (connection: RawPeer) => connection.end() },
  { how: "breaks", die: (connection: RawPeer) => connection.reset() },
];

describe.each(PLACES)("to a client on $client an engine on $engine", (places) => {
  test.each(
    DEATHS.flatMap((death) => [
      { ...death, said: "nothing", partial: "" },
      { ...death, said: "half a head", partial: `${OK}Content-Le` },
      { ...death, said: "an interim answer", partial: "HTTP/1.1 100 Continue\r\n\r\n" },
    ]),
  )("that $how after $said is a 502 with the code engine_closed", async ({ die, partial }) => {
    const { client, connection, gate, untilRecords } = await begin(places, GET, "");
    if (partial !== "") {
      await connection.send(partial);
    }
    die(connection);
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_closed" });
    await client.untilOver();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ status: 502, code: "engine_closed", end: "engine" }]);
  });

  test.each(DEATHS)(
    "that $how while a body is sent is a 502 with the code engine_closed",
    async ({ die }) => {
      const request = "POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello";
      const { client, connection } = await begin(places, request, "");
      await connection.until("hello");
      die(connection);
      expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_closed" });
      await client.untilOver();
      expect(client.unread).toBe("");
    },
  );

  test.each(
    DEATHS.flatMap((death) => [
      { ...death, framing: "a length", said: `${OK}Content-Length: 10\r\n\r\nhello` },
      { ...death, framing: "chunks", said: `${CHUNKED}5\r\nhello\r\n` },
      { ...death, framing: "chunks, in the middle of one", said: `${CHUNKED}a\r\nhello` },
    ]),
  )("that $how in the middle of a body framed by $framing never looks complete", async ({ die, said }) => {
    const { client, connection, gate, untilRecords } = await begin(places, LIST, said);
    die(connection);
    await client.untilOver();
    expect(client.text.endsWith("hello") || client.text.endsWith("hello\r\n")).toBe(true);
    expect(client.text).not.toContain("\r\n0\r\n");
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ status: 200, code: "engine_closed", bytesOut: 5, end: "engine" }]);
  });

  test("that closes in the middle of an answer is followed by no second answer", async () => {
    const { client, connection, engine } = await begin(
      places,
      GET + GET,
      `${OK}Content-Length: 10\r\n\r\nhello`,
    );
    connection.end();
    await client.untilOver();
    expect(client.text.endsWith("hello")).toBe(true);
    expect(engine.connections).toHaveLength(1);
    expect(connection.unread).toBe("");
  });
});

// Where only the end of the connection ends a body, a clean end would make a part look like the whole.
describe("the connection of a client on TCP is reset", () => {
  test.each(DEATHS)(
    "when an engine $how in the middle of chunks that an HTTP/1.0 client gets without them",
    async ({ die }) => {
      const { client, connection } = await begin(
        { client: "tcp", engine: "tcp" },
        "GET /events HTTP/1.0\r\n\r\n",
        `${CHUNKED}5\r\nhello\r\n`,
      );
      die(connection);
      await eventually(() => client.closed || client.over, "the end of the connection");
      expect(client.failure).toBe("ECONNRESET");
    },
  );

  test("when an engine breaks in the middle of a body without framing", async () => {
    const { client, connection } = await begin({ client: "tcp", engine: "tcp" }, GET, `${OK}\r\nhello`);
    connection.reset();
    await eventually(() => client.closed || client.over, "the end of the connection");
    expect(client.failure).toBe("ECONNRESET");
  });

  test("when chunks that an HTTP/1.0 client gets without them are malformed", async () => {
    const { client, connection } = await begin(
      { client: "tcp", engine: "tcp" },
      "GET /events HTTP/1.0\r\n\r\n",
      `${CHUNKED}5\r\nhello\r\n`,
    );
    await connection.send("xyz\r\n");
    await eventually(() => client.closed || client.over, "the end of the connection");
    expect(client.failure).toBe("ECONNRESET");
  });

  test("and not when the body is whole", async () => {
    const { client, connection } = await begin({ client: "tcp", engine: "tcp" }, GET, `${OK}\r\nhello`);
    connection.end();
    await client.untilOver();
    await connection.untilOver();
    expect(client.failure).toBeUndefined();
    expect(client.ended).toBe(true);
  });
});

test("an engine that cannot be reached is a 502 that says so", async () => {
  const { engine, ask } = await openRig();
  engine.close();
  expect(refusalOf(await ask(GET))).toMatchObject({ status: 502, code: "engine_unreachable" });
});

test("after a 502 the next client is served as ever", async () => {
  const { connection, engine, ask } = await begin({ client: "tcp", engine: "unix" }, GET, "");
  connection.end();
  const asking = ask(GET);
  const fresh = await engine.connection(1);
  await fresh.next();
  await fresh.send(answerOf("fresh"));
  const answer = await asking;
  expect(answer.body.toString()).toBe("fresh");
});
