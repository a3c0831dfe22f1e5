import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type Place } from "../../support/scripted-engine.ts";
import { ATTACH_RECEIVED, ATTACH_REQUEST, UPGRADED } from "../open-tunnel.ts";
import { openRig, READ_CONTAINERS, type Rig, type RigOptions } from "../rig.ts";

const KINDS: readonly Place[] = ["tcp", "unix"];
const DONE = answerEach(answerOf("done"));
const GET = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const HALF_A_HEAD = GET.slice(0, 20);
const SECOND = 1000;
const IDLE = 90 * SECOND;
const MINUTE = 60 * SECOND;

/** A rig whose time a test sets; the gate looks at it every second of real time. */
interface TimedRig extends Rig {
  setTime(milliseconds: number): void;
  /** Sets the time, and waits until every connection that is open by then has been looked at. */
  passTo(milliseconds: number): Promise<void>;
}

async function openTimedRig(options: RigOptions = {}): Promise<TimedRig> {
  let now = 0;
  const rig = await openRig({ ...options, clock: { now: () => now } });
  const setTime = (milliseconds: number): void => {
    now = milliseconds;
  };
  const passTo = async (milliseconds: number): Promise<void> => {
    // Connections are looked at in their order: when the last one is cut, all have been looked at.
    now = milliseconds - IDLE;
    const canary = await rig.connect();
    await settle();
    now = milliseconds;
    await canary.untilOver();
  };
  return { ...rig, setTime, passTo };
}

describe.each(KINDS)("over %s", (client) => {
  test("a head that is not complete 10 seconds after its first byte is answered with 408", async () => {
    const { connect, engine, gate, setTime, passTo } = await openTimedRig({ client });
    setTime(IDLE);
    const peer = await connect();
    await peer.send(HALF_A_HEAD);
    await settle();
    await passTo(IDLE + 10 * SECOND - 1);
    expect(peer.over).toBe(false);
    expect(peer.text).toBe("");
    setTime(IDLE + 10 * SECOND);
    const answer = await peer.next();
    expect(refusalOf(answer)).toStrictEqual({
      status: 408,
      code: "head_timeout",
      message: "quaygate: the head of the request did not arrive in time",
    });
    await peer.untilOver();
    await peer.send(GET.slice(20));
    await settle();
    expect(peer.unread).toBe("");
    expect(engine.connections).toHaveLength(0);
    expect(gate.records).toMatchObject([
      { verdict: "refuse", code: "head_timeout", status: 408, method: "GET", path: undefined },
    ]);
  });

  test("a connection without a request is closed after 90 seconds without a word", async () => {
    const { connect, gate, setTime, passTo } = await openTimedRig({ client, script: DONE });
    const unused = await connect();
    const used = await connect();
    await used.send(GET);
    await used.next();
    await settle();
    await passTo(IDLE - 1);
    expect([unused.over, used.over]).toStrictEqual([false, false]);
    setTime(IDLE);
    await unused.untilOver();
    await used.untilOver();
    expect(unused.text + used.unread).toBe("");
    expect(gate.records).toHaveLength(1);
  });
});

test("a head that comes byte by byte has no more time than another", async () => {
  const { connect, setTime } = await openTimedRig();
  const client = await connect();
  await client.send("G");
  for (let second = 0; second < 10; second += 1) {
    setTime(second * SECOND);
    await client.send(HALF_A_HEAD.charAt(second + 1));
  }
  setTime(10 * SECOND);
  expect(refusalOf(await client.next())).toMatchObject({ status: 408, code: "head_timeout" });
});

test("each head of a connection has its own 10 seconds, each wait its own 90", async () => {
  const { connect, engine, passTo } = await openTimedRig({ env: READ_CONTAINERS });
  const client = await connect();
  await client.send(HALF_A_HEAD);
  await settle();
  await passTo(9 * SECOND);
  await client.send(GET.slice(20));
  const connection = await engine.connection();
  await connection.next();
  await passTo(10 * MINUTE);
  await connection.send(answerOf("slow"));
  await client.next();
  await passTo(11 * MINUTE);
  await client.send(`GET /secrets HTTP/1.1\r\nHost: x\r\n\r\n${HALF_A_HEAD}`);
  expect(statusOf(await client.next())).toBe(403);
  await passTo(11 * MINUTE + 9 * SECOND);
  await client.send(GET.slice(20));
  // The first one has been idle for too long itself.
  const fresh = await engine.connection(1);
  await fresh.next();
  await fresh.send(answerOf("done"));
  expect(statusOf(await client.next())).toBe(200);
});

describe("the body of a request", () => {
  test("that is denied and does not come within 10 seconds ends the connection", async () => {
    const { connect, engine, gate, setTime, passTo } = await openTimedRig({ env: READ_CONTAINERS });
    setTime(IDLE);
    const client = await connect();
    await client.send("POST /secrets/create HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello");
    expect(statusOf(await client.next())).toBe(403);
    await passTo(IDLE + 10 * SECOND - 1);
    expect(client.over).toBe(false);
    setTime(IDLE + 10 * SECOND);
    await client.untilOver();
    expect(client.unread).toBe("");
    expect(engine.connections).toHaveLength(0);
    expect(gate.records).toMatchObject([
      { verdict: "deny", code: "operation_denied", status: 403, bytesIn: 5, end: "client" },
    ]);
  });

  test("that upgrades and does not come within 10 seconds is answered with 408", async () => {
    const { connect, engine, gate, setTime, passTo } = await openTimedRig();
    setTime(IDLE);
    const client = await connect();
    await client.send(
      "POST /exec/a/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 100\r\n\r\n{",
    );
    await settle();
    await passTo(IDLE + 10 * SECOND - 1);
    expect(client.over).toBe(false);
    setTime(IDLE + 10 * SECOND);
    expect(refusalOf(await client.next())).toStrictEqual({
      status: 408,
      code: "body_timeout",
      message:
        "quaygate: ExecStart (POST /exec/a/start) is refused: the rest of the request did not arrive in time",
    });
    await client.untilOver();
    expect(engine.connections).toHaveLength(0);
    expect(gate.records).toMatchObject([
      { verdict: "allow", code: "body_timeout", status: 408, bytesIn: 1, end: "client" },
    ]);
  });
});

interface Quiet {
  readonly name: string;
  /** Brings a connection to where nothing more is said, and gives what goes on afterwards. */
  readonly begin: (client: RawPeer, rig: Rig) => Promise<() => Promise<void>>;
}

const QUIET: readonly Quiet[] = [
  {
    name: "a request that the engine does not answer",
    begin: async (client, { engine }) => {
      await client.send("POST /containers/web/wait HTTP/1.1\r\nHost: x\r\n\r\n");
      const connection = await engine.connection();
      await connection.next();
      return async () => {
        await connection.send(answerOf("at last"));
        expect((await client.next()).body.toString()).toBe("at last");
      };
    },
  },
  {
    name: "a stream that says nothing",
    begin: async (client, { engine }) => {
      await client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
      const connection = await engine.connection();
      await connection.next();
      await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
      await client.until("first");
      return async () => {
        await connection.send("6\r\nsecond\r\n0\r\n\r\n");
        expect((await client.next()).body.toString()).toBe("firstsecond");
      };
    },
  },
  {
    name: "an upload that pauses",
    begin: async (client, { engine }) => {
      await client.send("POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nfirst");
      const connection = await engine.connection();
      await connection.until("first");
      return async () => {
        await client.send("second");
        await connection.until("firstsecond");
        await connection.send(answerOf("done"));
        expect(statusOf(await client.next())).toBe(200);
      };
    },
  },
  {
    name: "an upgrade that the engine thinks over",
    begin: async (client, { engine }) => {
      await client.send(ATTACH_REQUEST);
      const connection = await engine.connection();
      await connection.until(ATTACH_RECEIVED);
      return async () => {
        await connection.send(UPGRADED);
        await client.until(UPGRADED);
      };
    },
  },
  {
    name: "a tunnel in which nobody speaks",
    begin: async (client, { engine }) => {
      await client.send(ATTACH_REQUEST);
      const connection = await engine.connection();
      await connection.until(ATTACH_RECEIVED);
      await connection.send(UPGRADED);
      await client.until(UPGRADED);
      return async () => {
        await client.send("input");
        await connection.until("input");
        await connection.send("output");
        await client.until("output");
      };
    },
  },
];

describe.each(KINDS)("over %s eleven minutes do not end", (client) => {
  // HAProxy cuts these after ten minutes in both originals.
  test.each(QUIET)("$name", async ({ begin }) => {
    const rig = await openTimedRig({ client });
    const peer = await rig.connect();
    const goOn = await begin(peer, rig);
    await rig.passTo(11 * MINUTE);
    await settle();
    expect(peer.over).toBe(false);
    await goOn();
  });
});

test("a connection that the gate has ended is cut 2 seconds later even if the client holds it open", async () => {
  const { connect, ask, setTime, passTo } = await openTimedRig({ connectionLimit: 2, script: DONE });
  setTime(IDLE);
  const client = await connect();
  await client.send("nonsense\r\n\r\n");
  await client.untilOver();
  await passTo(IDLE + 2 * SECOND - 1);
  await client.send("nobody reads this, and nobody minds");
  await settle();
  expect(client.failure).toBeUndefined();
  setTime(IDLE + 2 * SECOND);
  await eventually(() => {
    client.socket.write("more");
    return client.failure !== undefined;
  }, "the connection is cut");
  expect(statusOf(await ask(GET))).toBe(200);
});

describe("a head", () => {
  const fields = (count: number): string => "X-A: b\r\n".repeat(count - 1);
  const start = "GET /containers/json HTTP/1.1\r\nHost: x\r\n";

  test("without end is answered with 431 when it is 256 KiB long", async () => {
    const { connect, engine, gate } = await openRig({ script: DONE });
    const client = await connect();
    await client.send(start, "X-A: ");
    let sent = start.length + 5;
    while (!client.over && sent < 1024 * 1024) {
      await client.send("x".repeat(8 * 1024));
      sent += 8 * 1024;
    }
    expect(refusalOf(await client.next())).toStrictEqual({
      status: 431,
      code: "head_too_large",
      message:
        "quaygate: ContainerList (GET /containers/json) is refused: the head is longer than 262144 bytes",
    });
    await client.untilOver();
    expect(client.failure).toBeUndefined();
    expect(engine.connections).toHaveLength(0);
    expect(gate.records).toMatchObject([{ verdict: "refuse", code: "head_too_large", status: 431 }]);
  });

  test("of nearly 256 KiB is answered by the engine", async () => {
    const { ask } = await openRig({ script: DONE });
    const answer = await ask(`${start}X-A: ${"x".repeat(256 * 1024 - start.length - 10)}\r\n\r\n`);
    expect(statusOf(answer)).toBe(200);
  });

  test("of 201 fields is answered with 431, and one of 200 by the engine", async () => {
    const { ask, engine } = await openRig({ script: DONE });
    expect(statusOf(await ask(`${start}${fields(200)}\r\n`))).toBe(200);
    expect(engine.connections).toHaveLength(1);
    expect(refusalOf(await ask(`${start}${fields(201)}\r\n`))).toStrictEqual({
      status: 431,
      code: "too_many_fields",
      message: "quaygate: ContainerList (GET /containers/json) is refused: the head has more than 200 fields",
    });
    expect(engine.connections).toHaveLength(1);
  });
});
