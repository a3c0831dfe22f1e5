import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { containerName, engineHost, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import {
  type Inspected,
  inspectMade,
  isRecord,
  type Made,
  makeBothWays,
  mayDiffer,
  paint,
  removeMade,
  transientName,
} from "../support/portrait.ts";

const image = "busybox:test";
const stay = [image, "sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 1 & wait $!; done"];

const identity = [
  ...[
    "create",
    "--env=COLOUR=blue",
    "--env=EMPTY=",
    "--env=ODD=a=b, c%d*e\u00fc",
    "--label=org.example.a=b, *",
  ],
  ...["--label=bare", "--workdir=/tmp", "--user=1000:1000", "--group-add=20", "--entrypoint=/bin/sh"],
  ...["--hostname=web", "--domainname=example.test", "--stop-signal=SIGINT", "--stop-timeout=3", "--init"],
  ...["--network=none", image, "-c", "echo \"one two\" 'three'"],
];

const limits = [
  ...["create", "--memory=64m", "--memory-reservation=32m", "--memory-swap=128m", "--cpus=0.5"],
  ...["--cpu-shares=512", "--cpuset-cpus=0", "--pids-limit=50", "--ulimit=nofile=1024:2048"],
  ...["--ulimit=nproc=100", "--shm-size=32m", "--oom-score-adj=100", "--network=none", image, "true"],
];

const restrictions = [
  ...["create", "--cap-drop=ALL", "--cap-add=NET_BIND_SERVICE", "--cap-add=CAP_CHOWN", "--read-only"],
  ...["--security-opt=no-new-privileges", "--security-opt=no-new-privileges:true", "--cgroupns=private"],
  ...["--ipc=private", "--sysctl=net.core.somaxconn=1024", "--sysctl=net.ipv4.ip_forward=0", image, "true"],
];

const health = [
  ...["--health-cmd=test -e /tmp", "--health-interval=30s", "--health-timeout=2s", "--health-retries=4"],
  "--health-start-period=1s",
];

const logging = [
  "--log-driver=json-file",
  "--log-opt=max-size=1m",
  "--log-opt=max-file=2",
  "--log-opt=tag=x",
];

const ports = [
  ...["run", "--detach", "--publish=18080:80", "--publish=81", "--publish=127.0.0.1:18081:82"],
  ...["--publish=15353:53/udp", "--publish=127.0.0.1::83", "--publish=18090-18092:90-92", "--expose=99"],
];

const network = [
  ...["run", "--detach", "--network-alias=db", "--network-alias=cache", "--dns=9.9.9.9"],
  ...["--dns-search=example.test", "--dns-option=ndots:2", "--add-host=one:192.0.2.1"],
  ...["--add-host=host.docker.internal:host-gateway"],
];

const volumes = [
  ...["create", "--volume=/unnamed", "--tmpfs=/run:rw,noexec,nosuid,size=65536k", "--read-only"],
  ...["--mount=type=tmpfs,target=/cache,tmpfs-size=1048576,tmpfs-mode=1770"],
  ...["--mount=type=volume,target=/also-unnamed,volume-label=a=b,volume-nocopy"],
  ...["--mount=type=volume,target=/memory,volume-driver=local,volume-opt=type=tmpfs,volume-opt=device=tmpfs"],
  "--network=none",
];

/** Every leaf of a value with a copy of the whole in which this leaf alone is another. */
function* mutations(
  value: unknown,
  path: readonly string[] = [],
): Generator<readonly [readonly string[], unknown]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const [at, copy] of mutations(item, [...path, String(index)])) yield [at, value.with(index, copy)];
    }
  } else if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      for (const [at, copy] of mutations(member, [...path, key])) yield [at, { ...value, [key]: copy }];
    }
  } else {
    yield [path, typeof value === "string" ? `${value}~` : "another"];
  }
}

describe.runIf(hasEngine)("the docker command with the default powers", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });
  const shared = { networks: [uniqueName("network")], volumes: [uniqueName("volume")] } satisfies Made;
  const [sharedNetwork = "", sharedVolume = ""] = [...shared.networks, ...shared.volumes];

  beforeAll(async () => {
    await dockerOutput(engineHost, ["network", "create", sharedNetwork]);
    await dockerOutput(engineHost, ["volume", "create", sharedVolume]);
  });
  afterAll(() => removeMade(shared));

  /** Makes a container with these arguments both ways, and sees that the gate looked into the request. */
  async function runBothWays(
    [command = "", ...options]: readonly string[],
    made: Made = {},
  ): ReturnType<typeof makeBothWays> {
    const name = containerName();
    const portraits = await makeBothWays(gate().host, async (host) => {
      await dockerOutput(host, [command, `--name=${name}`, ...options]);
      return { ...made, containers: [name] };
    });
    const creation = gate().records.findLast(({ operation }) => operation === "ContainerCreate");
    expect(creation).toMatchObject({ verdict: "allow", powers: expect.arrayContaining([`name:${name}`]) });
    return portraits;
  }

  test.each([
    { name: "variables, labels, a user, a folder, a program and names", options: identity },
    { name: "limits of all kinds", options: limits },
    { name: "fewer capabilities, kernel parameters and a read-only root", options: restrictions },
    { name: "a health check", options: ["create", ...health, "--network=none", image, "true"] },
    { name: "no health check", options: ["create", "--no-healthcheck", "--network=none", image] },
    { name: "a log driver with options", options: ["create", ...logging, "--network=none", image, "true"] },
    { name: "no log", options: ["create", "--log-driver=none", "--network=none", image, "true"] },
    { name: "a restart policy", options: ["create", "--restart=unless-stopped", image, "true"] },
    { name: "restarts on failure", options: ["create", "--restart=on-failure:3", image, "true"] },
    {
      name: "a terminal",
      options: ["create", "--interactive", "--tty", image, "sh"],
    },
    { name: "ports, fixed and free, of all addresses and one", options: [...ports, ...stay] },
    { name: "all exposed ports", options: ["run", "--detach", "--expose=80", "--publish-all", ...stay] },
    { name: "a life until it stops", options: ["run", "--detach", "--rm", "--network=none", ...stay] },
  ])("makes the same container as on the socket: $name", async ({ options }) => {
    const { throughGate, direct } = await runBothWays(options);
    expect(throughGate).toEqual(direct);
  });

  test("makes the same container as on the socket: a network of the user's with aliases and name servers", async () => {
    const { throughGate, direct } = await runBothWays([...network, `--network=${sharedNetwork}`, ...stay]);
    expect(throughGate).toEqual(direct);
  });

  test("makes the same container as on the socket: volumes, new, existing and unnamed, and memory", async () => {
    const fresh = [transientName("volume"), transientName("volume")];
    const options = [
      ...[`--volume=${String(fresh[0])}:/data`, `--volume=${sharedVolume}:/shared:ro`],
      `--mount=type=volume,source=${String(fresh[1])},target=/more,readonly`,
    ];
    const { throughGate, direct } = await runBothWays([...volumes, ...options, image, "true"], {
      volumes: fresh,
    });
    expect(throughGate).toEqual(direct);
  });

  test("gives a terminal and what is typed there to a container that goes when it ends", async () => {
    const command = ["run", "-it", "--rm", "--network=none", image, "sh"];
    const { stdout } = await docker(gate().host, command, {
      terminal: true,
      input: "echo $((40+2)); exit\n",
    });
    expect(stdout).toContain("42\r\n");
  });
});

describe.runIf(hasEngine)("the comparison of what was made", () => {
  const made = { containers: [uniqueName("container")], networks: [uniqueName("network")] } satisfies Made;
  let inspected: readonly Inspected[] = [];

  beforeAll(async () => {
    const [name = "", ofUser = ""] = [...made.containers, ...made.networks];
    await dockerOutput(engineHost, ["network", "create", "--label=a=b", ofUser]);
    await dockerOutput(engineHost, [
      ...[...ports, `--name=${name}`, `--network=${ofUser}`, "--env=A=b", "--cap-add=CHOWN", "--memory=64m"],
      ...["--tmpfs=/run:size=64k", "--volume=/unnamed", ...stay],
    ]);
    inspected = await inspectMade(made);
  });
  afterAll(() => removeMade(made));

  test.each([
    { kind: "container", fewest: 120 },
    { kind: "network", fewest: 10 },
  ] as const)("notices each change of a $kind but those that it lists", ({ kind, fewest }) => {
    const portrait = paint(inspected);
    const subject = inspected.find((object) => object.kind === kind);
    const noticed: string[] = [];
    for (const [path, value] of mutations(subject?.value)) {
      const mutated = inspected.map((object) => (object.kind === kind ? { ...object, value } : object));
      const isNoticed = JSON.stringify(paint(mutated)) !== JSON.stringify(portrait);
      expect({ path, isNoticed }).toEqual({ path, isNoticed: !mayDiffer(kind, path) });
      if (isNoticed) noticed.push(path.join("."));
    }
    expect(noticed.length).toBeGreaterThan(fewest);
  });

  test("notices what is missing and what is more", () => {
    expect(paint(inspected.slice(1))).not.toEqual(paint(inspected));
    const [container, ...others] = inspected;
    const value = isRecord(container?.value) ? { ...container.value, More: 0 } : undefined;
    expect(paint([{ kind: "container", name: container?.name ?? "", value }, ...others])).not.toEqual(
      paint(inspected),
    );
  });
});
