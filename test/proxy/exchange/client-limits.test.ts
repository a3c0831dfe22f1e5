import { describe, expect, test } from "vitest";
import { grantOf } from "../../policy/grants.ts";
import { refusalOf, settle, statusOf, valuesOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf } from "../../support/scripted-engine.ts";
import { openLimitedGate } from "../limited-gate.ts";

const LIST = "GET /containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const EVENTS = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";
const ATTACH =
  "POST /containers/web/attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
const ANSWERS = { script: answerEach(() => answerOf("[]")) };
const RATE = { requests: { rate: 2, burst: 3 } };

describe("requests a second", () => {
  test("beyond them the answer is a 429 that names the limit, and the connection is kept", async () => {
    const { connect, clock, records } = await openLimitedGate(RATE, ANSWERS);
    const client = await connect();
    await client.send(LIST.repeat(4));
    for (const _ of [1, 2, 3]) expect(statusOf(await client.next())).toBe(200);
    const refused = await client.next();
    expect(refusalOf(refused)).toEqual({
      status: 429,
      code: "too_many_requests",
      message:
        "quaygate: ContainerList (GET /containers/json) is refused: ci may have 2 requests a second, 3 at once" +
        " (clients.ci.limits.requests); try again in 1 second",
    });
    expect(valuesOf(refused, "retry-after")).toEqual(["1"]);
    expect(records).toHaveLength(4);
    expect(records[3]).toMatchObject({
      client: "ci",
      code: "too_many_requests",
      status: 429,
      operation: "ContainerList",
      reason:
        "ci may have 2 requests a second, 3 at once (clients.ci.limits.requests); try again in 1 second",
    });
    clock.milliseconds = 500;
    await client.send(LIST);
    expect(statusOf(await client.next())).toBe(200);
  });

  test("are those of all its connections", async () => {
    const { ask } = await openLimitedGate(RATE, ANSWERS);
    const statuses = [];
    for (const _ of [1, 2, 3, 4]) statuses.push(statusOf(await ask(LIST)));
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test("are not fewer after a flood of refusals", async () => {
    const { ask, clock } = await openLimitedGate(RATE, ANSWERS);
    for (let sent = 0; sent < 20; sent += 1) await ask(LIST);
    clock.milliseconds = 500;
    expect(statusOf(await ask(LIST))).toBe(200);
    expect(statusOf(await ask(LIST))).toBe(429);
  });

  test("say how long it takes where that is longer than a second", async () => {
    const { ask } = await openLimitedGate({ requests: { rate: 0.3, burst: 1 } }, ANSWERS);
    expect(statusOf(await ask(LIST))).toBe(200);
    const refused = await ask(LIST);
    expect(valuesOf(refused, "retry-after")).toEqual(["4"]);
    expect(refusalOf(refused).message).toContain("try again in 4 seconds");
  });

  test.each([
    { what: "is not allowed", request: LIST, status: 403 },
    { what: "is no operation", request: "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", status: 403 },
    { what: "has no canonical path", request: "GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n", status: 400 },
  ])("count what $what, and beyond them the verdict is not told", async ({ request, status }) => {
    const { ask, engine } = await openLimitedGate(RATE, { grant: grantOf("") });
    for (const _ of [1, 2, 3]) expect(statusOf(await ask(request))).toBe(status);
    expect(refusalOf(await ask(request))).toMatchObject({ status: 429, code: "too_many_requests" });
    expect(engine.connections).toHaveLength(0);
  });

  test("do not count bytes that are no request, which end their connection", async () => {
    const { ask } = await openLimitedGate({ requests: { rate: 1, burst: 1 } }, ANSWERS);
    for (const _ of [1, 2, 3]) expect(statusOf(await ask("GET\r\n\r\n"))).toBe(400);
    expect(statusOf(await ask(LIST))).toBe(200);
  });

  test("are answered without a body where the request is a HEAD", async () => {
    const { ask } = await openLimitedGate({ requests: { rate: 1, burst: 1 } }, ANSWERS);
    await ask(LIST);
    const refused = await ask("HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n");
    expect([statusOf(refused), valuesOf(refused, "retry-after")]).toEqual([429, ["1"]]);
  });

  test("drop the short body of a request, and close behind a long one", async () => {
    const { connect } = await openLimitedGate({ requests: { rate: 1, burst: 1 } }, ANSWERS);
    const client = await connect();
    const post = (length: number): string =>
      `POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
    await client.send(LIST, `${post(5)}hello`, post(1_000_000));
    await client.next();
    const kept = await client.next();
    expect([statusOf(kept), valuesOf(kept, "connection")]).toEqual([429, []]);
    const closed = await client.next();
    expect([statusOf(closed), valuesOf(closed, "connection")]).toEqual([429, ["close"]]);
  });

  test("stay spent when a new policy comes", async () => {
    const { ask, limit } = await openLimitedGate(RATE, ANSWERS);
    for (const _ of [1, 2, 3]) await ask(LIST);
    limit(RATE);
    expect(statusOf(await ask(LIST))).toBe(429);
  });
});

describe("requests at a time", () => {
  test("beyond them the answer is a 429, until one of them is over", async () => {
    const { engine, ask, connect, records } = await openLimitedGate({ concurrent: 1 });
    const first = await connect();
    await first.send(LIST);
    const connection = await engine.connection();
    const refused = await ask(LIST);
    expect(refusalOf(refused)).toEqual({
      status: 429,
      code: "too_many_at_once",
      message:
        "quaygate: ContainerList (GET /containers/json) is refused: ci may have 1 request at a time" +
        " (clients.ci.limits.concurrent); try again in 1 second",
    });
    expect(valuesOf(refused, "retry-after")).toEqual(["1"]);
    expect(records).toMatchObject([{ code: "too_many_at_once", status: 429 }]);
    await connection.next();
    await connection.send(answerOf("[]"));
    await first.next();
    await first.send(LIST);
    await connection.next();
    expect(engine.connections).toHaveLength(1);
  });

  test("what is beyond its rate is not under way", async () => {
    const { ask, counted } = await openLimitedGate({ ...RATE, concurrent: 1 }, ANSWERS);
    for (let sent = 0; sent < 6; sent += 1) await ask(LIST);
    expect(counted()).toEqual([0, 0]);
  });

  test("are counted on when a new policy allows fewer", async () => {
    const { ask, limit, connect, untilCounted } = await openLimitedGate({ concurrent: 5 });
    const peers = [await connect(), await connect()];
    for (const peer of peers) await peer.send(EVENTS);
    await untilCounted(2, 2);
    limit({ concurrent: 2 });
    expect(refusalOf(await ask(LIST)).code).toBe("too_many_at_once");
    for (const peer of peers) peer.reset();
    await untilCounted(0, 0);
  });

  test("end as they were counted when a new policy has no limits, or the first ones", async () => {
    const { limit, connect, untilCounted, engine } = await openLimitedGate({ concurrent: 5 });
    const before = await connect();
    await before.send(EVENTS);
    await untilCounted(1, 1);
    limit(undefined);
    const between = await connect();
    await between.send(EVENTS);
    await engine.connection(1);
    limit({ streams: 1 });
    between.reset();
    before.reset();
    await untilCounted(0, 0);
    await settle();
    await untilCounted(0, 0);
  });
});

describe("streams at a time", () => {
  test.each([
    { what: "events", request: EVENTS },
    { what: "an attached process", request: ATTACH },
    { what: "a build", request: "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" },
  ])("beyond them $what is answered with 429, and small requests go on", async ({ request }) => {
    const { ask, connect, engine, records, untilCounted } = await openLimitedGate({ streams: 1 });
    const watcher = await connect();
    await watcher.send(EVENTS);
    await untilCounted(1, 1);
    const refused = await ask(request);
    expect(refusalOf(refused)).toMatchObject({ status: 429, code: "too_many_streams" });
    expect(refusalOf(refused).message).toContain(
      "ci may have 1 stream at a time (clients.ci.limits.streams)",
    );
    expect(valuesOf(refused, "retry-after")).toEqual(["1"]);
    expect(records).toMatchObject([{ code: "too_many_streams" }]);
    const client = await connect();
    await client.send(LIST);
    const connection = await engine.connection(1);
    await connection.next();
    await connection.send(answerOf("[]"));
    expect(statusOf(await client.next())).toBe(200);
  });

  test("what is not allowed is none of them, and hears the verdict", async () => {
    const grant = grantOf("EVENTS=1");
    const { ask, connect, untilCounted } = await openLimitedGate({ streams: 1 }, { grant });
    const watcher = await connect();
    await watcher.send(EVENTS);
    await untilCounted(1, 1);
    expect(refusalOf(await ask(ATTACH)).code).toBe("operation_denied");
  });
});
