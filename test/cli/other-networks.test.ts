import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  back,
  far,
  front,
  type GateNetworks,
  hasNamespaces,
  openGateNetworks,
  type Whose,
} from "../support/gate-networks.ts";
import { eventually } from "../support/raw-peer.ts";
import { openEngine } from "./engine.ts";
import { entriesOf, type QuaygateRun, startQuaygate, testFolder } from "./quaygate-command.ts";

if (!hasNamespaces)
  console.log("Left out: callers from other networks, because no network namespaces can be made.");

const [IPV4, IPV6] = front.gate;
/** A client at addresses of one network, the same from all networks, and at all addresses. */
const POLICY = `
listen:
  - { address: "tcp://${IPV4}:2375", client: ci }
  - { address: "tcp://[${IPV6}]:2375", client: ci }
  - { address: "tcp://${IPV4}:2376", client: ci, networks: all }
  - { address: "tcp://[${IPV6}]:2376", client: ci, networks: all }
  - { address: "tcp://[::]:2377", client: ci }
clients:
  ci: { allow: [ping] }
`;

/** Both families' address of the gate on the network at the front. */
const families = [
  { family: "IPv4", index: 0, gate: IPV4 },
  { family: "IPv6", index: 1, gate: `[${IPV6}]` },
] as const;

async function startOn(
  networks: GateNetworks,
  settings: Readonly<Record<string, string>>,
): Promise<QuaygateRun> {
  const environment = { QUAYGATE_ENGINE: await openEngine(), QUAYGATE_ADMIN: "off", ...settings };
  const gate = startQuaygate(["run"], environment, "", networks.on("gate"));
  await gate.untilOutput("listening on");
  return gate;
}

async function startByPolicy(networks: GateNetworks): Promise<QuaygateRun> {
  const file = join(testFolder(), "policy.yaml");
  writeFileSync(file, POLICY);
  return startOn(networks, { QUAYGATE_POLICY: file });
}

describe.runIf(hasNamespaces)("a client's listener at an address of one network", () => {
  test.each(families)(
    "takes who is on that network, or comes by its gateway, in $family",
    async ({ index, gate }) => {
      const networks = openGateNetworks();
      await startByPolicy(networks);
      const url = `http://${gate}:2375/_ping`;
      // Another address of the same interface, by a name of its own, and answers from there.
      const second = ["192.0.2.129", "2001:db8:a:1::1"][index];
      networks.ip(
        "gate",
        `address add ${["192.0.2.129/32 label front:second", "2001:db8:a:1::1/64"][index]} dev front`,
      );
      networks.ip("gate", `route add default via ${front.machine[index]} dev front src ${second}`);
      networks.ip("front", `address add ${["192.0.2.130/24", "2001:db8:a:1::2/64"][index]} dev eth0`);
      const callers: readonly (readonly [Whose, (string | undefined)?])[] = [
        ["front"],
        ["front", far[index]],
        ["front", ["192.0.2.130", "2001:db8:a:1::2"][index]],
        ["gate"],
        ["gate", back.gate[index]],
      ];
      for (const [whose, from] of callers) {
        expect([whose, from, await networks.call(whose, url, from)]).toEqual([
          whose,
          from,
          { status: 200, body: "OK" },
        ]);
      }
    },
  );

  test.each(families)("takes nobody who comes by another network, in $family", async ({ index, gate }) => {
    const networks = openGateNetworks();
    const run = await startByPolicy(networks);
    networks.ip("gate", `route add default via ${back.machine[index]}`);
    for (const from of [back.machine[index], far[index]]) {
      const { status, body } = await networks.call("back", `http://${gate}:2375/_ping`, from);
      expect([from, status]).toEqual([from, 403]);
      expect(body).toContain(`the address ${from} is not on the network of the address that it called`);
      expect(body).not.toContain("networks: all");
    }
    await run.untilOutput((stdout) => stdout.includes(`${far[index]} is not`) && stdout.includes('"path"'));
    const records = entriesOf(run.stdout());
    expect(records).toContainEqual(expect.objectContaining({ client: "nobody", verdict: "deny" }));
    expect(run.stdout()).toMatch(
      new RegExp(`networks: all at listen\\[${index}\\] of \\S+ lets in callers of all networks`, "u"),
    );
  });

  test.each(families)(
    "takes everybody where it says so, or listens at all addresses, in $family",
    async ({ index, gate }) => {
      const networks = openGateNetworks();
      await startByPolicy(networks);
      for (const port of [2376, 2377]) {
        expect(
          await networks.call("back", `http://${gate}:${port}/_ping`, back.machine[index]),
        ).toMatchObject({ status: 200 });
      }
    },
  );

  test("takes everybody as soon as a policy that says so is read", async () => {
    const networks = openGateNetworks();
    const file = join(testFolder(), "policy.yaml");
    writeFileSync(file, POLICY);
    const run = await startOn(networks, { QUAYGATE_POLICY: file });
    const url = `http://${IPV4}:2375/_ping`;
    expect(await networks.call("back", url)).toMatchObject({ status: 403 });
    writeFileSync(file, POLICY.replaceAll(/:2375", client: ci/gu, "$&, networks: all"));
    run.signal("SIGHUP");
    await run.untilOutput("generation 2");
    expect(await networks.call("back", url)).toMatchObject({ status: 200 });
  });

  test("knows link-local callers by the interface where they called", async () => {
    const networks = openGateNetworks();
    await startByPolicy(networks);
    const url = `http://[${IPV6}]:2375/_ping`;
    networks.ip(
      "back",
      `route replace ${IPV6} via ${networks.linkLocalOf("gate", "back").split("%")[0]} dev eth0`,
    );
    for (const [whose, status] of [
      ["front", 200],
      ["back", 403],
    ] as const) {
      expect(await networks.call(whose, url, networks.linkLocalOf(whose, "eth0"))).toMatchObject({ status });
    }
  });

  test("knows networks that the gate is connected to later", async () => {
    const networks = openGateNetworks(["front"]);
    await startByPolicy(networks);
    networks.connect("back");
    const url = `http://${IPV4}:2375/_ping`;
    expect(await networks.call("front", url)).toMatchObject({ status: 200 });
    expect(await networks.call("back", url)).toMatchObject({ status: 403 });
  });

  test.each([
    { way: "has no address", words: [] },
    {
      way: "has only an address that is not to be used",
      words: [`address add ${back.gate[1]}/64 dev back preferred_lft 0`],
    },
  ])("takes nobody of a network that leads to the same address, where the gate $way", async ({ words }) => {
    const networks = openGateNetworks();
    await startByPolicy(networks);
    const pretended = "2001:db8:a::77";
    networks.ip("gate", `address delete ${back.gate[1]}/64 dev back`);
    for (const change of words) networks.ip("gate", change);
    // As a router advertisement brings it there.
    networks.ip("gate", `-6 route add ${pretended} dev back`);
    networks.ip("back", `address add ${pretended}/128 dev eth0`);
    networks.ip(
      "back",
      `route replace ${IPV6} via ${networks.linkLocalOf("gate", "back").split("%")[0]} dev eth0`,
    );
    const url = `http://[${IPV6}]:2375/_ping`;
    const { status, body } = await networks.call("back", url, pretended);
    expect(status).toBe(403);
    expect(body).toContain("it can't be told");
    expect(await networks.call("front", url)).toMatchObject({ status: 200 });
  });

  test("takes nobody who was led to by a route that a neighbour advertised, and is there no more", async () => {
    const networks = openGateNetworks();
    const run = await startByPolicy(networks);
    const pretended = "2001:db8:a::77";
    networks.ip("back", `address add ${pretended}/128 dev eth0`);
    networks.ip(
      "back",
      `route replace ${IPV6} via ${networks.linkLocalOf("gate", "back").split("%")[0]} dev eth0`,
    );
    // It may be slow to look.
    run.signal("SIGSTOP");
    const neighbour = networks.callByAdvertisedRoute("back", IPV6, 2375, pretended);
    onTestFinished(() => void neighbour.kill());
    let said = "";
    neighbour.stdout?.on("data", (text: Buffer) => (said += text.toString()));
    await eventually(() => said.includes("sent"), "the neighbour has called");
    run.signal("SIGCONT");
    await run.untilOutput("SystemPing");
    neighbour.stdin?.end("on\n");
    await eventually(() => said.includes("HTTP/1.1"), "the neighbour has an answer");
    expect(said).toContain("403 Forbidden");
    expect(await networks.call("front", `http://${IPV4}:2375/_ping`)).toMatchObject({ status: 200 });
    expect((await networks.call("gate", `http://[${IPV6}]:2375/_ping`)).status).toBe(200);
  });

  test("takes nobody of a network where a neighbour claims the gate's own address", async () => {
    const networks = openGateNetworks();
    await startByPolicy(networks);
    const [, claimed] = back.gate;
    networks.ip("gate", `address delete ${claimed}/64 dev back`);
    networks.ip("back", `address add ${claimed}/64 dev eth0`);
    networks.ip(
      "back",
      `route replace ${IPV6} via ${networks.linkLocalOf("gate", "back").split("%")[0]} dev eth0`,
    );
    networks.detectDuplicates("gate", "back");
    networks.ip("gate", `address add ${claimed}/64 dev back`);
    const isRefused = (): boolean => networks.ip("gate", "-6 address show dev back").includes("dadfailed");
    await eventually(isRefused, "the gate's address is a duplicate");
    const url = `http://[${IPV6}]:2375/_ping`;
    for (const from of [claimed, back.machine[1]]) {
      const { status, body } = await networks.call("back", url, from);
      expect([from, status]).toEqual([from, 403]);
      expect(body).toContain("it can't be told");
    }
  });
});

describe.runIf(hasNamespaces)("an address of one network in the environment", () => {
  const LISTENING = {
    QUAYGATE_LISTEN: `tcp://${IPV4}:2375,tcp://[${IPV6}]:2375`,
    QUAYGATE_ADMIN: `tcp://${IPV4}:9375`,
  };
  const BOUND = { BIND_CONFIG: `${IPV4}:2375`, QUAYGATE_ADMIN: `tcp://${IPV4}:9375` };
  const [health, ...pings] = [
    `http://${IPV4}:9375/health`,
    ...families.map(({ gate }) => `http://${gate}:2375/_ping`),
  ];

  test("is for callers of that network", async () => {
    const networks = openGateNetworks();
    const run = await startOn(networks, LISTENING);
    for (const url of [health, ...pings]) {
      for (const [whose, status] of [
        ["front", 200],
        ["gate", 200],
        ["back", 403],
      ] as const) {
        expect([url, whose, await networks.call(whose, url)]).toMatchObject([url, whose, { status }]);
      }
    }
    await run.untilOutput(`who called the admin address tcp://${IPV4}:9375 is refused`);
    expect(run.stdout()).toContain("QUAYGATE_NETWORKS=all lets in callers of all networks");
  });

  test("is for the gate's own machine also while nobody is on that network, as with docker0 and no container", async () => {
    const networks = openGateNetworks();
    const run = await startOn(networks, LISTENING);
    networks.ip("front", "link set eth0 down");
    const isIdle = (): boolean => networks.ip("gate", "link show front").includes("NO-CARRIER");
    await eventually(isIdle, "the network has nobody");
    for (const url of [health, ...pings]) {
      expect([url, await networks.call("gate", url)]).toMatchObject([url, { status: 200 }]);
    }
    expect(run.stdout()).not.toContain("is refused");
  });

  test("is for all networks with QUAYGATE_NETWORKS=all", async () => {
    const networks = openGateNetworks();
    await startOn(networks, { ...LISTENING, QUAYGATE_NETWORKS: "all" });
    for (const url of [health, ...pings]) {
      expect([url, await networks.call("back", url)]).toMatchObject([url, { status: 200 }]);
    }
  });

  test("is for all networks where BIND_CONFIG says it, as with the original, and never that of health", async () => {
    const networks = openGateNetworks();
    await startOn(networks, BOUND);
    expect(await networks.call("back", `http://${IPV4}:2375/_ping`)).toMatchObject({ status: 200 });
    expect(await networks.call("back", health)).toMatchObject({ status: 403 });
  });

  test("is for callers of that network with BIND_CONFIG and QUAYGATE_NETWORKS=own", async () => {
    const networks = openGateNetworks();
    await startOn(networks, { ...BOUND, QUAYGATE_NETWORKS: "own" });
    const url = `http://${IPV4}:2375/_ping`;
    expect(await networks.call("back", url)).toMatchObject({ status: 403 });
    expect(await networks.call("front", url)).toMatchObject({ status: 200 });
  });
});
