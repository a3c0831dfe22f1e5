import { describe, expect, test } from "vitest";
import { settle } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { openTunnel } from "../open-tunnel.ts";
import { openRig, READ_CONTAINERS } from "../rig.ts";

const LIST = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

/** A clock that stands until a test moves it, in milliseconds. */
function standingClock(): { now: () => number; time: number } {
  const clock = { time: 1_000, now: () => clock.time };
  return clock;
}

describe("the engine's time", () => {
  test("goes from the request's head to the first byte of the answer, not to its end", async () => {
    const clock = standingClock();
    const { engine, connect, gate, untilRecords } = await openRig({ clock });
    const client = await connect();
    await client.send(LIST);
    const server = await engine.connection();
    await server.next();
    clock.time += 70;
    const answer = answerOf("some content");
    await server.send(answer.slice(0, 1));
    await settle();
    clock.time += 500;
    await server.send(answer.slice(1));
    await client.next();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ duration: 570, engineTime: 70 }]);
  });

  test("begins with the head, also where the body takes its time", async () => {
    const clock = standingClock();
    const { engine, connect, gate, untilRecords } = await openRig({ clock });
    const client = await connect();
    await client.send(
      "PUT /containers/web/archive?path=/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab",
    );
    const server = await engine.connection();
    await server.until("ab");
    clock.time += 30;
    await client.send("cd");
    await server.until("abcd");
    clock.time += 5;
    await server.send(answerOf(""));
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ operation: "PutContainerArchive", engineTime: 35 }]);
  });

  test("of a request that went out twice is that of the second time", async () => {
    const clock = standingClock();
    const { engine, ask, connect, gate, untilRecords } = await openRig({
      clock,
      script: async (connection, index) => {
        if (index > 0) return;
        await connection.next();
        await connection.send(answerOf("first"));
        await connection.next();
        clock.time += 400;
        connection.end();
      },
    });
    await ask(LIST);
    const client = await connect();
    await client.send(LIST);
    const again = await engine.connection(1);
    await again.next();
    clock.time += 20;
    await again.send(answerOf("second"));
    await client.next();
    await untilRecords(2);
    expect(gate.records.at(-1)).toMatchObject({ duration: 420, engineTime: 20 });
  });

  test("of a tunnel goes to the engine's agreement", async () => {
    const clock = standingClock();
    const { client, server, gate, untilRecords } = await openTunnel({ clock });
    clock.time += 3_000;
    client.end();
    server.end();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ stream: "tunnel", duration: 3_000, engineTime: 0 }]);
  });

  test.each([
    ["was refused", "POST /containers/web/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"],
    ["was not understood", "NONSENSE\r\n\r\n"],
  ])("is not told of what %s", async (_, request) => {
    const { ask, gate, untilRecords } = await openRig({ env: READ_CONTAINERS });
    await ask(request);
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ engineTime: undefined }]);
  });

  test("is not told where no engine answered", async () => {
    const { ask, gate, untilRecords } = await openRig({ script: (connection) => connection.end() });
    await ask(LIST);
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ code: "engine_closed", engineTime: undefined }]);
  });
});
