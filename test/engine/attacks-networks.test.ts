import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerOutput } from "../support/docker-cli.ts";
import { type Engine, startEngine } from "../support/engine.ts";
import { hasEngine } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { type Place, send } from "./attacks/attack.ts";

interface Network {
  readonly Id: string;
}

/** Engines take a network by its name, its id or what that begins with; names of a swarm are asked for after local ones. */
describe.runIf(hasEngine)("a network that is taken away is not joined by", () => {
  let engine: Engine;
  const gates: TestGate[] = [];
  let bare: Place;
  let host = "";

  beforeAll(async () => {
    engine = await startEngine();
    bare = { socketPath: engine.socketPath };
    host = `unix://${engine.socketPath}`;
    await dockerOutput(host, ["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
  });
  afterAll(async () => {
    for (const gate of gates) await gate.close();
    await engine.stop();
  });

  async function gateWith(powers: string): Promise<Place> {
    const env = { ...everySwitch, QUAYGATE_POWERS: powers };
    const gate = await openTestGate({ env, engineSocket: engine.socketPath });
    gates.push(gate);
    return { port: gate.port };
  }

  const makeNetwork = async (place: Place, settings: object): Promise<string> => {
    const made = await send(place, "POST", "/v1.41/networks/create", JSON.stringify(settings));
    expect(made).toMatchObject({ status: 201 });
    const { Id }: Network = JSON.parse(made.text);
    return Id;
  };

  const makeContainer = (place: Place, name: string, NetworkMode: string): ReturnType<typeof send> => {
    const body = { Image: "busybox:test", Cmd: ["sleep", "60"], HostConfig: { NetworkMode } };
    return send(place, "POST", `/v1.41/containers/create?name=${name}`, JSON.stringify(body));
  };

  /** Starts a container on the bare engine and tells which networks it is in: under two names it may be in one twice. */
  async function joinedBy(container: string): Promise<readonly string[]> {
    await dockerOutput(host, ["start", container]);
    const format = "{{range .NetworkSettings.Networks}}{{.NetworkID}} {{end}}";
    const ids = await dockerOutput(host, ["inspect", `--format=${format}`, container]);
    return [...new Set(ids.trim().split(" "))];
  }

  test("its id, what that begins with, and another network that is called so", async () => {
    const victim = await makeNetwork(bare, { Name: "victim" });
    const beginning = victim.slice(0, 12);
    const gate = await gateWith("default,-network:victim");
    await makeNetwork(gate, { Name: beginning, Driver: "overlay" });
    expect(await makeContainer(bare, "by-beginning", beginning)).toMatchObject({ status: 201 });
    expect(await joinedBy("by-beginning")).toEqual([victim]);
    for (const name of ["victim", victim, beginning, victim.slice(0, 4)]) {
      expect(await makeContainer(gate, "refused", name)).toMatchObject({
        status: 403,
        text: expect.stringContaining("network:victim"),
      });
    }
  });

  test("the name of a swarm's network whose id happens to begin so", async () => {
    const victim = await makeNetwork(bare, { Name: "k" });
    const gate = await gateWith("default,-network-driver:bridge");
    if (engine.speaks("1.44")) {
      // Since then no two networks of an engine have one name, whatever their scopes.
      const again = JSON.stringify({ Name: "k", Driver: "overlay" });
      expect(await send(bare, "POST", "/v1.41/networks/create", again)).toMatchObject({ status: 409 });
      return;
    }
    let found = "";
    for (let tries = 0; tries < 2000 && !found.startsWith("k"); tries += 1) {
      if (found !== "") await send(gate, "DELETE", `/v1.41/networks/${found}`);
      found = await makeNetwork(gate, { Name: "k", Driver: "overlay" });
    }
    expect(found.startsWith("k")).toBe(true);
    expect(await makeContainer(bare, "by-name", "k")).toMatchObject({ status: 201 });
    expect(await joinedBy("by-name")).toEqual([victim]);
    expect(await makeContainer(gate, "refused", "k")).toMatchObject({
      status: 403,
      text: expect.stringContaining("network-driver:bridge"),
    });
  }, 120_000);

  test("a container that is made while a network of its own is called so", async () => {
    const victim = await makeNetwork(bare, { Name: "prey" });
    const own = victim.slice(0, 12);
    const attack = async (place: Place, container: string): Promise<number> => {
      const id = await makeNetwork(bare, { Name: own });
      const { status } = await makeContainer(place, container, own);
      expect(await send(bare, "DELETE", `/v1.41/networks/${id}`)).toMatchObject({ status: 204 });
      return status;
    };
    expect(await attack(bare, "patient")).toBe(201);
    expect(await joinedBy("patient")).toEqual([victim]);
    expect(await attack(await gateWith("default,-network:prey"), "refused")).toBe(403);
  });

  test("a service that names the swarm's own network of the host by what its id begins with", async () => {
    const { Id }: Network = JSON.parse((await send(bare, "GET", "/v1.41/networks/host?scope=swarm")).text);
    const beginning = Id.slice(0, 6);
    await makeNetwork(bare, { Name: beginning });
    const attack = (place: Place, Name: string, Target: string): ReturnType<typeof send> => {
      const TaskTemplate = { ContainerSpec: { Image: "busybox:test" }, Networks: [{ Target }] };
      return send(place, "POST", "/v1.41/services/create", JSON.stringify({ Name, TaskTemplate }));
    };
    expect(await attack(bare, "hosted", beginning)).toMatchObject({ status: 201 });
    const format = "{{range .Spec.TaskTemplate.Networks}}{{.Target}}{{end}}";
    expect(await dockerOutput(host, ["service", "inspect", `--format=${format}`, "hosted"])).toContain(Id);
    const gate = await gateWith("default");
    for (const target of [beginning, Id, "host"]) {
      expect(await attack(gate, "refused", target)).toMatchObject({
        status: 403,
        text: expect.stringContaining("host:network"),
      });
    }
  });
});
