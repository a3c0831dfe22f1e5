import { describe, expect, test } from "vitest";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, SILENT } from "../../support/scripted-engine.ts";
import {
  chunksOf,
  DANGEROUS,
  HARMLESS,
  harmlessOf,
  JUDGED,
  received,
  WITH_VOLUME,
  withLength,
} from "../judged-requests.ts";
import { openRig, type Rig, type RigOptions } from "../rig.ts";

const DONE = answerEach(answerOf("done"));
const MIB = 1024 * 1024;
const LARGE = 64 * 1024 + 1;
/** As much memory as so many large bodies of one client take, and not one more: it gets 7/8 of 7/8. */
const PLACES = 16;
const MEMORY = (PLACES * (LARGE + 12_500) * 64) / 49;
const CHUNKED_HEAD = "POST /containers/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
const LARGE_START = withLength(harmlessOf(LARGE + 100)).slice(0, -50);
const TOO_LARGE = {
  status: 413,
  code: "body_too_large",
  message:
    "quaygate: ContainerCreate (POST /containers/create) is refused: the body is longer than the 4194304 bytes that can be judged",
};

/** A rig whose time a test sets; the gate looks at it every second of real time. */
async function openTimedRig(options: RigOptions = {}): Promise<Rig & { setTime(now: number): void }> {
  let now = 0;
  const rig = await openRig({
    env: JUDGED,
    script: DONE,
    judgedMemory: MEMORY,
    ...options,
    clock: { now: () => now },
  });
  const setTime = (milliseconds: number): void => {
    now = milliseconds;
  };
  return { ...rig, setTime };
}

describe("a body", () => {
  test("of 4 MiB is judged and forwarded", async () => {
    const { engine, ask } = await openRig({ env: JUDGED, script: DONE });
    const body = harmlessOf(4 * MIB);
    expect(statusOf(await ask(withLength(body)))).toBe(200);
    expect((await engine.connection()).text === received(body)).toBe(true);
  });

  test("that is announced as longer is refused at once, and the connection ends", async () => {
    const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(
      `POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: ${4 * MIB + 1}\r\n\r\n`,
    );
    expect(refusalOf(await client.next())).toStrictEqual(TOO_LARGE);
    await client.untilOver();
    expect(engine.connections).toHaveLength(0);
  });

  test("that turns out to be longer is refused then, and what follows is no request", async () => {
    const { engine, connect } = await openRig({ env: JUDGED, script: DONE });
    const client = await connect();
    await client.send(CHUNKED_HEAD + chunksOf(harmlessOf(4 * MIB), 65_536).slice(0, -5));
    await settle();
    expect(client.text).toBe("");
    await client.send("1\r\n \r\n0\r\n\r\nGET /version HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(refusalOf(await client.next())).toStrictEqual(TOO_LARGE);
    await client.untilOver();
    expect(client.unread).toBe("");
    expect(engine.connections).toHaveLength(0);
  });

  test.each([
    { how: "with a length", request: withLength(HARMLESS).slice(0, -1), bytesIn: HARMLESS.length - 1 },
    { how: "in chunks", request: `${CHUNKED_HEAD}1\r\n{\r\n`, bytesIn: 1 },
    { how: "of which nothing comes", request: CHUNKED_HEAD, bytesIn: 0 },
  ])("$how that does not come within 10 seconds is answered with 408", async ({ request, bytesIn }) => {
    const { connect, engine, gate, setTime, untilRecords } = await openTimedRig();
    const client = await connect();
    await client.send(request);
    await settle();
    setTime(10_000);
    expect(refusalOf(await client.next())).toStrictEqual({
      status: 408,
      code: "body_timeout",
      message:
        "quaygate: ContainerCreate (POST /containers/create) is refused: the rest of the request did not arrive in time",
    });
    await client.untilOver();
    await untilRecords(1);
    expect(gate.records).toMatchObject([{ code: "body_timeout", status: 408, bytesIn, end: "client" }]);
    expect(engine.connections).toHaveLength(0);
  });

  test("that comes a byte a second has no more time than another", async () => {
    const { connect, setTime } = await openTimedRig();
    const client = await connect();
    await client.send(CHUNKED_HEAD);
    for (let second = 0; second < 10; second += 1) {
      setTime(second * 1000);
      await client.send("1\r\n \r\n");
    }
    setTime(10_000);
    expect(refusalOf(await client.next())).toMatchObject({ status: 408, code: "body_timeout" });
  });
});

test("an engine may take its time for the answer to a judged request", async () => {
  const { connect, engine, setTime } = await openTimedRig({ script: SILENT });
  const client = await connect();
  await client.send(withLength(HARMLESS));
  const connection = await engine.connection();
  await connection.next();
  setTime(9_999);
  const canary = await openCanary(connect);
  setTime(3_600_000);
  await canary.untilOver();
  await connection.send(answerOf("done"));
  expect(statusOf(await client.next())).toBe(200);
});

/** A connection that is cut when the gate next looks at deadlines that are long over. */
async function openCanary(connect: () => Promise<RawPeer>): Promise<RawPeer> {
  const canary = await connect();
  await settle();
  return canary;
}

describe("bodies that are judged at the same time", () => {
  test("have one bound in bytes, whatever the size of each", async () => {
    const { connect, ask, engine } = await openRig({ env: JUDGED, script: SILENT, judgedMemory: 9.5 * MIB });
    const body = harmlessOf(3 * MIB);
    const waiting: RawPeer[] = [];
    for (let count = 0; count < 2; count += 1) {
      const peer = await connect();
      await peer.send(withLength(body));
      await (await engine.connection(count)).until(received(body));
      waiting.push(peer);
    }
    expect(statusOf(await ask(withLength(body)))).toBe(503);
    const smaller = await connect();
    await smaller.send(withLength(harmlessOf(MIB)));
    await (await engine.connection(2)).until(received(harmlessOf(MIB)));
    await (await engine.connection(0)).send(answerOf("done"));
    expect(await waiting[0]?.next().then(statusOf)).toBe(200);
    await (await connect()).send(withLength(body));
    await (await engine.connection(3)).until(received(body));
  });

  test.each([
    {
      size: "small",
      bytes: 46_000,
      count: 85,
      refused: 15,
      other: HARMLESS,
      own: harmlessOf(46_000),
      answer: 503,
    },
    {
      size: "large",
      bytes: 200_000,
      count: 25,
      refused: 5,
      other: harmlessOf(LARGE),
      own: HARMLESS,
      answer: 200,
    },
  ])(
    "of one client never fill all of it: $size ones, and others get through",
    async ({ bytes, count, refused, other, own, answer }) => {
      const { connect, gate, untilRecords, ask } = await openRig({
        env: JUDGED,
        script: DONE,
        judgedMemory: 4 * MIB,
      });
      const request = withLength(harmlessOf(bytes)).slice(0, -1);
      for (let sent = 0; sent < count; sent += 1) await (await connect("127.0.0.2")).send(request);
      await untilRecords(refused);
      await settle();
      const told = gate.records.filter(({ code }) => code === "too_many_large_bodies");
      expect(told).toHaveLength(gate.records.length);
      expect(told.length).toBeLessThan(refused + 10);
      expect(statusOf(await ask(withLength(other), "127.0.0.3"))).toBe(200);
      // What is kept for small ones is for those of the same client too, as long as it lasts.
      expect(statusOf(await ask(withLength(own), "127.0.0.2"))).toBe(answer);
    },
  );

  test("have a bound; beyond it one is told so, and small ones pass", async () => {
    const { connect, ask, gate } = await openRig({ env: JUDGED, script: DONE, judgedMemory: MEMORY });
    const waiting: RawPeer[] = [];
    for (let count = 0; count < PLACES; count += 1) {
      const peer = await connect();
      await peer.send(LARGE_START);
      waiting.push(peer);
    }
    // The answer to a later request tells that the gate has read what was sent before.
    expect(statusOf(await ask(withLength(HARMLESS)))).toBe(200);
    const beyond = await connect();
    await beyond.send(LARGE_START);
    expect(refusalOf(await beyond.next())).toStrictEqual({
      status: 503,
      code: "too_many_large_bodies",
      message: "quaygate: too many large requests are judged at the same time; try again",
    });
    await beyond.untilOver();
    expect(gate.records.at(-1)).toMatchObject({ code: "too_many_large_bodies", status: 503, end: "gate" });
    expect(statusOf(await ask(withLength(harmlessOf(LARGE / 2))))).toBe(200);
    expect(statusOf(await ask(withLength(DANGEROUS)))).toBe(403);
    expect(waiting.every((peer) => !peer.over)).toBe(true);
    for (const peer of waiting) {
      await peer.send(harmlessOf(LARGE + 100).slice(-50));
      expect(statusOf(await peer.next())).toBe(200);
    }
  });

  test("keep their place when they are forwarded, until the engine has answered", async () => {
    const { connect, ask, engine } = await openRig({ env: JUDGED, script: SILENT, judgedMemory: MEMORY });
    const body = harmlessOf(LARGE);
    const waiting: RawPeer[] = [];
    for (let count = 0; count < PLACES; count += 1) {
      const peer = await connect();
      await peer.send(withLength(body));
      await (await engine.connection(count)).until(received(body));
      waiting.push(peer);
    }
    expect(refusalOf(await ask(withLength(body)))).toMatchObject({
      status: 503,
      code: "too_many_large_bodies",
    });
    expect(engine.connections).toHaveLength(PLACES);
    await (await engine.connection(0)).send(answerOf("done"));
    expect(await waiting[0]?.next().then(statusOf)).toBe(200);
    const next = await connect();
    await next.send(withLength(body));
    await (await engine.connection(PLACES)).until(received(body));
  });

  const padded = (body: string): string =>
    withLength(body.replace('"Image"', `"Labels":{"a":"${"x".repeat(LARGE)}"},"Image"`));
  const volume = padded('{"Image":"a","HostConfig":{"Binds":["v:/v"]}}');
  const answered = (request: string, status: number) => async (rig: Rig) => {
    expect(statusOf(await rig.ask(request))).toBe(status);
  };
  const left = (request: string, leave: (peer: RawPeer) => void) => async (rig: Rig) => {
    const before = rig.gate.records.length;
    const asked = rig.engine.connections.length;
    const peer = await rig.connect();
    await peer.send(request);
    if (request === volume) {
      await (await rig.engine.connection(asked)).until("GET ");
    } else {
      await settle(1);
    }
    leave(peer);
    await rig.untilRecords(before + 1);
  };

  test.each([
    { held: "bodies that the engine has not dealt with yet", request: padded(HARMLESS), said: "" },
    {
      held: "answers of the engine about what small ones name",
      request: withLength(WITH_VOLUME),
      said: `HTTP/1.1 200 OK\r\nContent-Length: ${2 * LARGE}\r\n\r\n${" ".repeat(LARGE / 2)}`,
    },
  ])("count $held", async ({ request, said }) => {
    const { connect, gate, engine } = await openRig({
      env: JUDGED,
      judgedMemory: MEMORY,
      script: async (connection) => {
        await connection.next();
        await connection.send(said);
      },
    });
    const peers: RawPeer[] = [];
    for (let count = 0; count <= PLACES; count += 1) {
      const peer = await connect();
      await peer.send(request);
      peers.push(peer);
    }
    await eventually(() => gate.records.length > 0, "one of them is refused");
    expect(gate.records).toMatchObject([{ code: "too_many_large_bodies", status: 503, end: "gate" }]);
    await eventually(() => engine.connections.length >= PLACES, "the engine has the others");
    await settle();
    expect(peers.filter((peer) => peer.over)).toHaveLength(1);
    expect(gate.records).toHaveLength(1);
  });

  test.each([
    { how: "is denied", spend: answered(padded(DANGEROUS), 403) },
    { how: "is forwarded", spend: answered(padded(HARMLESS), 200) },
    { how: "is no JSON", spend: answered(padded(`${HARMLESS}}`), 400) },
    {
      how: "breaks its coding",
      spend: answered(`${CHUNKED_HEAD}${chunksOf("x".repeat(LARGE), LARGE).slice(0, -5)}x\r\n`, 400),
    },
    {
      how: "is too long",
      memory: 10 * MIB,
      spend: answered(`${CHUNKED_HEAD}${chunksOf(" ".repeat(4 * MIB + 1), 65_536).slice(0, -5)}`, 413),
    },
    { how: "is given up", spend: left(LARGE_START, (peer) => peer.socket.destroy()) },
    { how: "ends too early", spend: left(LARGE_START, (peer) => peer.end()) },
    { how: "is broken off", spend: left(LARGE_START, (peer) => peer.reset()) },
    { how: "names what the engine knows", spend: answered(volume, 200), says: '{"Driver":"local"}' },
    { how: "names what the engine refuses", spend: answered(volume, 403), says: '{"Driver":"x"}' },
    { how: "names what the engine fails at", spend: answered(volume, 502), says: "" },
    {
      how: "is broken off while the engine is asked",
      spend: left(volume, (peer) => peer.reset()),
      says: undefined,
    },
  ])("leave their place when the body $how", async ({ spend, says, memory = MEMORY }) => {
    const rig = await openRig({
      env: JUDGED,
      judgedMemory: memory,
      script: async (connection) => {
        for (;;) {
          const { startLine } = await connection.next({ mayNeverCome: true });
          if (startLine.startsWith("GET ") && says === undefined) return;
          await connection.send(answerOf(startLine.startsWith("GET ") ? (says ?? "") : "done"));
        }
      },
    });
    for (let count = 0; count < PLACES + 1; count += 1) await spend(rig);
    expect(statusOf(await rig.ask(padded(HARMLESS)))).toBe(200);
  });

  test.each([
    { how: "does not come in time", request: LARGE_START, status: 408 },
    { how: "waits for the engine in vain", request: volume, status: 502 },
  ])("leave their place when the body $how", async ({ request, status }) => {
    const rig = await openTimedRig({
      script: async (connection) => {
        const { startLine } = await connection.next({ mayNeverCome: true });
        if (startLine.startsWith("POST ")) await connection.send(answerOf("done"));
      },
    });
    const waiting: RawPeer[] = [];
    for (let count = 0; count < PLACES; count += 1) {
      const peer = await rig.connect();
      await peer.send(request);
      waiting.push(peer);
    }
    // One too many tells that all places are taken.
    expect(statusOf(await rig.ask(padded(HARMLESS)))).toBe(503);
    rig.setTime(10_000);
    for (const peer of waiting) expect(statusOf(await peer.next())).toBe(status);
    expect(statusOf(await rig.ask(padded(HARMLESS)))).toBe(200);
  });
});
