import { expect, describe, test } from "vitest";
import { refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { UPGRADED } from "../open-tunnel.ts";
import { openRig, PLACES } from "../rig.ts";

// Ruby's docker-api and docker-java attach and start an exec without asking for a change of protocol: dockerd takes the
// connection over behind its 200 all the same, and reads what follows the request as input.

const EXEC_BODY = '{"Detach":false,"Tty":false}';
const FRAMED = `Content-Type: application/json\r\nContent-Length: ${EXEC_BODY.length}\r\n\r\n${EXEC_BODY}`;
const HIDDEN = "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";

const ROUTES = [
  {
    name: "attach",
    request: "POST /containers/web/attach?stdin=1&stream=1 HTTP/1.1\r\nHost: x\r\n\r\n",
    received:
      "POST /containers/web/attach?stdin=1&stream=1 HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n",
  },
  {
    name: "attach with an empty protocol",
    request:
      "POST /containers/web/attach?stdin=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade:\r\n\r\n",
    received: "POST /containers/web/attach?stdin=1 HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\n\r\n",
  },
  {
    name: "exec start",
    request: `POST /exec/e1/start HTTP/1.1\r\nHost: x\r\n${FRAMED}`,
    received: `POST /exec/e1/start HTTP/1.1\r\nHost: docker\r\n${FRAMED}`,
  },
] as const;

const STREAMS = ["raw", "multiplexed"].map(
  (kind) => `HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.${kind}-stream\r\n\r\n`,
);

describe.each(PLACES)("over $client to an engine on $engine", (places) => {
  describe.each(ROUTES)("$name without an upgrade", ({ request, received }) => {
    test.each(STREAMS)("passes input on behind %j, early and late, and the end of it", async (stream) => {
      const { engine, gate, connect, untilRecords } = await openRig(places);
      const client = await connect();
      await client.send(`${request}early `);
      const connection = await engine.connection();
      await connection.until(received);
      await settle();
      expect(connection.text).toBe(received);
      await connection.send(`${stream}one `);
      await client.until("one ");
      await connection.until("early ");
      await client.send("late");
      await connection.until("late");
      client.end();
      await connection.untilOver();
      await connection.send("two");
      connection.end();
      await client.untilOver();
      expect(connection.text).toBe(`${received}early late`);
      expect(client.text).toBe(`${stream.slice(0, -2)}Connection: close\r\n\r\none two`);
      await untilRecords(1);
      expect(gate.records).toMatchObject([{ status: 200, stream: "tunnel", end: "complete" }]);
    });
  });
});

describe.each(ROUTES)("$name without an upgrade", ({ request, received }) => {
  test.each([
    { name: "an error", answer: answerOf("no", "409 Conflict") },
    { name: "an answer with a length", answer: answerOf("") },
    { name: "an answer of another type that ends by closing", answer: "HTTP/1.1 200 OK\r\n\r\nno" },
    {
      name: "an answer in chunks",
      answer:
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n" +
        "Transfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
    },
  ])("takes no input behind $name, and nothing of it for a request", async ({ answer }) => {
    const { engine, gate, connect } = await openRig();
    const client = await connect();
    await client.send(request + HIDDEN);
    const connection = await engine.connection();
    await connection.until(received);
    await connection.send(answer);
    connection.end();
    const message = await client.next();
    expect(statusOf(message)).toBe(Number(answer.split(" ")[1]));
    expect(valuesOf(message, "connection")).toStrictEqual(["close"]);
    await client.send(HIDDEN);
    await client.untilOver();
    await settle();
    expect(connection.text).toBe(received);
    expect(engine.connections).toHaveLength(1);
    expect(gate.records).toHaveLength(1);
  });

  test("opens no tunnel where the engine changes a protocol that nobody asked for", async () => {
    const { engine, connect } = await openRig();
    const client = await connect();
    await client.send(request + HIDDEN);
    const connection = await engine.connection();
    await connection.until(received);
    await connection.send(`${UPGRADED}output`);
    expect(refusalOf(await client.next())).toMatchObject({ status: 502, code: "engine_answer" });
    await client.untilOver();
    expect(connection.text).toBe(received);
    expect(client.text).not.toContain("output");
  });
});
