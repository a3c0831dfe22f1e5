import { describe, expect, test } from "vitest";
import { eventually, settle } from "../../support/raw-peer.ts";
import { openLimitedGate } from "../limited-gate.ts";
import { CHUNKED_JSON, chunk, grantReviewing, tableOf } from "../reviewed-gate.ts";

const EVENTS = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";
const grant = grantReviewing({
  SystemEvents: { answer: tableOf("sequence"), use: { use: "list", kind: "container" } },
});
const event = '{"team":"ours"}';

async function openStream() {
  const gate = await openLimitedGate({}, { grant });
  const client = await gate.connect();
  await client.send(EVENTS);
  const connection = await gate.engine.connection();
  await connection.next();
  await connection.send(CHUNKED_JSON, chunk(`${event}\n`));
  await client.until(event);
  return { ...gate, client, connection };
}

describe("a reviewed stream ends", () => {
  test("for the engine when its client goes away", async () => {
    const { client, connection, records } = await openStream();
    client.reset();
    await connection.untilOver();
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ status: 200, end: "client" }]);
  });

  test("for the engine when its client ends its direction, and what the engine said before still arrives", async () => {
    const { client, connection } = await openStream();
    client.end();
    await eventually(() => connection.ended, "the end of the client's direction");
    await connection.send(chunk(`${event}\n`), "0\r\n\r\n");
    expect((await client.next()).body.toString()).toBe(`${event}\n${event}\n`);
    await client.untilOver();
  });

  test("when the gate stops, without the end of the body", async () => {
    const { client, connection, connections, drain, records } = await openStream();
    drain();
    const over = connections.drain();
    await client.untilOver();
    client.end();
    await over;
    await connection.untilOver();
    expect(client.text).not.toContain("0\r\n\r\n");
    expect(records).toMatchObject([{ status: 200, end: "gate" }]);
  });

  test("without an event that was not whole", async () => {
    const { client, connection, records } = await openStream();
    await connection.send(chunk('{"team":"ou'));
    await settle();
    connection.end();
    await client.untilOver();
    expect(client.text.split('"team"').length).toBe(2);
    await eventually(() => records.length === 1, "the record");
    expect(records).toMatchObject([{ code: undefined, end: "engine" }]);
  });
});
