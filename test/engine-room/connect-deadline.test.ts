import { expect, test, vi } from "vitest";
import { openRig } from "../proxy/rig.ts";
import { statusOf } from "../support/raw-peer.ts";
import { answerOf, SILENT } from "../support/scripted-engine.ts";

test("an engine on TCP that was reached in time may take longer for its answer", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: false });
  try {
    const { connect, engine } = await openRig({ engine: "tcp", script: SILENT });
    const client = await connect();
    await client.send("GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n");
    const connection = await engine.connection();
    await connection.next();
    vi.advanceTimersByTime(10_001);
    await connection.send(answerOf("done"));
    expect(statusOf(await client.next())).toBe(200);
  } finally {
    vi.useRealTimers();
  }
});
