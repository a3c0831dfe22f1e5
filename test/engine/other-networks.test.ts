import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { type PolicyGate, startPolicyGate } from "../support/policy-gate.ts";

const SETUP_DEADLINE = 400_000;
const front = { name: "front", subnet: "10.78.1.0/24", gate: "10.78.1.2" };
const back = { name: "back", subnet: "10.78.2.0/24", gate: "10.78.2.2" };
const POLICY = `
listen:
  - { address: "tcp://${front.gate}:2375", client: ci }
  - { address: "tcp://${front.gate}:2376", client: ci, networks: all }
clients:
  ci: { allow: [ping] }
`;

// An engine of its own, whose host leaves packets alone that stay on one bridge, as hosts without br_netfilter do.
describe.runIf(hasEngine)("a gate on two networks of an engine", () => {
  const own = useOwnEngine();
  const host = (): string => `unix://${own().engine.socketPath}`;
  let gate: PolicyGate | undefined;

  beforeAll(async () => {
    gate = await startPolicyGate(own().engine, {
      policy: POLICY,
      files: {},
      networks: [front, back],
      runArguments: [],
    });
    const unfiltered =
      "for file in /proc/sys/net/bridge/bridge-nf-call-ip*; do [ ! -e $file ] || echo 0 >$file; done";
    const words = [
      "run",
      "--rm",
      "--cap-add=NET_ADMIN",
      "--security-opt=systempaths=unconfined",
      "--network=host",
      "busybox:test",
      "sh",
      "-c",
      unfiltered,
    ];
    await dockerOutput(host(), words);
  }, SETUP_DEADLINE);
  afterAll(() => gate?.close());

  /** What a container gets that calls the gate's address on the network at the front, however it has to go there. */
  async function call(network: string, port: number, route = ""): Promise<string> {
    const request =
      "printf 'GET /_ping HTTP/1.1\\r\\nHost: gate\\r\\nConnection: close\\r\\n\\r\\n'; sleep 1";
    const script = `${route} (${request}) | nc -w 10 ${front.gate} ${port}`;
    const words = [
      "run",
      "--rm",
      "--cap-add=NET_ADMIN",
      `--network=${network}`,
      "busybox:test",
      "sh",
      "-c",
      script,
    ];
    const { stdout, stderr } = await docker(host(), words);
    return stdout + stderr;
  }
  const BY_THE_GATE = `ip route add ${front.gate} via ${back.gate};`;

  test("takes a container for a listener's client that is on the listener's network", async () => {
    expect(await call(front.name, 2375)).toContain("OK");
  });

  test("takes nobody for it who makes a route from the other network", async () => {
    const answer = await call(back.name, 2375, BY_THE_GATE);
    expect(answer).toContain("403 Forbidden");
    expect(answer).not.toContain("OK");
    expect(await gate?.log()).toContain("is not on the network of the address that it called");
  });

  test("takes all for it where the listener says so", async () => {
    expect(await call(back.name, 2376, BY_THE_GATE)).toContain("OK");
  });
});
