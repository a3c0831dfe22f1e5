import { describe, expect, test } from "vitest";
import { grantOf } from "../../policy/grants.ts";
import { type RawPeer, statusOf } from "../../support/raw-peer.ts";
import { answerOf } from "../../support/scripted-engine.ts";
import { type LimitedGate, openLimitedGate } from "../limited-gate.ts";
import { ATTACH_REQUEST, UPGRADED } from "../open-tunnel.ts";

const LIMITS = { concurrent: 9, streams: 9 };
const EVENTS = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";
const UPLOAD = "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
const HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

interface UnderWay extends LimitedGate {
  readonly client: RawPeer;
  readonly server: RawPeer;
}

interface Beginning {
  readonly what: string;
  readonly request: string;
  /** What the engine says of it. */
  readonly said: string;
}

const BEGINNINGS: readonly Beginning[] = [
  { what: "a request without an answer", request: EVENTS, said: "" },
  { what: "a stream", request: EVENTS, said: HEAD },
  { what: "an upload", request: UPLOAD, said: "" },
  { what: "a request to attach", request: ATTACH_REQUEST, said: "" },
  { what: "a tunnel", request: ATTACH_REQUEST, said: UPGRADED },
];

async function begin({ request, said }: Beginning): Promise<UnderWay> {
  const gate = await openLimitedGate(LIMITS);
  const client = await gate.connect();
  await client.send(request);
  const server = await gate.engine.connection();
  await server.next({ headOnly: true });
  if (said !== "") {
    await server.send(said);
    await client.until((text) => text.includes("\r\n\r\n"));
  }
  expect(gate.counted()).toEqual([1, 1]);
  return { ...gate, client, server };
}

describe.each(BEGINNINGS)("$what is counted no longer", (beginning) => {
  test("when the client breaks its connection", async () => {
    const { client, untilCounted } = await begin(beginning);
    client.reset();
    await untilCounted(0, 0);
  });

  test("when the engine breaks its connection", async () => {
    const { client, server, untilCounted } = await begin(beginning);
    server.socket.destroy();
    // Each direction of a tunnel ends by itself.
    if (beginning.said === UPGRADED) client.end();
    await untilCounted(0, 0);
  });

  test("when the engine's answer is not understood, or both have ended", async () => {
    const { client, server, untilCounted } = await begin(beginning);
    await server.send("nothing of HTTP\r\n\r\n");
    server.end();
    client.end();
    await untilCounted(0, 0);
  });

  test("when the gate cuts it", async () => {
    const { connections, untilCounted } = await begin(beginning);
    connections.close();
    await untilCounted(0, 0);
  });
});

test("a stream that only watches is counted no longer when the gate drains", async () => {
  const { connections, client, drain, untilCounted } = await begin({ what: "", request: EVENTS, said: HEAD });
  drain();
  const drained = connections.drain();
  await untilCounted(0, 0);
  client.end();
  await drained;
});

test("a request is counted until its answer is whole", async () => {
  const { server, client, counted, untilCounted } = await begin({ what: "", request: EVENTS, said: HEAD });
  await server.send("0\r\n\r\n");
  await client.next();
  await untilCounted(0, 0);
  await client.send(EVENTS);
  await server.next({ headOnly: true });
  expect(counted()).toEqual([1, 1]);
});

const MALFORMED = "POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n";
const BODY =
  "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length:";

test.each([
  { what: "is not allowed", grant: "", request: EVENTS.replace("events", "info"), status: 403 },
  {
    what: "asks for a power",
    grant: "RESTRICTED",
    request: `${BODY} 36\r\n\r\n{"HostConfig": {"Privileged": true}}`,
    status: 403,
  },
  { what: "has a body that is no JSON", grant: "RESTRICTED", request: `${BODY} 4\r\n\r\nnone`, status: 400 },
  { what: "has malformed chunks", grant: "everything", request: MALFORMED, status: 400 },
  {
    what: "is larger than can be judged",
    grant: "RESTRICTED",
    request: `${BODY} 99999999\r\n\r\n`,
    status: 413,
  },
])("a request that $what is counted no longer once it is refused", async ({ grant, request, status }) => {
  const words = grant === "RESTRICTED" ? "CONTAINERS=1 POST=1 QUAYGATE_POWERS=none" : grant;
  const { ask, untilCounted } = await openLimitedGate(LIMITS, { grant: grantOf(words) });
  expect(statusOf(await ask(request))).toBe(status);
  await untilCounted(0, 0);
});

test("a refusal is counted until its body is there, or does not come in time", async () => {
  const gate = await openLimitedGate(LIMITS, { grant: grantOf("") });
  const client = await gate.connect();
  await client.send("POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello");
  expect(statusOf(await client.next())).toBe(403);
  expect(gate.counted()).toEqual([1, 0]);
  gate.clock.milliseconds = 60_000;
  gate.connections.sweep();
  await gate.untilCounted(0, 0);
});

test("a body that is taken whole and whose client goes is counted no longer", async () => {
  const grant = grantOf("CONTAINERS=1 POST=1 QUAYGATE_POWERS=none");
  const gate = await openLimitedGate(LIMITS, { grant });
  const client = await gate.connect();
  await client.send(`${BODY} 90\r\n\r\n{`);
  await gate.untilCounted(1, 0);
  client.reset();
  await gate.untilCounted(0, 0);
});

test("a gate that stops counts nothing of what it refuses", async () => {
  const gate = await openLimitedGate(LIMITS);
  const client = await gate.connect();
  gate.drain();
  await client.send(EVENTS);
  expect(statusOf(await client.next())).toBe(503);
  await gate.untilCounted(0, 0);
});

test("after a tunnel whose ends close one by one nothing is counted", async () => {
  const { client, server, counted, untilCounted } = await begin({
    what: "",
    request: ATTACH_REQUEST,
    said: UPGRADED,
  });
  client.end();
  await server.untilOver();
  expect(counted()).toEqual([1, 1]);
  await server.send(answerOf("the last output"));
  server.end();
  await untilCounted(0, 0);
});
