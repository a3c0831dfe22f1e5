import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseClientAddress } from "../../src/clients/address-range.ts";
import type { ClientRange } from "../../src/clients/address-range.ts";
import { Containers, type EngineWord, type LabelsAnswer } from "../../src/clients/containers.ts";
import { CONTAINER_DEADLINE } from "../../src/clients/limits.ts";
import { id, networkId, PretendedEngine } from "./engine-answers.ts";
import { Oracle, settled } from "./questions.ts";

function address(text: string): ClientRange {
  const parsed = parseClientAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

const networks = {
  front: { subnet: "172.25.0.0/24", gateway: "172.25.0.1" },
  back: { subnet: "172.26.0.0/24", gateway: "172.26.0.1" },
};
const gate = { id: id(1), addresses: { front: "172.25.0.2", back: "172.26.0.2" } };
const renderer = { id: id(2), labels: { role: "renderer", empty: "" }, addresses: { front: "172.25.0.3" } };
const other = { id: id(3), labels: { role: "other" }, addresses: { back: "172.26.0.3" } };

function engine(): PretendedEngine {
  return new PretendedEngine(networks, [gate, renderer, other]);
}

function call(asked: PretendedEngine, remote: string, local: string): Promise<LabelsAnswer> {
  return new Containers(asked.ask).labelsOf(address(remote), address(local));
}

const rendererLabels = {
  kind: "labels",
  labels: new Map([
    ["role", "renderer"],
    ["empty", ""],
  ]),
};
const noContainer = { kind: "no-container" };

describe("the labels of a caller", () => {
  test.each([
    ["its container's, in a network that the gate is in", "172.25.0.3", "172.25.0.2", rendererLabels],
    [
      "the same where the kernel writes IPv4 as IPv6",
      "::ffff:172.25.0.3",
      "::ffff:172.25.0.2",
      rendererLabels,
    ],
    ["its container's, where the gate is on the host", "172.25.0.3", "172.25.0.1", rendererLabels],
    ["nobody's, of an address that no container has", "172.25.0.9", "172.25.0.2", noContainer],
    ["nobody's, from the host, which has the gateway's address", "172.25.0.1", "172.25.0.2", noContainer],
    ["nobody's, from the host to itself", "172.25.0.1", "172.25.0.1", noContainer],
    ["nobody's, from outside of all networks", "192.0.2.7", "172.25.0.2", noContainer],
    ["nobody's, where the call came over another network", "172.25.0.3", "172.26.0.2", noContainer],
    [
      "nobody's, where the call came to the gateway of another network",
      "172.25.0.3",
      "172.26.0.1",
      noContainer,
    ],
    ["nobody's, where the call came to an address of the host's own", "172.25.0.3", "192.0.2.1", noContainer],
    ["nobody's, over loopback", "127.0.0.1", "127.0.0.1", noContainer],
    ["nobody's, where caller and gate have the same address", "172.25.0.3", "172.25.0.3", noContainer],
  ])("are %s", async (_, remote, local, labels) => {
    expect(await call(engine(), remote, local)).toEqual(labels);
  });

  test("are its container's over IPv6", async () => {
    const asked = new PretendedEngine({ front: { subnet: "fd00::/64", gateway: "fd00::1" } }, [
      { id: id(1), addresses: { front: "fd00::2" } },
      { id: id(2), labels: { role: "renderer" }, addresses: { front: "fd00::3" } },
    ]);
    expect(await call(asked, "fd00:0:0::3", "fd00::2")).toMatchObject({ kind: "labels" });
  });

  test("are its container's where the network names no gateway and the container does", async () => {
    const asked = engine();
    asked.networks = { front: { subnet: "172.25.0.0/24" } };
    expect(await call(asked, "172.25.0.3", "172.25.0.1")).toEqual(rendererLabels);
  });

  test("are its container's where the container names no gateway and the network does", async () => {
    const asked = engine();
    asked.containers = [gate, { ...renderer, gateway: "" }];
    expect(await call(asked, "172.25.0.3", "172.25.0.1")).toEqual(rendererLabels);
  });

  test("are nobody's where the call came to the gateway of its other network", async () => {
    const asked = engine();
    asked.networks = { front: { subnet: "172.25.0.0/24" }, back: { subnet: "172.26.0.0/24" } };
    asked.containers = [{ ...renderer, addresses: { front: "172.25.0.3", back: "172.26.0.3" } }];
    expect(await call(asked, "172.25.0.3", "172.26.0.1")).toEqual(noContainer);
    expect(await call(asked, "172.25.0.3", "172.25.0.1")).toEqual(rendererLabels);
  });

  test("cost a crowd of callers a handful of questions", async () => {
    const asked = engine();
    const containers = new Containers(asked.ask);
    const calls = Array.from({ length: 100 }, () =>
      containers.labelsOf(address("172.25.0.3"), address("172.25.0.2")),
    );
    expect(await Promise.all(calls)).toEqual(calls.map(() => rendererLabels));
    expect(asked.asked.length).toBeLessThanOrEqual(12);
  });

  test("are nobody's where two containers have the address", async () => {
    const asked = engine();
    asked.containers = [...asked.containers, { ...renderer, id: id(4) }];
    expect(await call(asked, "172.25.0.3", "172.25.0.2")).toEqual(noContainer);
  });

  test("are nobody's where containers of two networks have the address", async () => {
    const asked = engine();
    asked.networks = { ...networks, shadow: { subnet: "172.25.0.0/16" } };
    asked.containers = [...asked.containers, { id: id(4), addresses: { shadow: "172.25.0.3" } }];
    expect(await call(asked, "172.25.0.3", "172.25.0.2")).toEqual(noContainer);
  });

  test("are found among those of a thousand containers, and no more is asked for it", async () => {
    const crowd = Array.from({ length: 1000 }, (_, index) => ({
      id: id(100 + index),
      labels: { big: "x".repeat(1000) },
      addresses: { front: `172.25.${4 + Math.floor(index / 250)}.${1 + (index % 250)}` },
    }));
    const asked = new PretendedEngine({ front: { subnet: "172.25.0.0/16" } }, [gate, ...crowd, renderer]);
    expect(await call(asked, "172.25.0.3", "172.25.0.2")).toEqual(rendererLabels);
    expect(asked.asked).toEqual([
      "/networks",
      `/networks/${networkId("front")}`,
      `/containers/${renderer.id}/json`,
    ]);
  });

  test("can be named as every object's own, and are taken as they are", async () => {
    const asked = engine();
    const labels = { constructor: "a", toString: "b", "nul\u0000": "\u0000", "": "empty" };
    asked.containers = [gate, { ...renderer, labels }];
    const found = await call(asked, "172.25.0.3", "172.25.0.2");
    expect(found).toEqual({ kind: "labels", labels: new Map(Object.entries(labels)) });
  });

  test.each([
    ["null", null],
    ["a list", ["role=renderer"]],
    ["a text", "role=renderer"],
    ["a number", { role: 1 }],
    ["nested", { role: { role: "renderer" } }],
  ])("are none where they are %s", async (_, labels) => {
    const asked = engine();
    asked.containers = [gate, { ...renderer, labels }];
    expect(await call(asked, "172.25.0.3", "172.25.0.2")).toEqual({ kind: "labels", labels: new Map() });
  });
});

describe("an engine that answers otherwise", () => {
  const front = `/networks/${networkId("front")}`;
  const word = (body: unknown, status = 200): EngineWord => ({
    status,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

  test.each<[string, string, EngineWord]>([
    ["no list of networks", "/networks", word({})],
    ["no JSON", "/networks", word("<html>")],
    ["an error", "/networks", word({ message: "no" }, 500)],
    ["a network that has just gone", front, word({ message: "no such network" }, 404)],
    ["no container any more", `/containers/${renderer.id}/json`, word({ message: "no such container" }, 404)],
    ["a container without configuration", `/containers/${renderer.id}/json`, word({ Id: renderer.id })],
    ["a list in a container's place", `/containers/${renderer.id}/json`, word([])],
  ])("with %s leaves the caller unknown", async (_, path, answer) => {
    const asked = engine();
    asked.instead.set(path, answer);
    expect((await call(asked, "172.25.0.3", "172.25.0.2")).kind).toBe("failed");
  });

  const subnet = { IPAM: { Config: [{ Subnet: "172.25.0.0/24" }] } };
  test.each<[string, string, unknown]>([
    ["networks that are nothing", "/networks", [null, 1, "x", [], {}]],
    ["a network without addresses", "/networks", [{ Id: networkId("front"), IPAM: { Config: null } }]],
    [
      "a network whose id is a path",
      "/networks",
      [{ ...subnet, Id: "../containers/x/json?all=1&x=abcdefgh" }],
    ],
    ["no containers in the network", front, { Containers: null }],
    ["containers as a list", front, { Containers: [{ IPv4Address: "172.25.0.3/24" }] }],
    ["an end without address", front, { Containers: { [renderer.id]: {} } }],
    ["an end that is nothing", front, { Containers: { [renderer.id]: null } }],
    ["a container's id that is a path", front, { Containers: { "../x": { IPv4Address: "172.25.0.3/24" } } }],
    ["Swarm's load balancer", front, { Containers: { "lb-front": { IPv4Address: "172.25.0.3/24" } } }],
  ])("with %s finds no container, and is asked nothing strange", async (_, path, answer) => {
    const asked = engine();
    asked.instead.set(path, word(answer));
    expect(await call(asked, "172.25.0.3", "172.25.0.2")).toEqual(noContainer);
    expect(asked.asked.join(" ")).toMatch(/^\/networks(?: \/networks\/[0-9a-f]{64})*$/u);
  });

  test("that has more networks with the address than can be leaves the caller unknown", async () => {
    const asked = engine();
    const many = Array.from({ length: 5 }, (_, index) => [`net${index}`, { subnet: "172.25.0.0/24" }]);
    asked.networks = Object.fromEntries(many);
    expect((await call(asked, "172.25.0.3", "172.25.0.2")).kind).toBe("failed");
  });

  test("that is gone and comes back knows the caller's next call", async () => {
    const asked = engine();
    let isGone = true;
    const containers = new Containers((path) =>
      isGone ? Promise.reject(new Error("connect ENOENT")) : asked.ask(path),
    );
    const labels = (): Promise<LabelsAnswer> =>
      containers.labelsOf(address("172.25.0.3"), address("172.25.0.2"));
    expect(await labels()).toEqual({ kind: "failed", reason: "connect ENOENT" });
    isGone = false;
    expect(await labels()).toEqual(rendererLabels);
  });
});

describe("a container that is replaced by another with the same address", () => {
  test("has left nothing to it, though the engine was being asked when the new one called", async () => {
    const asked = engine();
    const oracle = new Oracle<EngineWord>();
    const containers = new Containers(oracle.ask);
    const labels = (): Promise<LabelsAnswer> =>
      containers.labelsOf(address("172.25.0.3"), address("172.25.0.2"));
    const answered = new Set<number>();
    /** Answers what is asked so far, by how things stand now. */
    const answerAll = async (): Promise<void> => {
      for (const [index, { about, answer }] of oracle.questions.entries()) {
        if (!answered.has(index)) answer(await asked.ask(about));
        answered.add(index);
      }
      await settled();
    };
    const old = labels();
    await answerAll();
    // The engine has been asked who is in the network, and has read it; then things change, and the new one calls.
    const inNetwork = await asked.ask(`/networks/${networkId("front")}`);
    asked.containers = [
      gate,
      { id: id(9), labels: { role: "successor" }, addresses: { front: "172.25.0.3" } },
    ];
    const successor = labels();
    oracle.question(1).answer(inNetwork);
    answered.add(1);
    await settled();
    while (answered.size < oracle.questions.length) await answerAll();
    // The old container is gone when its labels are asked for.
    expect((await old).kind).toBe("failed");
    expect(await successor).toEqual({ kind: "labels", labels: new Map([["role", "successor"]]) });
  });

  test("is not remembered", async () => {
    const asked = engine();
    const containers = new Containers(asked.ask);
    const labels = (): Promise<LabelsAnswer> =>
      containers.labelsOf(address("172.25.0.3"), address("172.25.0.2"));
    expect(await labels()).toEqual(rendererLabels);
    asked.containers = [gate, { id: id(9), addresses: { front: "172.25.0.3" } }];
    expect(await labels()).toEqual({ kind: "labels", labels: new Map() });
  });
});

describe("with an engine that does not answer", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("the caller is unknown after the deadline, and a crowd asks once", async () => {
    const oracle = new Oracle<EngineWord>();
    const containers = new Containers(oracle.ask);
    const asked = Array.from({ length: 50 }, (_, index) =>
      containers.labelsOf(address(`172.25.0.${index + 3}`), address("172.25.0.2")),
    );
    await vi.advanceTimersByTimeAsync(CONTAINER_DEADLINE);
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["failed"]));
    expect(oracle.questions).toHaveLength(1);
  });
});
