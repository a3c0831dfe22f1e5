import { describe, expect, onTestFinished, test } from "vitest";
import { engineSocket, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitchBut, type Switch } from "../support/engine-switches.ts";
import { uniqueName } from "../support/docker-cli.ts";
import { openTestGate } from "../support/gate.ts";
import { RawPeer, refusalOf, statusOf, valuesOf } from "../support/raw-peer.ts";

/** What an HTTP/2 client says first (RFC 9113 §3.4). */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/** An empty SETTINGS frame, and the acknowledgement of one (RFC 9113 §6.5). */
const SETTINGS = "\0\0\0\u0004\0\0\0\0\0";
const SETTINGS_ACKNOWLEDGED = "\0\0\0\u0004\u0001\0\0\0\0";
/** The head of a request on stream 1, whose fields nobody reads. */
const REQUEST = "\0\0\u0001\u0001\u0005\0\0\0\u0001\u0083";
/** A PING frame, and its answer (RFC 9113 §6.7). */
const PING = "\0\0\u0008\u0006\0\0\0\0\0quaygate";
const PONG = "\0\0\u0008\u0006\u0001\0\0\0\0quaygate";

/** A request for a session; the engine takes a name once only. */
const session = (): string =>
  "POST /session HTTP/1.1\r\nHost:\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" +
  `X-Docker-Expose-Session-Uuid: ${uniqueName("session")}\r\n` +
  "X-Docker-Expose-Session-Name: test\r\n" +
  "X-Docker-Expose-Session-Sharedkey: key\r\n" +
  "X-Docker-Expose-Session-Grpc-Method: /grpc.health.v1.Health/Check\r\n" +
  "X-Docker-Expose-Session-Grpc-Method: /grpc.health.v1.Health/Watch\r\n\r\n";
const GRPC = "POST /grpc HTTP/1.1\r\nHost:\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

async function connect(port: number): Promise<RawPeer> {
  const peer = await RawPeer.connect({ kind: "tcp", host: "127.0.0.1", port });
  onTestFinished(() => {
    peer.socket.destroy();
  });
  return peer;
}

describe.runIf(hasEngine)("BuildKit's connections", () => {
  const gate = useGate();

  test("session changes to HTTP/2, in which the engine is the client and speaks first", async () => {
    const client = await connect(gate().port);
    await client.send(session());
    const answer = await client.next();
    expect(statusOf(answer)).toBe(101);
    expect(valuesOf(answer, "upgrade")).toStrictEqual(["h2c"]);
    await client.until(PREFACE);
    expect(client.unread.startsWith(PREFACE)).toBe(true);
    await client.send(SETTINGS);
    await client.until(SETTINGS_ACKNOWLEDGED);
    await client.send(PING);
    await client.until(PONG);
  });

  test("what a client says early on session reaches the engine once it has agreed", async () => {
    const client = await connect(gate().port);
    await client.send(session() + SETTINGS, PING);
    expect(statusOf(await client.next())).toBe(101);
    await client.until(PONG);
  });

  test("grpc changes to HTTP/2, in which the client speaks first", async () => {
    const client = await connect(gate().port);
    await client.send(GRPC);
    const answer = await client.next();
    expect(statusOf(answer)).toBe(101);
    expect(valuesOf(answer, "upgrade")).toStrictEqual(["h2c"]);
    await client.send(PREFACE + SETTINGS);
    await client.until(SETTINGS_ACKNOWLEDGED);
    await client.send(PING);
    await client.until(PONG);
  });

  test("what a client says early on grpc reaches the engine once it has agreed", async () => {
    const client = await connect(gate().port);
    await client.send(GRPC + PREFACE, SETTINGS, PING);
    expect(statusOf(await client.next())).toBe(101);
    await client.until(PONG);
  });

  test.each([
    { route: "session", request: session(), without: "SESSION" },
    { route: "grpc", request: GRPC, without: "GRPC" },
    { route: "session", request: session(), without: "POST" },
    { route: "grpc", request: GRPC, without: "POST" },
  ] as const)("$route is refused with 403 without $without, and HTTP/2 is not spoken", async (row) => {
    const without: Switch = row.without;
    const closedGate = await openTestGate({ env: everySwitchBut(without), engineSocket });
    onTestFinished(() => closedGate.close());
    const client = await connect(closedGate.port);
    await client.send(row.request + PREFACE + SETTINGS);
    const refusal = refusalOf(await client.next());
    expect(refusal).toMatchObject({ status: 403, code: "operation_denied" });
    expect(refusal.message).toContain(`needs ${without}=1`);
    // The preface is no request that is known here.
    expect(statusOf(await client.next())).toBe(400);
    await client.untilOver();
    expect(client.text).not.toContain(SETTINGS_ACKNOWLEDGED);
    expect(closedGate.records).toMatchObject([
      { verdict: "deny", status: 403, missing: [`${without}=1`] },
      { verdict: "refuse", status: 400 },
    ]);
  });

  test("HTTP/2 without an upgrade is no request, whatever the engine speaks", async () => {
    const client = await connect(gate().port);
    await client.send(PREFACE + SETTINGS + REQUEST);
    await client.untilOver();
    expect(client.text).toContain("unsupported_version");
    expect(client.text).not.toContain(SETTINGS_ACKNOWLEDGED);
    expect(gate().records.at(-1)).toMatchObject({ verdict: "refuse", code: "unsupported_version" });
  });
});
