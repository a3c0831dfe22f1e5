import { expect, test } from "vitest";
import { statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig, READ_CONTAINERS } from "../rig.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const LONG_PAUSE = 120_000;

// 255,000 bytes fit into a unix socket on Linux. The rest stays in the gate: less than what makes it stop reading.
test.each([262_000, 268_000])(
  "an answer of %i bytes is whole for a client who pauses for two minutes at its end",
  async (size) => {
    let now = 0;
    const { connect, untilRecords } = await openRig({
      client: "unix",
      env: READ_CONTAINERS,
      clock: { now: () => now },
      script: answerEach(answerOf("x".repeat(size))),
    });
    const [client, idle] = [await connect(), await connect()];
    client.socket.pause();
    client.socket.write(GET);
    await untilRecords(1);
    now += LONG_PAUSE;
    // The gate has looked at its deadlines when it closes the connection of an idle client.
    await idle.untilOver();
    client.socket.resume();
    const { body } = await client.next();
    expect(body).toHaveLength(size);
    client.socket.write(GET);
    expect(statusOf(await client.next())).toBe(200);
  },
);
