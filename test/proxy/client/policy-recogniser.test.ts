import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SocketAddress } from "../../../src/kernel/address.ts";
import { openTestGate, type TestGate } from "../../support/gate.ts";
import { RawPeer, refusalOf, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, type EngineScript, ScriptedEngine } from "../../support/scripted-engine.ts";

const TOKEN = "correct-horse-battery-staple";
const LIST = "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n";

/** A request of who shows this in an Authorization field. */
function asking(authorization: string): string {
  return LIST.replace("Host: x\r\n", `Host: x\r\nAuthorization: ${authorization}\r\n`);
}

interface Scene {
  readonly gate: TestGate;
  readonly engine: ScriptedEngine;
  readonly folder: string;
  connect(from?: string): Promise<RawPeer>;
}

async function openScene(
  clients: string,
  script: EngineScript = answerEach(() => answerOf("[]")),
  listen = "",
): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "quaygate-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "policy.yaml");
  writeFileSync(join(folder, "token"), TOKEN);
  writeFileSync(file, `${listen.replaceAll("FOLDER", folder)}clients:\n${clients}`);
  const engine = await ScriptedEngine.open("unix", script);
  onTestFinished(() => engine.close());
  const gate = await openTestGate({ env: { QUAYGATE_POLICY: file }, engineSocket: engine.address });
  onTestFinished(() => gate.close());
  return {
    gate,
    engine,
    folder,
    connect: (from) => connectTo({ kind: "tcp", host: "127.0.0.1", port: gate.port }, from),
  };
}

async function connectTo(address: SocketAddress, from?: string): Promise<RawPeer> {
  const client = await RawPeer.connect(address, from);
  onTestFinished(() => {
    client.socket.destroy();
  });
  return client;
}

test("clients on one listener are told apart by their addresses, in the file's order", async () => {
  const { gate, connect } = await openScene(
    "  one: { from: 127.0.0.2, use: traefik, hide: none }\n  net: { from: 127.0.0.0/29, allow: [ImageList] }\n",
  );
  for (const [from, status] of [
    ["127.0.0.2", 200],
    ["127.0.0.3", 403],
    ["127.0.0.9", 403],
  ] as const) {
    const client = await connect(from);
    await client.send(LIST);
    expect([from, statusOf(await client.next())]).toEqual([from, status]);
  }
  expect(gate.records.map(({ client }) => client)).toEqual(["one", "net", "nobody"]);
});

test("nobody is told from which address it came, and gets nothing to the engine", async () => {
  const { engine, connect } = await openScene("  one: { from: 127.0.0.2, use: traefik, hide: none }\n");
  const client = await connect("127.0.0.9");
  await client.send(LIST);
  const refusal = refusalOf(await client.next());
  expect(refusal.message).toContain("127.0.0.9");
  expect(refusal.message).toContain("no client of the policy");
  expect(engine.connections.length).toBe(0);
});

test("a listener of its own makes whoever connects to it that client", async () => {
  const { gate, folder } = await openScene(
    "  ci: { allow: [ContainerList] }\n  one: { from: 127.0.0.2, use: traefik, hide: none }\n",
    answerEach(() => answerOf("[]")),
    "listen: [{ address: unix://FOLDER/ci.sock, client: ci }]\n",
  );
  const client = await connectTo({ kind: "unix", path: join(folder, "ci.sock") });
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(200);
  expect(gate.records).toMatchObject([{ client: "ci" }]);
});

test("a name that this host resolves is a client's", async () => {
  const { gate, connect } = await openScene("  here: { from: localhost, allow: [ContainerList] }\n");
  const client = await connect("127.0.0.1");
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(200);
  expect(gate.records).toMatchObject([{ client: "here" }]);
});

test("a name that nothing resolves is nobody's, and told once", async () => {
  const { gate, connect } = await openScene("  gone: { from: gone.invalid, use: traefik, hide: none }\n");
  for (const _ of [1, 2]) {
    const client = await connect();
    await client.send(LIST);
    expect(refusalOf(await client.next()).message).toContain("could not be resolved");
  }
  expect(gate.notes.filter((note) => note.includes("gone.invalid"))).toHaveLength(1);
});

test("each request of a connection is its token's client's", async () => {
  const { gate, connect } = await openScene("  bot: { from: { token: token }, allow: [ContainerList] }\n");
  const client = await connect();
  for (const [request, status] of [
    [LIST, 403],
    [asking(`Bearer ${TOKEN}`), 200],
    [asking(`Bearer ${TOKEN}x`), 403],
    [asking(`Basic ${TOKEN}`), 403],
    [LIST, 403],
    [asking(`bearer ${TOKEN}`), 200],
  ] as const) {
    await client.send(request);
    expect([request, statusOf(await client.next())]).toEqual([request, status]);
  }
  const names = ["nobody", "bot", "nobody", "nobody", "nobody", "bot"];
  expect(gate.records.map(({ client: name }) => name)).toEqual(names);
});

test("requests that are sent at once are each its token's client's, also where some have to be asked about", async () => {
  const { gate, connect } = await openScene(
    "  web: { from: gone.invalid, use: traefik, hide: none }\n  bot: { from: { token: token }, allow: [ContainerList] }\n",
  );
  const client = await connect();
  const bot = asking(`Bearer ${TOKEN}`);
  await client.send([LIST, bot, asking(`Bearer ${TOKEN}x`), LIST, bot].join(""));
  for (const status of [403, 200, 403, 403, 200]) expect(statusOf(await client.next())).toBe(status);
  expect(gate.records.map(({ client: name }) => name)).toEqual(["nobody", "bot", "nobody", "nobody", "bot"]);
});

test.each([
  ["two fields", `Bearer ${TOKEN}\r\nAuthorization: Bearer ${TOKEN}`],
  ["a field over two lines", `Bearer\r\n ${TOKEN}`],
  ["a token behind a null", `Bearer \u0000${TOKEN}`],
])("of %s no token counts", async (_name, authorization) => {
  const { gate, engine, connect } = await openScene(
    "  bot: { from: { token: token }, allow: [ContainerList] }\n",
  );
  const client = await connect();
  await client.send(asking(authorization));
  expect([400, 403]).toContain(statusOf(await client.next()));
  expect(gate.records.every(({ client: name, verdict }) => name === "nobody" && verdict !== "allow")).toBe(
    true,
  );
  expect(engine.connections.length).toBe(0);
});

test("a token never gets to the engine, by whichever client", async () => {
  const heads: string[] = [];
  const { connect } = await openScene(
    "  bot: { from: { token: token }, allow: [ContainerList] }\n  here: { from: 127.0.0.1, allow: [ContainerList] }\n",
    answerEach((request) => {
      heads.push(request.head);
      return answerOf("[]");
    }),
  );
  const client = await connect();
  for (const token of [TOKEN, `${TOKEN}x`]) {
    await client.send(asking(`Bearer ${token}`));
    expect(statusOf(await client.next())).toBe(200);
  }
  expect(heads.length).toBe(2);
  expect(heads.join("")).not.toContain("horse");
});

test("who is nobody because the engine did not answer is asked about again with its next request", async () => {
  const NETWORKS = JSON.stringify([{ Id: "n1", Name: "net", IPAM: { Config: [{ Subnet: "127.0.0.0/8" }] } }]);
  let answers = 0;
  const { gate, connect } = await openScene(
    "  app: { from: { label: role=app }, allow: [ContainerList] }\n",
    answerEach(() => {
      answers += 1;
      return answers <= 1 ? answerOf("not JSON") : answerOf(NETWORKS);
    }),
  );
  const client = await connect();
  await client.send(LIST);
  expect(refusalOf(await client.next()).message).toContain("the engine could not say");
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(403);
  expect(answers).toBeGreaterThan(1);
  expect(gate.records.every(({ client: name }) => name === "nobody")).toBe(true);
});

test("each client has limits of its own, on all its connections", async () => {
  const { gate, connect } = await openScene(
    "  one: { from: 127.0.0.2, use: traefik, hide: none, limits: { requests: 0.001, burst: 2 } }\n" +
      "  two: { from: 127.0.0.3, use: traefik, hide: none, limits: { requests: 0.001 } }\n" +
      "  all: { from: 127.0.0.0/29, use: traefik, hide: none }\n",
  );
  const statuses: Record<string, number[]> = {};
  for (const from of ["127.0.0.2", "127.0.0.3", "127.0.0.4"]) {
    for (const _ of [1, 2, 3]) {
      const client = await connect(from);
      await client.send(LIST);
      (statuses[from] ??= []).push(statusOf(await client.next()));
    }
  }
  expect(statuses).toEqual({
    "127.0.0.2": [200, 200, 429],
    "127.0.0.3": [200, 429, 429],
    "127.0.0.4": [200, 200, 200],
  });
  expect(gate.records.filter(({ code }) => code === "too_many_requests").map(({ client }) => client)).toEqual(
    ["one", "two", "two"],
  );
});
