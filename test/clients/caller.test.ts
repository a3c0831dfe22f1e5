import { describe, expect, test } from "vitest";
import { Caller, type Registry, type ShownByConnection } from "../../src/clients/caller.ts";
import { Containers } from "../../src/clients/containers.ts";
import { LATE_NAME_PAUSES } from "../../src/clients/limits.ts";
import { type ClientSource, needsOf } from "../../src/clients/matcher.ts";
import { NameAddresses } from "../../src/clients/names.ts";
import { presentedToken } from "../../src/clients/token.ts";
import { id, PretendedEngine } from "./engine-answers.ts";
import { address, client, label, name, token } from "./sources.ts";

/** A world around a gate: a name server, an engine, and time that passes when the gate pauses. */
class World {
  readonly hosts: Map<string, readonly string[]> = new Map();
  readonly resolved: string[] = [];
  readonly pauses: number[] = [];
  readonly engine: PretendedEngine = new PretendedEngine({ front: { subnet: "172.25.0.0/24" } }, []);
  isEngineGone = false;
  whenPaused: () => void = () => undefined;

  registry(...clients: readonly ClientSource[]): Registry {
    return {
      clients,
      needs: needsOf(clients),
      names: new NameAddresses(
        (host) => {
          this.resolved.push(host);
          const found = this.hosts.get(host)?.map((text) => ({ address: text }));
          return found === undefined
            ? Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }))
            : Promise.resolve(found);
        },
        () => undefined,
      ),
      containers: new Containers((path) =>
        this.isEngineGone ? Promise.reject(new Error("connect ENOENT")) : this.engine.ask(path),
      ),
      pause: (milliseconds) => {
        this.pauses.push(milliseconds);
        this.whenPaused();
        return Promise.resolve();
      },
    };
  }
}

function shown(
  remoteAddress: string | undefined,
  others: Partial<ShownByConnection> = {},
): ShownByConnection {
  return {
    remoteAddress,
    localAddress: "172.25.0.2",
    certificate: undefined,
    ...others,
  };
}

const gate = { id: id(1), addresses: { front: "172.25.0.2" } };
const renderer = { id: id(2), labels: { role: "renderer" }, addresses: { front: "172.25.0.3" } };

describe("a caller", () => {
  test("is known at once where addresses decide, and nothing is asked", () => {
    const world = new World();
    const registry = world.registry(client("net", [address("172.25.0.0/24")]));
    expect(new Caller(registry, shown("::ffff:172.25.0.3")).identifyNow(undefined)).toEqual({
      kind: "client",
      name: "net",
    });
    expect(new Caller(registry, shown("172.26.0.3")).identifyNow(undefined)).toEqual({
      kind: "nobody",
      reason: "no client of the policy is recognised in who calls from the address 172.26.0.3",
      isSure: true,
    });
    expect([world.resolved, world.engine.asked]).toEqual([[], []]);
  });

  test("is known by its name and its container's labels from its first request on", async () => {
    const world = new World();
    world.hosts.set("web", ["172.25.0.7"]);
    world.engine.containers = [gate, renderer];
    const registry = world.registry(
      client("web", [name("web")]),
      client("renderer", [label("role=renderer")]),
    );
    const caller = new Caller(registry, shown("172.25.0.3"));
    expect(caller.identifyNow(undefined)).toBeUndefined();
    expect(await caller.identify(undefined)).toEqual({ kind: "client", name: "renderer" });
    expect(caller.identifyNow(undefined)).toEqual({ kind: "client", name: "renderer" });
    expect((await new Caller(registry, shown("172.25.0.7")).identify(undefined)).kind).toBe("client");
  });

  test("is waited for once, whatever has to be asked", async () => {
    const world = new World();
    world.engine.containers = [gate, renderer];
    const names = ["a", "b", "c"].map((host) => client(host, [name(host)]));
    const caller = new Caller(world.registry(...names, client("x", [label("role")])), shown("172.25.0.3"));
    const identity = caller.identify(undefined);
    expect([world.resolved, world.engine.asked]).toEqual([["a", "b", "c"], ["/networks"]]);
    expect(await identity).toEqual({ kind: "client", name: "x" });
  });

  test("is asked about once, however many wait for it", async () => {
    const world = new World();
    world.engine.containers = [gate, renderer];
    const caller = new Caller(world.registry(client("renderer", [label("role")])), shown("172.25.0.3"));
    await Promise.all([caller.identify(undefined), caller.identify(undefined), caller.identify(undefined)]);
    expect(world.engine.asked).toHaveLength(3);
  });

  test("has the token of each of its requests, and no other", async () => {
    const world = new World();
    const registry = world.registry(client("bot", [token("0123456789abcdef")]));
    const caller = new Caller(registry, shown("172.25.0.3"));
    expect(caller.identifyNow(presentedToken("Bearer 0123456789abcdef"))).toEqual({
      kind: "client",
      name: "bot",
    });
    expect(caller.identifyNow(undefined)).toMatchObject({ kind: "nobody" });
    expect(caller.identifyNow(presentedToken("Bearer 0123456789abcdeF"))).toMatchObject({ kind: "nobody" });
  });

  test("whose address was another's is never taken for it", async () => {
    const world = new World();
    world.hosts.set("web", ["172.25.0.3"]);
    world.engine.containers = [gate, renderer];
    const registry = world.registry(
      client("web", [name("web")]),
      client("renderer", [label("role=renderer")]),
    );
    expect(await new Caller(registry, shown("172.25.0.3")).identify(undefined)).toMatchObject({
      name: "web",
    });
    world.hosts.delete("web");
    world.engine.containers = [gate, { id: id(9), labels: {}, addresses: { front: "172.25.0.3" } }];
    expect(await new Caller(registry, shown("172.25.0.3")).identify(undefined)).toMatchObject({
      kind: "nobody",
    });
  });

  test("that an engine in trouble could not describe is asked about again, and recognised then", async () => {
    const world = new World();
    world.engine.containers = [gate, renderer];
    world.isEngineGone = true;
    const caller = new Caller(world.registry(client("renderer", [label("role")])), shown("172.25.0.3"));
    expect(await caller.identify(undefined)).toEqual({
      kind: "nobody",
      reason:
        "no client of the policy is recognised in who calls from the address 172.25.0.3 " +
        "(the engine could not say whose it is: connect ENOENT)",
      isSure: false,
    });
    world.isEngineGone = false;
    expect(await caller.identify(undefined)).toEqual({ kind: "client", name: "renderer" });
  });

  test("that no container is, is nobody for sure", async () => {
    const world = new World();
    world.engine.containers = [gate];
    const caller = new Caller(world.registry(client("renderer", [label("role")])), shown("172.25.0.3"));
    expect(await caller.identify(undefined)).toMatchObject({ kind: "nobody", isSure: true });
  });
});

describe("a Swarm task, whose name is known a while after it was started,", () => {
  test("is recognised by its first call", async () => {
    const world = new World();
    world.whenPaused = () => {
      if (world.pauses.length === 2) world.hosts.set("tasks.web", ["10.0.1.4", "10.0.1.5"]);
    };
    const caller = new Caller(world.registry(client("web", [name("tasks.web")])), shown("10.0.1.5"));
    expect(await caller.identify(undefined)).toEqual({ kind: "client", name: "web" });
    expect(world.pauses).toEqual(LATE_NAME_PAUSES.slice(0, 2));
  });

  test("is waited for once in a connection, and not for ever", async () => {
    const world = new World();
    world.hosts.set("tasks.web", ["10.0.1.4"]);
    const caller = new Caller(world.registry(client("web", [name("tasks.web")])), shown("10.0.1.5"));
    expect(await caller.identify(undefined)).toMatchObject({ kind: "nobody" });
    expect(await caller.identify(undefined)).toMatchObject({ kind: "nobody" });
    expect(world.pauses).toEqual(LATE_NAME_PAUSES);
  });

  test("is recognised by the first of several questions that wait together", async () => {
    const world = new World();
    world.hosts.set("tasks.web", []);
    world.whenPaused = () => world.hosts.set("tasks.web", ["10.0.1.7"]);
    const caller = new Caller(world.registry(client("web", [name("tasks.web")])), shown("10.0.1.7"));
    const all = [caller.identify(undefined), caller.identify(presentedToken("Bearer of-somebody-else"))];
    expect(await Promise.all(all)).toEqual([
      { kind: "client", name: "web" },
      { kind: "client", name: "web" },
    ]);
    expect(world.pauses).toEqual(LATE_NAME_PAUSES.slice(0, 1));
  });

  test("is not waited for where only other names are asked", async () => {
    const world = new World();
    const caller = new Caller(world.registry(client("web", [name("web")])), shown("10.0.1.5"));
    expect(await caller.identify(undefined)).toMatchObject({ kind: "nobody" });
    expect(world.pauses).toEqual([]);
  });
});

test("why somebody is nobody is said without a word of whom the policy knows", async () => {
  const world = new World();
  world.engine.containers = [gate];
  const registry = world.registry(
    client("secret-client", [name("secret-name")], [label("secret-label=secret")]),
    client(
      "ops",
      [{ kind: "certificate", certificate: { commonName: "secret-cn" } }],
      [token("secret0123456789")],
    ),
  );
  const { reason } = { reason: "", ...(await new Caller(registry, shown("172.25.0.3")).identify(undefined)) };
  expect(reason).toBe(
    "no client of the policy is recognised in who calls from the address 172.25.0.3 (no container has it on a " +
      "network that the gate shares; a name of the policy could not be resolved; no client certificate was shown; " +
      "no bearer token was sent)",
  );
  const onSocket = { reason: "", ...(await new Caller(registry, shown(undefined)).identify(undefined)) };
  expect(onSocket.reason).toContain("who calls from a unix socket (no client certificate was shown");
});
