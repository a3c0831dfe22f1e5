import { expect, onTestFinished, test } from "vitest";
import type { AuditRecord } from "../../../src/audit/record.ts";
import { openListener } from "../../../src/proxy/client/listener.ts";
import type { GateParts } from "../../../src/proxy/gate-parts.ts";
import { partsOf } from "../../../src/proxy/terms.ts";
import { grantOf } from "../../policy/grants.ts";
import { eventually, RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { openConnections } from "../open-connections.ts";

const LIST = "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const LARGE = LIST.replace("Host", `X-Pad: ${"a".repeat(40_000)}\r\nHost`);

interface Scene {
  readonly records: readonly AuditRecord[];
  /** How many requests wait. */
  readonly waiting: readonly unknown[];
  /** Says who sent them: nobody. */
  answerAll(): void;
  connect(from?: string): Promise<RawPeer>;
}

/** Connections on which it has to be asked of each request, or at once of the connection, who sends it; the test answers. */
async function openScene(about: "request" | "connection", limit?: number): Promise<Scene> {
  const records: AuditRecord[] = [];
  const waiting: (() => void)[] = [];
  const connections = openConnections({
    grant: grantOf(""),
    audit: (record) => records.push(record),
    ...(limit === undefined ? {} : { limit }),
    recogniser: (shared) => {
      const unknown = partsOf(shared, "nobody", grantOf("PING=0 VERSION=0 EVENTS=0"));
      const ask = (): Promise<GateParts> =>
        new Promise((resolve) => {
          waiting.push(() => resolve(unknown));
        });
      return { unknown, recognise: () => (about === "request" ? ask : ask()) };
    },
  });
  const listener = await openListener({ kind: "tcp", host: "127.0.0.1", port: 0 }, (socket, place) =>
    connections.accept(socket, place),
  );
  onTestFinished(() => listener.close());
  return {
    records,
    waiting,
    answerAll: () => waiting.splice(0).forEach((answer) => answer()),
    connect: async (from) => {
      const peer = await RawPeer.connect(listener.address, from);
      onTestFinished(() => {
        peer.socket.destroy();
      });
      return peer;
    },
  };
}

test("large heads that wait until it is known who sent them have the bound of those that arrive", async () => {
  const { waiting, answerAll, connect } = await openScene("request");
  const [first, second, third] = [await connect(), await connect(), await connect()];
  await first.send(LARGE);
  await eventually(() => waiting.length === 1, "the first one waits");
  await second.send(LARGE);
  expect(refusalOf(await second.next())).toMatchObject({ status: 503, code: "too_many_large_heads" });
  await third.send(LIST);
  await eventually(() => waiting.length >= 2, "a small one waits");
  answerAll();
  expect([statusOf(await first.next()), statusOf(await third.next())]).toEqual([403, 403]);
  // Its place is free again.
  await third.send(LARGE);
  await eventually(() => waiting.length === 1, "another large one waits");
  answerAll();
  expect(statusOf(await third.next())).toBe(403);
});

test.each(["request", "connection"] as const)(
  "what waits to be known by its %s gives way with a word, and after what has asked for nothing",
  async (about) => {
    const { records, waiting, connect } = await openScene(about, 2);
    const asking = await connect("127.0.0.2");
    await asking.send(LIST);
    await eventually(() => waiting.length === 1, "the request waits");
    const idle = await connect("127.0.0.2");
    await settle();
    const third = await connect("127.0.0.3");
    await third.send(LIST);
    await idle.untilOver();
    expect([idle.text, asking.over, third.over]).toEqual(["", false, false]);
    await connect("127.0.0.4");
    const [{ status, code }] = [refusalOf(await asking.next())];
    expect({ status, code }).toEqual({ status: 503, code: "too_many_connections" });
    expect(records).toMatchObject([{ code: "too_many_connections", path: "/v1.41/containers/json" }]);
  },
);
