import { expect } from "vitest";
import { type RawPeer, statusOf } from "../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript } from "../support/scripted-engine.ts";

const STREAM_HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

const answer = answerEach(({ startLine }) =>
  startLine.includes("/events") ? STREAM_HEAD : answerOf("done"),
);

/** An engine that begins a stream of events and says nothing in it, answers all else, and goes when its client has gone. */
export const DONE_OR_STREAM: EngineScript = (connection, index) => {
  connection.socket.on("end", () => connection.end());
  return answer(connection, index);
};

/** Begins a stream on a connection, which is busy from then on. */
export async function streamOn(client: RawPeer): Promise<void> {
  await client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(statusOf(await client.next({ headOnly: true }))).toBe(200);
}
