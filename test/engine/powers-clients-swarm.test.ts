import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { useSwarm } from "../examples/deployment.ts";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { hasEngine, readOnlyMode } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { openTestGate, type TestGate } from "../support/gate.ts";
import { taughtBy } from "../support/teaching.ts";

const image = "busybox:test";

const identity = [
  ...[
    "--replicas=0",
    "--env=COLOUR=blue",
    "--label=a=b",
    "--container-label=c=d",
    "--workdir=/tmp",
    "--user=0",
  ],
  ...["--hostname=web", "--host=one:192.0.2.1", "--dns=9.9.9.9", "--stop-signal=SIGTERM", "--init", "--tty"],
  "--read-only",
];
const running = [
  ...["--replicas=0", "--limit-memory=64m", "--limit-cpu=0.5", "--reserve-memory=8m", "--limit-pids=50"],
  ...[
    "--restart-condition=on-failure",
    "--restart-max-attempts=3",
    "--update-parallelism=2",
    "--update-delay=1s",
  ],
  ...[
    "--rollback-order=stop-first",
    "--constraint=node.role==manager",
    "--placement-pref=spread=node.labels.a",
  ],
  ...["--health-cmd=true", "--health-interval=30s", "--log-driver=json-file", "--log-opt=max-size=1m"],
  ...[
    "--cap-drop=ALL",
    "--cap-add=NET_BIND_SERVICE",
    "--ulimit=nofile=1024:2048",
    "--sysctl=net.core.somaxconn=9",
  ],
];
const mounts = [
  ...[
    "--replicas=0",
    "--mount=type=volume,source=data,target=/data",
    "--mount=type=tmpfs,target=/run,tmpfs-size=65536",
  ],
  "--mount=type=volume,target=/unnamed,volume-label=a=b",
];

describe.runIf(hasEngine)("the docker command's services with the default powers", () => {
  const swarm = useSwarm();
  const secret = uniqueName("secret");
  let gate: TestGate | undefined;

  beforeAll(async () => {
    const env = { ...everySwitch, QUAYGATE_POWERS: "default" };
    gate = await openTestGate({ env, engineSocket: swarm().engine.socketPath });
    await dockerOutput(swarm().host, ["secret", "create", secret, "-"], { input: "s" });
  });
  afterAll(() => gate?.close());

  /** Runs commands with the same name through the gate and on the socket, and gives the two specifications. */
  async function specifications(
    steps: (name: string) => readonly (readonly string[])[],
  ): Promise<readonly string[]> {
    const name = uniqueName("service");
    const found: string[] = [];
    for (const host of [gate?.host ?? "", swarm().host]) {
      for (const step of steps(name)) await dockerOutput(host, step);
      found.push(await dockerOutput(swarm().host, ["service", "inspect", "--format={{json .Spec}}", name]));
      await dockerOutput(swarm().host, ["service", "rm", name]);
    }
    return found;
  }

  const create = ["service", "create", "--quiet", "--detach", "--no-resolve-image"];
  test.each([
    { name: "variables, labels, a user and names", options: identity },
    { name: "limits, restarts, placement, health and log", options: running },
    {
      name: "ports",
      options: ["--replicas=0", "--publish=published=18480,target=80", "--publish=18481:81/udp"],
    },
    { name: "names instead of a virtual address", options: ["--replicas=0", "--endpoint-mode=dnsrr"] },
    { name: "volumes and memory", options: mounts },
    { name: "a task that runs", options: ["--replicas=1"] },
  ])("are the same as on the socket: $name", async ({ options }) => {
    const [throughGate, direct] = await specifications((name) => [
      [...create, ...options, `--name=${name}`, image, "sleep", "1000"],
    ]);
    expect(throughGate).toContain('"Image":"busybox:test"');
    expect(throughGate).toBe(direct);
  });

  test("are the same as on the socket after a change, a new scale and a way back", async () => {
    const update = ["service", "update", "--quiet", "--detach", "--no-resolve-image"];
    const [throughGate, direct] = await specifications((name) => [
      [...create, "--replicas=0", `--name=${name}`, image, "sleep", "1000"],
      [...update, "--env-add=C=d", "--label-add=e=f", "--limit-memory=32m", name],
      ["service", "scale", "--detach", `${name}=0`],
      [...update, "--force", "--args=sleep 9", name],
      ["service", "rollback", "--quiet", "--detach", name],
    ]);
    expect(throughGate).toContain('"C=d"');
    expect(throughGate).toBe(direct);
  });

  test("join an overlay network that was made the same way", async () => {
    const network = uniqueName("network");
    onTestFinished(async () => void (await docker(swarm().host, ["network", "rm", network])));
    const made = [
      "network",
      "create",
      "--driver=overlay",
      "--attachable",
      "--opt=encrypted",
      "--label=a=b",
      network,
    ];
    const id = await dockerOutput(gate?.host ?? "", made);
    const [throughGate, direct] = await specifications((name) => [
      [...create, "--replicas=0", `--network=name=${network},alias=db`, `--name=${name}`, image],
    ]);
    expect(throughGate).toContain(id);
    expect(throughGate).toBe(direct);
  });

  test.each([
    {
      name: "a path of the host",
      options: ["--mount=type=bind,source=/etc,target=/etc,readonly"],
      power: `bind:/etc${readOnlyMode}`,
    },
    { name: "a secret", options: [`--secret=${secret}`], power: `secret:${secret}` },
    { name: "a capability", options: ["--cap-add=NET_ADMIN"], power: "cap:NET_ADMIN" },
  ])("are refused with $name, and made with what the refusal teaches", async ({ options, power }) => {
    const name = uniqueName("service");
    const command = [...create, "--replicas=0", ...options, `--name=${name}`, image];
    const { code, stderr } = await docker(gate?.host ?? "", command);
    const taught = taughtBy(stderr) ?? "";
    expect({ code, taught }).toEqual({ code: 1, taught: power });
    const env = { ...everySwitch, QUAYGATE_POWERS: `default,${taught}` };
    const open = await openTestGate({ env, engineSocket: swarm().engine.socketPath });
    onTestFinished(() => open.close());
    await dockerOutput(open.host, command);
    await dockerOutput(swarm().host, ["service", "rm", name]);
  });

  test.each([
    { name: "all capabilities", options: ["--cap-add=ALL"], says: "cap:ALL is root on the host" },
    {
      name: "the engine's socket",
      options: ["--mount=type=bind,source=/var/run/docker.sock,target=/s"],
      says: "bind:/var/run/docker.sock is root on the host",
    },
    {
      name: "the host's network",
      options: ["--network=host"],
      says: "host:network takes away the wall between the container and what runs on the host",
    },
  ])("are refused with $name, and nobody is advised to allow it", async ({ options, says }) => {
    const command = [...create, "--replicas=0", ...options, `--name=${uniqueName("service")}`, image];
    const { code, stderr } = await docker(gate?.host ?? "", command);
    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(taughtBy(stderr) ?? "").not.toMatch(/cap|bind|host:/u);
  });
});
