import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, settle } from "../../support/raw-peer.ts";
import { digestOf, Flood } from "../flood.ts";
import { openTunnel } from "../open-tunnel.ts";
import { PLACES } from "../rig.ts";

const LARGE = 8 * 1024 * 1024;
/** Leaves a last piece that is too small to be waited for. */
const ODD = LARGE + 1000;

/** Reads a little at a time, as a slow terminal does. */
function readSlowly({ socket }: RawPeer): void {
  socket.on("data", () => {
    socket.pause();
    setTimeout(() => socket.resume(), 1);
  });
}

describe.each(PLACES)("a tunnel from $client to $engine", (places) => {
  test("passes on the client's end alone: output goes on until the engine ends", async () => {
    const { client, server, gate, input, output, untilRecords } = await openTunnel(places);
    await client.send("all the input");
    client.end();
    await server.untilOver();
    expect(input().toString()).toBe("all the input");
    expect(gate.records).toHaveLength(0);
    await server.send("output ", "after the end ", "of input");
    await client.until("of input");
    expect(client.over).toBe(false);
    server.end();
    await client.untilOver();
    expect(output().toString()).toBe("output after the end of input");
    await eventually(() => client.closed && server.closed, "both connections are gone");
    await untilRecords(1);
    expect(gate.records).toMatchObject([
      { status: 101, stream: "tunnel", code: undefined, bytesIn: 13, bytesOut: 29, end: "complete" },
    ]);
  });

  test("passes on the engine's end alone: input goes on until the client ends", async () => {
    const { client, server, gate, input, output, untilRecords } = await openTunnel(places);
    await server.send("all the output");
    server.end();
    await client.untilOver();
    expect(output().toString()).toBe("all the output");
    await client.send("input ", "after the end ", "of output");
    await server.until("of output");
    expect(server.over).toBe(false);
    client.end();
    await server.untilOver();
    expect(input().toString()).toBe("input after the end of output");
    await eventually(() => client.closed && server.closed, "both connections are gone");
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ status: 101, bytesIn: 29, bytesOut: 14, end: "complete" }]);
  });

  test("ends when both ends end at once", async () => {
    const { client, server, gate, untilRecords } = await openTunnel(places);
    client.end();
    server.end();
    await eventually(() => client.closed && server.closed, "both connections are gone");
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ status: 101, bytesIn: 0, bytesOut: 0, end: "complete" }]);
  });

  test("carries much both ways at once, to slow readers, with nothing lost or changed", async () => {
    const { client, server, gate, input, output, untilRecords } = await openTunnel(places);
    readSlowly(client);
    readSlowly(server);
    const inward = new Flood(client.socket, LARGE);
    const outward = new Flood(server.socket, LARGE);
    await eventually(
      () => input().length >= LARGE && output().length >= LARGE,
      () => `all bytes; ${input().length} and ${output().length} came`,
    );
    expect(digestOf(input())).toBe(inward.digest);
    expect(digestOf(output())).toBe(outward.digest);
    client.end();
    server.end();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ bytesIn: LARGE, bytesOut: LARGE, end: "complete" }]);
  });

  test("carries many small pieces in their order", async () => {
    const { client, server, input, output } = await openTunnel(places);
    let lines = "";
    for (let number = 0; number < 1000; number += 1) {
      const line = `${number}\n`;
      lines += line;
      client.socket.write(line);
      await server.send(line);
    }
    await eventually(() => input().length >= lines.length && output().length >= lines.length, "all lines");
    expect(input().toString()).toBe(lines);
    expect(output().toString()).toBe(lines);
  });

  test("what is on its way when the client ends still arrives, followed by the end", async () => {
    const { client, server, input } = await openTunnel(places);
    readSlowly(server);
    const bytes = randomBytes(ODD);
    client.socket.end(bytes);
    await server.untilOver();
    expect(input().equals(bytes)).toBe(true);
  });

  test("what is on its way when the engine ends still arrives, followed by the end", async () => {
    const { client, server, output } = await openTunnel(places);
    readSlowly(client);
    const bytes = randomBytes(ODD);
    server.socket.end(bytes);
    await client.untilOver();
    expect(output().equals(bytes)).toBe(true);
    expect(client.failure).toBeUndefined();
  });

  test("input on its way to a slow engine arrives even if output has ended before", async () => {
    const { client, server, input } = await openTunnel(places);
    server.end();
    await client.untilOver();
    server.socket.pause();
    const bytes = randomBytes(ODD);
    client.socket.end(bytes);
    await settle();
    readSlowly(server);
    server.socket.resume();
    await server.untilOver();
    expect(server.failure).toBeUndefined();
    expect(input().equals(bytes)).toBe(true);
  });

  test("output on its way to a slow client arrives even if input has ended before", async () => {
    const { client, server, output } = await openTunnel(places);
    client.end();
    await server.untilOver();
    client.socket.pause();
    const bytes = randomBytes(ODD);
    server.socket.end(bytes);
    await settle();
    readSlowly(client);
    client.socket.resume();
    await client.untilOver();
    expect(client.failure).toBeUndefined();
    expect(output().equals(bytes)).toBe(true);
  });
});

describe("a tunnel that one side breaks", () => {
  test.each(PLACES.filter(({ client }) => client === "tcp"))(
    "ends for the engine on $engine at once when a client on $client resets it",
    async (places) => {
      const { client, server, gate, untilRecords } = await openTunnel(places);
      await client.send("input");
      await server.until("input");
      client.reset();
      await untilRecords(1);
      await server.untilOver();
      expect(gate.records).toMatchObject([{ status: 101, bytesIn: 5, bytesOut: 0, end: "client" }]);
    },
  );

  test.each(PLACES.filter(({ engine }) => engine === "tcp"))(
    "ends for the client on $client at once when an engine on $engine resets it",
    async (places) => {
      const { client, server, gate, untilRecords } = await openTunnel(places);
      await server.send("output");
      await client.until("output");
      server.reset();
      await client.untilOver();
      await untilRecords(1);
      expect(gate.records).toMatchObject([{ status: 101, bytesIn: 0, bytesOut: 6, end: "engine" }]);
    },
  );

  test.each(PLACES)("ends at the next output when a client on $client has closed", async (places) => {
    const { client, server, gate, untilRecords } = await openTunnel(places);
    client.socket.destroy();
    await server.untilOver();
    await eventually(() => {
      server.socket.write("output that nobody reads");
      return gate.records.length > 0;
    }, "the gate sees that the client has gone");
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ status: 101, end: "client" }]);
    await eventually(() => {
      server.socket.write("output");
      return server.closed;
    }, "the engine's connection is gone");
  });
});

test("what looks like requests and answers in a tunnel is passed on unread", async () => {
  const { client, server, engine, gate, input, output } = await openTunnel();
  const request = "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
  const answer = "HTTP/1.1 101 UPGRADED\r\n\r\nHTTP/1.1 200 OK\n\nGET";
  await client.send(request);
  await server.until("{}");
  await server.send(answer);
  await client.until("GET");
  expect(input().toString()).toBe(request);
  expect(output().toString()).toBe(answer);
  expect(engine.connections).toHaveLength(1);
  expect(gate.records).toHaveLength(0);
});

test("the connection to the engine of a tunnel carries nothing else afterwards", async () => {
  const { client, server, engine, ask } = await openTunnel();
  client.end();
  server.end();
  await eventually(() => client.closed && server.closed, "the tunnel is gone");
  const asking = ask("GET /version HTTP/1.1\r\nHost: x\r\n\r\n");
  const fresh = await engine.connection(1);
  await fresh.next();
  await fresh.send("HTTP/1.1 204 No Content\r\n\r\n");
  await asking;
});
