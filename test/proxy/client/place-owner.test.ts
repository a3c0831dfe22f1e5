import { performance } from "node:perf_hooks";
import { expect, onTestFinished, test } from "vitest";
import { NetworkDoor } from "../../../src/clients/network-door.ts";
import { type Kernel, OwnNetwork } from "../../../src/clients/own-network.ts";
import { EnginePool } from "../../../src/engine/pool.ts";
import { openListener } from "../../../src/proxy/client/listener.ts";
import { PlaceOwner } from "../../../src/proxy/client/place-owner.ts";
import { partsOf, partsOfNobody } from "../../../src/proxy/terms.ts";
import { grantOf } from "../../policy/grants.ts";
import { RawPeer, refusalOf, settle, statusOf } from "../../support/raw-peer.ts";
import { answerEach, answerOf, ScriptedEngine } from "../../support/scripted-engine.ts";
import { openConnections } from "../open-connections.ts";

const LIST = "GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n";
const [GATE, CALLER] = ["127.0.0.1", "127.0.0.2"] as const;

interface Scene {
  readonly client: RawPeer;
  readonly engine: ScriptedEngine;
  readonly told: readonly string[];
}

/** Calls a place that belongs to a client, where a kernel says what the test has it say. */
async function openScene(sourceTo: Kernel["sourceTo"]): Promise<Scene> {
  const engine = await ScriptedEngine.open(
    "unix",
    answerEach(() => answerOf("[]")),
  );
  onTestFinished(() => engine.close());
  const told: string[] = [];
  const ends = [
    { device: "front", address: GATE },
    { device: "back", address: "192.0.2.1" },
  ];
  const kernel: Kernel = { ends: () => ends, sourceTo, advertised: () => [] };
  const door = new NetworkDoor(new OwnNetwork(kernel), (text) => told.push(text));
  const connections = openConnections({
    grant: grantOf(""),
    engine: new EnginePool({ kind: "unix", path: engine.address }, performance),
    recogniser: (shared) => {
      const parts = partsOf(shared, "reader", grantOf("CONTAINERS=1"));
      const owner = new PlaceOwner(parts, shared, { door, othersBy: "QUAYGATE_NETWORKS=all" });
      return {
        unknown: partsOfNobody(shared, "it is not known yet"),
        recognise: (socket, place) => owner.recognise(socket, place),
      };
    },
  });
  const listener = await openListener({ kind: "tcp", host: GATE, port: 0 }, (socket, place) =>
    connections.accept(socket, place),
  );
  onTestFinished(() => listener.close());
  const client = await RawPeer.connect(listener.address, CALLER);
  onTestFinished(() => {
    client.socket.destroy();
  });
  return { client, engine, told };
}

test("no request begins before the kernel has said by which network it came", async () => {
  let answer: (source: string) => void = () => undefined;
  const asked = new Promise<string>((resolve) => (answer = resolve));
  const { client, engine } = await openScene(() => asked);
  await client.send(LIST.repeat(2));
  await settle();
  expect([client.text, engine.connections.length]).toEqual(["", 0]);
  answer(GATE);
  expect(statusOf(await client.next())).toBe(200);
  expect(statusOf(await client.next())).toBe(200);
});

test("the kernel is asked once a connection", async () => {
  const asked: string[] = [];
  const { client } = await openScene((to) => {
    asked.push(to);
    return Promise.resolve(GATE);
  });
  for (const _ of [1, 2, 3]) {
    await client.send(LIST);
    expect(statusOf(await client.next())).toBe(200);
  }
  expect(asked).toEqual([CALLER]);
});

test("who comes by another network stays nobody, and the log is told once what would let it in", async () => {
  const { client, engine, told } = await openScene(() => Promise.resolve("192.0.2.1"));
  for (const _ of [1, 2]) {
    await client.send(LIST);
    const { status, message } = refusalOf(await client.next());
    expect(status).toBe(403);
    expect(message).toContain(`the address ${CALLER} is not on the network of the address that it called`);
    expect(message).not.toContain("NETWORKS");
  }
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/QUAYGATE_NETWORKS=all lets in callers of all networks$/u);
  expect(engine.connections.length).toBe(0);
});

test("who could not be told is nobody, and asked about again with its next request", async () => {
  const answers = [() => Promise.reject(new Error("EMFILE")), () => Promise.resolve(GATE)];
  const { client } = await openScene(() => answers.shift()?.() ?? Promise.reject(new Error("too often")));
  await client.send(LIST);
  const { status, message } = refusalOf(await client.next());
  expect(status).toBe(403);
  expect(message).toContain(`it can't be told whether the address ${CALLER} is on the network`);
  await client.send(LIST);
  expect(statusOf(await client.next())).toBe(200);
});
