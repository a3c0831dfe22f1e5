import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { memoryInUse } from "../../support/memory.ts";
import { eventually, type RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerOf, type EngineScript, SILENT } from "../../support/scripted-engine.ts";
import { openPolicyScene } from "./policy-scene.ts";

const TOKEN = "correct-horse-battery-staple";
const MAY_LIST = "clients: { web: { from: 127.0.0.1, allow: [ContainerList, SystemEvents, ExecStart] } }\n";
const MAY_NOT = "clients: { web: { from: 127.0.0.1, allow: [ImageList] } }\n";

function get(target: string, more = ""): string {
  return `GET /v1.41${target} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
}

const LIST = get("/containers/json");
const EVENTS = get("/events");
const EXEC =
  "POST /v1.41/exec/abc/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/** Answers lists at once, and begins an answer that goes on to events. */
const STREAMING: EngineScript = async (connection) => {
  for (;;) {
    const { startLine } = await connection.next({ mayNeverCome: true });
    if (startLine.includes("/start ")) {
      await connection.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello");
      return;
    }
    await connection.send(
      startLine.includes("/events ")
        ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
        : answerOf("[]"),
    );
  }
};

test("200 reloads while requests flow drop no connection and decide each request by the policy of its time", async () => {
  const { gate, connect, reload } = await openPolicyScene(MAY_LIST);
  const clients = [await connect(), await connect(), await connect("127.0.0.2")];
  const [, , stranger] = clients;
  for (let round = 0; round < 200; round += 1) {
    const mayList = round % 2 === 1;
    // Those that are under way when the policy changes may be judged by either.
    const before = clients.map((client) => client.send(LIST).then(() => client.next()));
    await reload(mayList ? MAY_LIST : MAY_NOT);
    for (const answer of await Promise.all(before)) expect([200, 403]).toContain(statusOf(answer));
    for (const client of clients) {
      await client.send(LIST);
      const allowed = mayList && client !== stranger;
      expect([round, statusOf(await client.next())]).toEqual([round, allowed ? 200 : 403]);
    }
  }
  expect(clients.filter(({ over }) => over)).toEqual([]);
  expect(gate.gate.policy).toMatchObject({ generation: 201 });
  expect(new Set(gate.records.map(({ end }) => end))).toEqual(new Set(["complete"]));
}, 60_000);

test("what is under way keeps the rights that it began with, and the next request on its connection does not", async () => {
  const { engine, connect, reload } = await openPolicyScene(MAY_LIST, STREAMING);
  const client = await connect();
  await client.send(EVENTS);
  await client.until("one");
  await reload(MAY_NOT);
  const [connection] = engine.connections;
  await connection?.send("3\r\ntwo\r\n");
  await client.until("two");
  await connection?.send("0\r\n\r\n");
  expect((await client.next()).body.toString()).toBe("onetwo");
  await client.send(EVENTS);
  expect(refusalOf(await client.next()).code).toBe("operation_denied");
});

test.each([
  ["a stream", EVENTS, "one"],
  ["a tunnel", EXEC, "hello"],
])("with `revoke: true` %s is cut that its client no longer has, and recorded", async (_, request, begin) => {
  const { gate, engine, connect, reload } = await openPolicyScene(MAY_LIST, STREAMING);
  const client = await connect();
  await client.send(request);
  await client.until(begin);
  await reload(`revoke: true\n${MAY_NOT}`);
  await client.untilOver();
  const [connection] = engine.connections;
  await connection?.untilOver();
  expect(gate.records).toMatchObject([
    { client: "web", verdict: "allow", code: "rights_revoked", end: "gate" },
  ]);
  expect(gate.records[0]?.reason).toContain("the policy has changed");
});

test.each([
  ["still has", "revoke: true\nclients: { web: { from: 127.0.0.1, allow: [SystemEvents] } }\n"],
  [
    "has by another client",
    "revoke: true\nclients: { other: { from: 127.0.0.0/8, use: traefik, hide: none } }\n",
  ],
])("with `revoke: true` a stream goes on that its caller %s", async (_, policy) => {
  const { engine, connect, reload } = await openPolicyScene(MAY_LIST, STREAMING);
  const client = await connect();
  await client.send(EVENTS);
  await client.until("one");
  await reload(policy);
  await settle();
  await engine.connections[0]?.send("3\r\ntwo\r\n");
  await client.until("two");
});

test("with `revoke: true` what was not answered yet is answered, and its connection closes", async () => {
  const { gate, engine, connect, reload } = await openPolicyScene(MAY_LIST, SILENT);
  const client = await connect();
  await client.send(LIST);
  await eventually(() => engine.bytes > 0, "the request at the engine");
  await reload(`revoke: true\n${MAY_NOT}`);
  const { status, code, message } = refusalOf(await client.next());
  expect([status, code]).toEqual([403, "rights_revoked"]);
  expect(message).toContain("ContainerList");
  await client.untilOver();
  expect(gate.records).toMatchObject([{ code: "rights_revoked", status: 403, end: "gate" }]);
});

test("with `revoke: true` an upload whose powers are gone is ended before the engine hears of it", async () => {
  const powers = (list: string): string =>
    `revoke: true\nclients: { web: { from: 127.0.0.1, allow: [ContainerCreate], powers: "${list}" } }\n`;
  const { engine, connect, reload } = await openPolicyScene(powers("default, bind:/data"));
  const client = await connect();
  const body = '{"Image":"a","HostConfig":{"Binds":["/data:/d"]}}';
  await client.send(
    `POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
  );
  await settle();
  await reload(powers("default"));
  expect(refusalOf(await client.next()).code).toBe("rights_revoked");
  expect(engine.bytes).toBe(0);
});

test("with `revoke: true` a stream ends whose token is another one by now", async () => {
  const policy = (file: string): string =>
    `revoke: true\nclients: { bot: { from: { token: ${file} }, allow: [SystemEvents] } }\n`;
  const { gate, folder, connect, reload } = await openPolicyScene(MAY_LIST, STREAMING);
  writeFileSync(`${folder}/token`, TOKEN);
  await reload(policy("token"));
  const events = get("/events", `Authorization: Bearer ${TOKEN}\r\n`);
  const client = await connect();
  await client.send(events);
  await client.until("one");
  await reload(policy("token"));
  await settle();
  expect(client.over).toBe(false);
  writeFileSync(`${folder}/token`, `${TOKEN}-new`);
  await reload(policy("token"));
  await client.untilOver();
  expect(gate.records).toMatchObject([{ client: "bot", code: "rights_revoked" }]);
});

test("to whom a place to listen at belongs takes over as well", async () => {
  const policy = (client: string): string =>
    `listen: { address: "unix://FOLDER/door.sock"${client} }\nclients: { door: { from: 127.0.0.1, allow: [ContainerList] } }\n`;
  const { gate, connect, reload } = await openPolicyScene(policy(""));
  const client = await connect();
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(403);
  await reload(policy(", client: door"));
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(200);
  expect(gate.records.map(({ client: name }) => name)).toEqual(["nobody", "door"]);
});

test("reloads leave nothing behind in memory, with idle connections and with a stream of the first policy", async () => {
  const { connect, reload } = await openPolicyScene(MAY_LIST, STREAMING);
  const clients: RawPeer[] = [];
  for (let index = 0; index < 10; index += 1) {
    const client = await connect();
    await client.send(LIST);
    expect(statusOf(await client.next())).toBe(200);
    clients.push(client);
  }
  const stream = await connect();
  await stream.send(EVENTS);
  await stream.until("one");
  const reloadOften = async (times: number): Promise<number> => {
    for (let round = 0; round < times; round += 1) await reload(round % 2 === 0 ? MAY_NOT : MAY_LIST);
    return memoryInUse().heapUsed;
  };
  await reloadOften(40);
  const before = await reloadOften(20);
  const after = await reloadOften(200);
  // A policy of one client takes about 100 KB: 200 of them would be 20 MB.
  expect(after - before).toBeLessThan(4_000_000);
  expect(stream.over).toBe(false);
}, 60_000);

test("a listener belongs to another client at once only where it is open as it is written", async () => {
  const { connect, reload } = await openPolicyScene(
    'listen: "unix://FOLDER/a.sock"\nclients: { web: { from: 127.0.0.1, allow: [ContainerList] } }\n',
  );
  const client = await connect();
  for (const [mode, status] of [
    ["0600", 200],
    ["0660", 403],
  ] as const) {
    await reload(
      `listen: { address: "unix://FOLDER/a.sock", mode: "${mode}", client: ci }\n` +
        "clients: { ci: { allow: [ContainerList] } }\n",
    );
    await client.send(LIST);
    expect(statusOf(await client.next())).toBe(status);
  }
});
