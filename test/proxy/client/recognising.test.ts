import { performance } from "node:perf_hooks";
import { expect, onTestFinished, test } from "vitest";
import type { AuditRecord } from "../../../src/audit/record.ts";
import { EnginePool } from "../../../src/engine/pool.ts";
import type { Connections } from "../../../src/proxy/client/connections.ts";
import { openListener } from "../../../src/proxy/client/listener.ts";
import type { GateParts, Recogniser, SharedParts } from "../../../src/proxy/gate-parts.ts";
import { partsOf, takingAllFor } from "../../../src/proxy/terms.ts";
import { grantOf } from "../../policy/grants.ts";
import { eventually, RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, ScriptedEngine, SILENT } from "../../support/scripted-engine.ts";
import { openConnections } from "../open-connections.ts";

const LIST = "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

/** A recogniser whose answers the test gives, in its own time. */
class Asked implements Recogniser {
  readonly unknown: GateParts;
  readonly reader: GateParts;
  readonly #open: ((parts: GateParts) => void)[] = [];

  constructor(shared: SharedParts) {
    this.unknown = partsOf(shared, "nobody", grantOf("PING=0 VERSION=0 EVENTS=0"));
    this.reader = partsOf(shared, "reader", grantOf("CONTAINERS=1"));
  }

  recognise(): Promise<GateParts> {
    return new Promise((resolve) => {
      this.#open.push(resolve);
    });
  }

  /** How many were asked for. */
  get count(): number {
    return this.#open.length;
  }

  answer(question: number, parts: GateParts): void {
    this.#open[question]?.(parts);
  }
}

interface Scene {
  readonly recogniser: Asked;
  readonly connections: Connections;
  readonly client: RawPeer;
  readonly engine: ScriptedEngine;
  readonly records: readonly AuditRecord[];
}

async function openScene(answer = answerEach(() => answerOf("[]"))): Promise<Scene> {
  const engine = await ScriptedEngine.open("unix", answer);
  onTestFinished(() => engine.close());
  const records: AuditRecord[] = [];
  let recogniser: Asked | undefined;
  const connections = openConnections({
    grant: grantOf(""),
    engine: new EnginePool({ kind: "unix", path: engine.address }, performance),
    audit: (record) => records.push(record),
    recogniser: (shared) => (recogniser = new Asked(shared)),
  });
  const listener = await openListener({ kind: "tcp", host: "127.0.0.1", port: 0 }, (socket, place) =>
    connections.accept(socket, place),
  );
  onTestFinished(() => listener.close());
  const client = await RawPeer.connect(listener.address);
  onTestFinished(() => {
    client.socket.destroy();
  });
  if (recogniser === undefined) throw new Error("nobody asked for a recogniser");
  return { recogniser, connections, client, engine, records };
}

test("a request waits until it is known who calls, and is judged by what that client holds", async () => {
  const { recogniser, client, engine, records } = await openScene();
  await client.send(LIST);
  await settle();
  expect([client.text, engine.connections.length]).toEqual(["", 0]);
  recogniser.answer(0, recogniser.reader);
  expect(statusOf(await client.next())).toBe(200);
  expect(records).toMatchObject([{ client: "reader", verdict: "allow" }]);
});

test("nobody holds nothing", async () => {
  const { recogniser, client, engine, records } = await openScene();
  await client.send(LIST);
  recogniser.answer(0, recogniser.unknown);
  expect(refusalOf(await client.next()).code).toBe("operation_denied");
  expect(records).toMatchObject([{ client: "nobody", verdict: "deny" }]);
  expect(engine.connections.length).toBe(0);
});

test("several requests wait together, and each has its answer", async () => {
  const { recogniser, client } = await openScene();
  await client.send(LIST.repeat(3));
  await settle();
  recogniser.answer(0, recogniser.reader);
  expect(statusOf(await client.next())).toBe(200);
  expect(statusOf(await client.next())).toBe(200);
  expect(statusOf(await client.next())).toBe(200);
});

test("a client that goes away while it is asked who it is leaves nothing behind", async () => {
  const { recogniser, connections, client, records } = await openScene();
  await client.send(LIST);
  client.socket.resetAndDestroy();
  await settle();
  recogniser.answer(0, recogniser.reader);
  await connections.drain();
  expect(records.filter(({ verdict }) => verdict === "allow")).toEqual([]);
});

test("who is recognised anew is judged anew from the next request on", async () => {
  const { recogniser, connections, client, records } = await openScene();
  recogniser.answer(0, recogniser.reader);
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(200);
  connections.recogniseBy(recogniser);
  await client.send(LIST);
  await settle();
  expect(client.text.split("HTTP/1.1").length).toBe(2);
  recogniser.answer(1, recogniser.unknown);
  expect(statusOf(await client.next())).toBe(403);
  expect(records.map(({ client: name }) => name)).toEqual(["reader", "nobody"]);
});

test("an answer to an earlier question does not count any more", async () => {
  const { recogniser, connections, client, engine } = await openScene();
  await client.send(LIST);
  await settle();
  connections.recogniseBy(recogniser);
  recogniser.answer(0, recogniser.reader);
  await settle();
  expect([recogniser.count, engine.connections.length]).toEqual([2, 0]);
  recogniser.answer(1, recogniser.unknown);
  expect(statusOf(await client.next())).toBe(403);
});

test("a request that waits for an answer is served when who calls is known anew without a question", async () => {
  const { recogniser, connections, client, records } = await openScene();
  await client.send(LIST);
  await settle();
  connections.recogniseBy(takingAllFor(recogniser.reader));
  expect(statusOf(await client.next())).toBe(200);
  recogniser.answer(0, recogniser.unknown);
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(200);
  expect(records.map(({ client: name }) => name)).toEqual(["reader", "reader"]);
});

test("what is under way is revoked as soon as it is known who calls, also where the next policy no longer asks for it", async () => {
  const { recogniser, connections, client, engine, records } = await openScene(SILENT);
  recogniser.answer(0, recogniser.reader);
  await client.send(LIST);
  await eventually(() => engine.bytes > 0, "the request at the engine");
  connections.recogniseBy(recogniser, true);
  await settle();
  expect(client.text).toBe("");
  connections.recogniseBy(recogniser);
  recogniser.answer(2, recogniser.unknown);
  expect(refusalOf(await client.next()).code).toBe("rights_revoked");
  expect(records).toMatchObject([{ client: "reader", code: "rights_revoked", end: "gate" }]);
});
