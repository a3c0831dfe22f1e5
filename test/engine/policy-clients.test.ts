import { statSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { linesOf } from "../cli/quaygate-command.ts";
import { entriesOf as keysOf } from "../examples/example.ts";
import { openContainerRelay } from "../support/container-relay.ts";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { type EngineCable, openEngineCable } from "../support/engine-cable.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { GATE_IMAGE, type PolicyGate, startPolicyGate } from "../support/policy-gate.ts";
import { type Answer, type Place, send } from "./attacks/attack.ts";

const SETUP_DEADLINE = 400_000;
const TOKEN = "a-token-of-the-test-0123456789";
const front = { name: "front", subnet: "10.77.1.0/24", gate: "10.77.1.2" };
const back = { name: "back", subnet: "10.77.2.0/24", gate: "10.77.2.2" };
const PORT = 2375;
/** Not that of the docker group, so that only the file gives it. */
const GROUP = 4321;

const policyFor = (operator: string): string => `
listen:
  - tcp://0.0.0.0:${PORT}
  - { address: unix:///run/quaygate/ci.sock, mode: "0660", group: ${GROUP}, client: ci }
clients:
  operator: { from: ${operator}, allow: [ping, containers:read, containers:lifecycle] }
  traefik: { from: traefik, use: traefik }
  renderer:
    from: { label: com.example.role=renderer }
    allow: [ping, SystemVersion, ContainerCreate, ContainerStart, ContainerAttach, ContainerWait, ContainerDelete]
    powers: [default, -image, image:busybox:test]
  viewers: { from: ${back.subnet}, allow: [containers:read, images:read], deny: [ContainerInspect] }
  bot: { from: { token: /etc/quaygate/token }, allow: [SystemInfo] }
  ci: { allow: [ping, "Image*"] }
`;

/** Who calls: each client of the policy, and some who are nobody. */
const callers = [
  "operator",
  "traefik",
  "renderer",
  "viewers",
  "bot",
  "ci",
  "stranger",
  "pretender",
  "guesser",
] as const;
type Caller = (typeof callers)[number];

/** A call, the engine's own answer, and for whom it is open. */
const calls: readonly (readonly [call: string, status: number, ...clients: Caller[]])[] = [
  ["GET /_ping", 200, "operator", "traefik", "renderer", "ci"],
  ["GET /version", 200, "traefik", "renderer"],
  ["GET /info", 200, "bot"],
  ["GET /containers/json", 200, "operator", "traefik", "viewers"],
  ["GET /containers/none/json", 404, "operator", "traefik"],
  ["GET /containers/none/stats?stream=false", 404, "operator", "viewers"],
  ["POST /containers/none/restart", 404, "operator"],
  ["POST /containers/create", 201, "renderer"],
  ["DELETE /containers/none", 404, "renderer"],
  ["GET /images/json", 200, "viewers", "ci"],
  ["DELETE /images/none", 404, "ci"],
  ["GET /networks", 200],
  ["GET /containers/none/archive?path=/", 404],
];

/** The first thing that a container does; it says what it was answered, and stays. */
const CALL_FIRST = `(printf 'GET /version HTTP/1.1\\r\\nHost: gate\\r\\nConnection: close\\r\\n\\r\\n'; sleep 1000) | nc ${front.gate} ${PORT}`;
const ROUNDS = 15;

const STACK_POLICY = "clients:\n  reader: { from: tasks.reader, allow: [SystemVersion] }\n";
/** Without a virtual address before the gate, which would be whom all calls come from. */
const stackFor = (socketPath: string): string => `
version: "3.8"
services:
  gate:
    image: ${GATE_IMAGE}
    environment: { QUAYGATE_POLICY: /etc/quaygate/policy.yaml }
    configs: [{ source: policy, target: /etc/quaygate/policy.yaml }]
    volumes: ["${socketPath}:/var/run/docker.sock:ro"]
    networks: [backend]
    deploy: { mode: global, endpoint_mode: dnsrr, placement: { constraints: ["node.role == manager"] } }
  reader: { image: "busybox:test", command: sleep 1000, networks: [backend] }
  other: { image: "busybox:test", command: sleep 1000, networks: [backend] }
networks: { backend: { driver: overlay } }
configs: { policy: { external: true } }
`;

// An engine of its own: its containers have addresses that the test chose.
describe.runIf(hasEngine)("one gate with a policy of six clients", () => {
  const own = useOwnEngine();
  const engineHost = (): string => `unix://${own().engine.socketPath}`;
  let cable: EngineCable | undefined;
  let gate: PolicyGate | undefined;

  beforeAll(async () => {
    cable = openEngineCable(own().engine.socketPath);
    gate = await startPolicyGate(own().engine, {
      policy: policyFor(cable.hosts[0]),
      files: { token: `${TOKEN}\n` },
      networks: [front, back],
      runArguments: [`--publish=${PORT}:${PORT}`, `--group-add=${GROUP}`],
    });
  }, SETUP_DEADLINE);
  afterAll(() => {
    gate?.close();
    cable?.close();
  });

  /** Runs a container that stays; it is removed when the test ends. */
  async function stay(...words: readonly string[]): Promise<string> {
    const run = ["run", "--detach", "--stop-timeout=0", ...words, "busybox:test", "sleep", "1000"];
    const container = await dockerOutput(engineHost(), run);
    onTestFinished(async () => void (await docker(engineHost(), ["rm", "--force", container])));
    return container;
  }

  /** The gate on one of its networks, as a container reaches it over one connection at a time. */
  async function from(container: string, { gate: address }: typeof front): Promise<Place & { port: number }> {
    const { port } = await openContainerRelay(engineHost(), container, `${address}:${PORT}`);
    return { port, agent: oneConnection() };
  }
  /** The gate's published port, as one of two hosts reaches it. */
  const fromHost = (number: 0 | 1): Place & { port: number } => ({
    host: cable?.engine ?? "",
    port: PORT,
    localAddress: cable?.hosts[number] ?? "",
    agent: oneConnection(),
  });
  const onFront = `--network=${front.name}`;
  const RENDERS = "--label=com.example.role=renderer";
  const socketPath = (): string => join(gate?.socketFolder ?? "", "ci.sock");

  async function ask(place: Place, call: string, token?: string): Promise<Answer> {
    const [method = "", target = ""] = call.split(" ");
    const body = method === "POST" ? JSON.stringify({ Image: "busybox:test" }) : undefined;
    const fields = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return send(place, method, target, body, "application/json", fields);
  }

  test("serves each by its own rights and no others', all of them at the same time", async () => {
    const places: Record<Caller, readonly [place: Place, token?: string]> = {
      operator: [fromHost(0)],
      traefik: [await from(await stay(onFront, "--network-alias=traefik"), front)],
      renderer: [await from(await stay(onFront, RENDERS), front)],
      viewers: [await from(await stay(`--network=${back.name}`), back)],
      bot: [fromHost(1), TOKEN],
      ci: [{ socketPath: socketPath() }],
      stranger: [await from(await stay(onFront), front)],
      pretender: [await from(await stay(onFront, `${RENDERS}s`), front)],
      guesser: [fromHost(1), `${TOKEN}0`],
    };
    const asked = callers.flatMap((caller) =>
      calls.map(async ([call, status, ...clients]) => {
        const { status: got, code = "from the engine" } = await ask(
          places[caller][0],
          call,
          places[caller][1],
        );
        const wanted = clients.includes(caller) ? `${status} from the engine` : "403 operation_denied";
        return { got: `${caller}: ${call}: ${got} ${code}`, wanted: `${caller}: ${call}: ${wanted}` };
      }),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ got }) => got)).toEqual(answers.map(({ wanted }) => wanted));

    // What was decided is recorded under the name of whom it was decided for.
    const nobodies: readonly Caller[] = ["stranger", "pretender", "guesser"];
    const known = callers.filter((caller) => !nobodies.includes(caller));
    const wanted = {
      ...Object.fromEntries(known.map((caller) => [caller, calls.length])),
      nobody: nobodies.length * calls.length,
    };
    await expect.poll(async () => countRecords((await gate?.log()) ?? "")).toEqual(wanted);
  });

  test("tells nobody why, and where the call came from", async () => {
    const stranger = await stay(onFront, "--ip=10.77.1.77");
    const host = await stay("--network=host");
    const unknown = "no client of the policy is recognised in who calls from the address";
    const inNoContainer = "no container has it on a network that the gate shares";
    expect((await ask(await from(stranger, front), "GET /_ping")).text).toMatch(`${unknown} 10.77.1.77 (`);
    // What is in the host's network comes through the gateway.
    const [near, far] = [
      await ask(await from(host, front), "GET /_ping"),
      await ask(fromHost(1), "GET /_ping"),
    ];
    expect(near.text).toContain(`${unknown} 10.77.1.1 (${inNoContainer}; `);
    expect(far.text).toContain(`${unknown} ${cable?.hosts[1]} (${inNoContainer}; `);
    expect(far.text).toContain("no bearer token was sent");
  });

  test("takes a container on two networks for whom it is on the one that it calls over", async () => {
    const container = await stay(onFront);
    await dockerOutput(engineHost(), ["network", "connect", back.name, container]);
    const [nearFront, nearBack] = [await from(container, front), await from(container, back)];
    expect(await ask(nearBack, "GET /containers/json")).toMatchObject({ status: 200 });
    expect(await ask(nearFront, "GET /containers/json")).toMatchObject({ status: 403 });
  });

  test("serves the docker command of each", async () => {
    const relayed = async (...words: readonly string[]): Promise<string> =>
      `tcp://127.0.0.1:${(await from(await stay(onFront, ...words), front)).port}`;
    const renderer = await relayed(RENDERS);
    const traefik = await relayed("--network-alias=traefik");
    const ci = `unix://${socketPath()}`;
    const run = ["run", "--rm", "--network=none"];
    expect(await dockerOutput(renderer, [...run, "busybox:test", "echo", "rendered"])).toBe("rendered");
    expect(await docker(renderer, [...run, "--privileged", "busybox:test", "true"])).toMatchObject({
      code: 125,
      stderr: expect.stringContaining("asks for the power privileged"),
    });
    expect(await docker(renderer, ["ps"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("needs ContainerList (or containers:read) in clients.renderer.allow"),
    });
    expect(await dockerOutput(traefik, ["ps", "--format={{.Image}}"])).toContain("busybox:test");
    expect(await docker(traefik, [...run, "busybox:test", "true"])).toMatchObject({ code: 125 });
    expect(await dockerOutput(ci, ["images", "--format={{.Repository}}:{{.Tag}}"])).toContain("busybox:test");
    expect(await docker(ci, ["ps"])).toMatchObject({ code: 1 });
    const { mode, gid } = statSync(socketPath());
    expect([(mode & 0o777).toString(8), gid]).toEqual(["660", GROUP]);
  });

  const engine = (method: string, target: string, body?: object): Promise<Answer> =>
    send({ socketPath: own().engine.socketPath }, method, target, JSON.stringify(body));

  const remove = (container: string): Promise<Answer> => engine("DELETE", `/containers/${container}?force=1`);

  /** Makes a container that calls first of all; it starts when it is told to. */
  async function firstCaller(ip: string, query = "", labels: object = {}): Promise<string> {
    const { text } = await engine("POST", `/containers/create${query}`, {
      Image: "busybox:test",
      Cmd: ["sh", "-c", CALL_FIRST],
      Labels: labels,
      HostConfig: { NetworkMode: front.name },
      NetworkingConfig: { EndpointsConfig: { [front.name]: { IPAMConfig: { IPv4Address: ip } } } },
    });
    const { Id } = Object.fromEntries(keysOf(JSON.parse(text)));
    onTestFinished(async () => void (await remove(String(Id))));
    return String(Id);
  }

  async function firstAnswer(container: string): Promise<string> {
    let said = "";
    await eventually("it was answered", async () => {
      said = (await engine("GET", `/containers/${container}/logs?stdout=1&stderr=1`)).text;
      return said.includes("}");
    });
    return said;
  }

  /** Removes who has the rights, by what makes it that client, and starts another one the moment its address is free. */
  async function replace(ip: string, query: string, labels: object = {}): Promise<void> {
    const holder = await firstCaller(ip, query, labels);
    const next = await firstCaller(ip);
    expect(await engine("POST", `/containers/${holder}/start`)).toMatchObject({ status: 204 });
    expect(await firstAnswer(holder)).toContain("HTTP/1.1 200 OK");
    const removed = remove(holder);
    await eventually(
      "the address is free",
      async () => (await engine("POST", `/containers/${next}/start`)).status === 204,
    );
    const answer = await firstAnswer(next);
    expect(answer).toContain("HTTP/1.1 403 Forbidden");
    expect(answer).toContain(`recognised in who calls from the address ${ip} (`);
    await removed;
    await remove(next);
  }

  const byName = (): Promise<void> => replace("10.77.1.101", "?name=traefik");
  const byLabel = (): Promise<void> => replace("10.77.1.102", "", { "com.example.role": "renderer" });

  test("gives a container nothing of the one whose address it got, and that one all from its first call on", async () => {
    // The name keeps an address: one that has none is looked up for a second.
    await stay(onFront, "--network-alias=traefik");
    const rounds = [...Array(ROUNDS).keys()];
    const inTurn = (each: () => Promise<void>): Promise<void> =>
      rounds.reduce((before) => before.then(each), Promise.resolve());
    await Promise.all([inTurn(byName), inTurn(byLabel)]);
  });

  test("knows a container by its name at once, also after the name was nobody's", async () => {
    await byName();
    await byName();
  });

  // The last one: a swarm changes the whole engine.
  test("tells the tasks of a stack's services apart, with the policy as a config of the swarm", async () => {
    const swarm = (words: readonly string[], input = ""): Promise<string> =>
      dockerOutput(engineHost(), words, { input });
    await swarm(["swarm", "init", "--advertise-addr=127.0.0.1", "--listen-addr=127.0.0.1"]);
    await swarm(["config", "create", "policy", "-"], STACK_POLICY);
    const deploy = ["stack", "deploy", "--resolve-image=never", "--compose-file=-", "trust"];
    await swarm(deploy, stackFor(own().engine.socketPath));
    const statusOf = async (service: string): Promise<number> => {
      const label = `--filter=label=com.docker.swarm.service.name=trust_${service}`;
      let [container, status] = ["", 0];
      await eventually("its task runs", async () => {
        container = await swarm(["ps", "--quiet", label]);
        return container !== "";
      });
      const { port } = await openContainerRelay(engineHost(), container, `gate:${PORT}`);
      await eventually("the gate answers", async () => {
        status = (await ask({ port }, "GET /version").catch(() => undefined))?.status ?? 0;
        return status !== 0;
      });
      return status;
    };
    expect(await Promise.all([statusOf("reader"), statusOf("other")])).toEqual([200, 403]);
  });
});

/** How many requests a log has of each client. */
function countRecords(log: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const line of linesOf(log)) {
    const { client } = Object.fromEntries(keysOf(JSON.parse(line)));
    if (typeof client === "string") counts[client] = (counts[client] ?? 0) + 1;
  }
  return counts;
}

/** Keeps one connection for all that is asked in turn. */
function oneConnection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}
