import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { eventually, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openRig, READ_CONTAINERS } from "../rig.ts";

const MEBIBYTE = 1024 * 1024;
const QUIET = 150;
const BURST = 100;

/** Sends one request many times, as fast as the other side takes them, and counts those that were taken. */
class RequestFlood {
  readonly #socket: Socket;
  readonly #burst: string;
  readonly #total: number;
  #taken = 0;

  /** Begins at once; `total` is a multiple of {@link BURST}. */
  constructor(socket: Socket, request: string, total: number) {
    this.#socket = socket;
    this.#burst = request.repeat(BURST);
    this.#total = total;
    this.#sendNext();
  }

  /** How many requests the kernel has taken. */
  get taken(): number {
    return this.#taken;
  }

  #sendNext(): void {
    if (this.#taken < this.#total) {
      this.#socket.write(this.#burst, () => {
        this.#taken += BURST;
        this.#sendNext();
      });
    }
  }
}

/** Waits until a number does not change any more. */
async function untilStill(count: () => number): Promise<void> {
  let before = -1;
  while (before !== count()) {
    before = count();
    await settle(QUIET);
  }
}

const LARGE = 4096;

// On unix sockets the kernel holds a few hundred KiB; what the gate takes or answers beyond that, it holds itself.
const CASES = [
  {
    name: "denied requests",
    request: "GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n",
    total: 40_000,
    status: "403 Forbidden",
    leastAnswer: 256,
  },
  {
    name: "denied requests with bodies",
    request: "POST /secrets/create HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    total: 40_000,
    status: "403 Forbidden",
    leastAnswer: 256,
  },
  {
    name: "allowed requests",
    request: "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
    // Early requests that wait have a bound of 64 KiB together.
    total: 1_300,
    status: "200 OK",
    leastAnswer: LARGE,
  },
];

describe("a client that does not read its answers", () => {
  test.each(CASES)(
    "gets no more of them for $name than are on the way, and every one when it reads",
    async ({ request, total, status, leastAnswer }) => {
      const { connect, gate } = await openRig({
        client: "unix",
        env: READ_CONTAINERS,
        script: answerEach(answerOf("x".repeat(LARGE))),
      });
      const client = await connect();
      client.socket.pause();
      const flood = new RequestFlood(client.socket, request, total);
      await untilStill(() => flood.taken + gate.records.length);
      expect(gate.records.length).toBeGreaterThan(0);
      expect(gate.records.length * leastAnswer).toBeLessThan(MEBIBYTE);
      expect(flood.taken * request.length).toBeLessThan(MEBIBYTE);
      client.socket.resume();
      await eventually(
        () => gate.records.length === total,
        () => `${total} records; there are ${gate.records.length}`,
      );
      await client.until((text) => text.split(`HTTP/1.1 ${status}\r\n`).length === total + 1);
    },
  );

  test.each(CASES)("and goes away in the middle of $name is forgotten", async ({ request, total }) => {
    const { connect, ask, gate } = await openRig({
      client: "unix",
      env: READ_CONTAINERS,
      script: answerEach(answerOf("x".repeat(LARGE))),
      connectionLimit: 1,
    });
    const client = await connect();
    client.socket.pause();
    const flood = new RequestFlood(client.socket, request, total);
    await untilStill(() => flood.taken + gate.records.length);
    client.socket.destroy();
    await eventually(() => client.closed, "the connection closes");
    await settle();
    expect(statusOf(await ask("GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n"))).toBe(200);
  });

  test("and sends no request any more is cut when it would be idle for too long", async () => {
    let now = 0;
    const { connect, gate } = await openRig({
      client: "unix",
      env: READ_CONTAINERS,
      clock: { now: () => now },
    });
    const client = await connect();
    client.socket.pause();
    const flood = new RequestFlood(client.socket, "GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n", 40_000);
    await untilStill(() => flood.taken + gate.records.length);
    now = 91_000;
    await eventually(() => client.failure !== undefined, "the connection is cut");
    expect(client.failure).toBe("EPIPE");
  });

  test("is cut even if it read an answer of the engine before", async () => {
    let now = 0;
    const { connect, gate } = await openRig({
      client: "unix",
      env: READ_CONTAINERS,
      clock: { now: () => now },
      script: answerEach(answerOf("done")),
    });
    const client = await connect();
    await client.send("GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n");
    await client.next();
    client.socket.pause();
    const flood = new RequestFlood(client.socket, "GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n", 40_000);
    await untilStill(() => flood.taken + gate.records.length);
    now = 91_000;
    await eventually(() => client.failure !== undefined, "the connection is cut");
    expect(client.failure).toBe("EPIPE");
  });
});
