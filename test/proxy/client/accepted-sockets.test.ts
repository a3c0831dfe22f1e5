import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig } from "../rig.ts";

const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const ESTABLISHED = "01";
/** What the kernel will do next: ask whether the peer still lives (proc_pid_net(5), `tr`). */
const KEEP_ALIVE = "02";

/** Loopback's address and a port, as the kernel's table has them. */
function inTable(port: number): string {
  return `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The running timer of an established connection. */
function timerOf(local: number, remote: number): string | undefined {
  const rows = readFileSync("/proc/net/tcp", "latin1")
    .split("\n")
    .map((row) => row.trim().split(/ +/u));
  const row = rows.find(
    ([, here, there, state]) => here === inTable(local) && there === inTable(remote) && state === ESTABLISHED,
  );
  return row?.[5]?.slice(0, 2);
}

test.runIf(process.platform === "linux")(
  "a silent client is asked by the kernel whether it still lives",
  async () => {
    const { gate, connect } = await openRig({ script: answerEach(answerOf("done")) });
    const client = await connect();
    await client.send(GET);
    await client.next();
    // While an acknowledgement is on its way, another timer runs.
    await expect.poll(() => timerOf(gate.port, client.socket.localPort ?? 0)).toBe(KEEP_ALIVE);
  },
);

test("small answers to a client do not wait for its acknowledgements", async () => {
  const setNoDelay = vi.spyOn(Socket.prototype, "setNoDelay");
  onTestFinished(() => setNoDelay.mockRestore());
  const { gate, connect } = await openRig({ script: answerEach(answerOf("done")) });
  const client = await connect();
  await client.send(GET);
  expect(statusOf(await client.next())).toBe(200);
  const sockets = setNoDelay.mock.contexts.filter(
    (socket) => socket instanceof Socket && socket.localPort === gate.port,
  );
  expect(sockets).toHaveLength(1);
  expect(setNoDelay.mock.calls.every(([isOn]) => isOn === true)).toBe(true);
});
