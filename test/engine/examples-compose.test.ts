import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import type { Answer } from "../examples/calls.ts";
import { fillNames, refusalOf, send } from "../examples/calls.ts";
import {
  consumersOf,
  exampleFiles,
  networksOf,
  proxiesOf,
  readExample,
  volumesAt,
  wordsOf,
} from "../examples/example.ts";
import { refusals } from "../examples/refusals.ts";
import {
  addressesOf,
  containerOf,
  publishedPorts,
  readConfinement,
  toldAddress,
  untilHealthy,
} from "../examples/running.ts";
import { importPrometheus, importStandIns } from "../examples/stand-ins.ts";
import { asksPrometheus } from "../metrics/prometheus.ts";
import { openContainerRelay } from "../support/container-relay.ts";
import { dockerOutput, hasProgram, temporaryFolder } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { importNodeImage } from "../support/image-build.ts";

const SETUP_DEADLINE = 400_000;
const BUILD_DEADLINE = 240_000;
/** The file asks every 15 seconds. */
const SCRAPE_DEADLINE = 45_000;
/** Says which of these addresses a gate answers at: nothing is sent, so that it ends the connection. */
const REACH = 'for address; do { nc -w 2 "$address" 2375 </dev/null && echo "$address"; } & done; wait';
const hasCompose = hasProgram("docker-compose");

/** The smallest deployment, by its place from the examples'. */
const SMALLEST = "../deploy/compose.yaml";

/** The deployment whose gate serves its metrics on a network, and keeps its log in a volume. */
const OBSERVABILITY = "observability.yaml";

/** What the smallest deployment tells its reader to do with a service. */
const CLIENT = {
  image: "registry.example.com/client:latest",
  networks: ["socket-proxy"],
  environment: { DOCKER_HOST: "tcp://socket-proxy:2375" },
};

/** What a consumer gets from its gate. */
interface Row {
  readonly file: string;
  readonly gate: string;
  /** Who calls, where the gate tells several consumers apart. */
  readonly consumer?: string;
  readonly opens: string;
  readonly closes: Parameters<typeof refusals>[0];
  /** Whether it may ask for `/_ping`. */
  readonly pings?: false;
  /** Whether a person tells it where the gate is, in pages of its own. */
  readonly isToldByHand?: true;
}

/** Each gate, with one call that its settings open and one that they close, and what that one needs. */
const GATES: readonly Row[] = [
  { file: SMALLEST, gate: "socket-proxy", opens: "GET /containers/json", closes: { restart: "POST=1" } },
  { file: "monitoring.yaml", gate: "socket-proxy", opens: "GET /volumes", closes: { logs: "ALLOW_LOGS=1" } },
  {
    file: "pdf-backend.yaml",
    gate: "socket-proxy",
    opens: "GET /images/json",
    closes: { volumeCreate: "VOLUMES=1" },
    pings: false,
  },
  {
    file: "homelab.yaml",
    gate: "socket-proxy",
    consumer: "traefik",
    opens: "GET /events?until=1",
    closes: { restart: "ContainerRestart (or containers:lifecycle) in clients.traefik.allow" },
  },
  {
    file: "homelab.yaml",
    gate: "socket-proxy",
    consumer: "portainer",
    opens: "GET /volumes",
    closes: { execStart: "ExecStart (or exec) in clients.portainer.allow" },
  },
  {
    file: "homelab.yaml",
    gate: "socket-proxy",
    consumer: "watchtower",
    opens: "POST /containers/{web}/kill?signal=USR1",
    closes: { volumes: "VolumeList (or volumes:read) in clients.watchtower.allow" },
  },
  {
    file: "homelab.yaml",
    gate: "socket-proxy",
    consumer: "glances",
    opens: "GET /containers/{web}/json",
    closes: { info: "SystemInfo (or system:read) in clients.glances.allow" },
    pings: false,
  },
  {
    file: "homelab.yaml",
    gate: "socket-proxy",
    consumer: "dozzle",
    opens: "GET /containers/{web}/logs?stdout=1",
    closes: { networks: "NetworkList (or networks:read) in clients.dozzle.allow" },
  },
  {
    file: OBSERVABILITY,
    gate: "socket-proxy",
    consumer: "traefik",
    opens: "GET /containers/json",
    closes: { networks: "NetworkList (or networks:read) in clients.traefik.allow" },
  },
  {
    file: OBSERVABILITY,
    gate: "socket-proxy",
    consumer: "dozzle",
    opens: "GET /containers/{web}/logs?stdout=1",
    closes: { images: "ImageList (or images:read) in clients.dozzle.allow" },
  },
  {
    file: "custom-rules.yaml",
    gate: "socket-proxy",
    consumer: "homepage",
    opens: "GET /images/json",
    closes: { info: "SystemInfo (or system:read) in clients.homepage.allow" },
    pings: false,
    isToldByHand: true,
  },
  {
    file: "tenants.yaml",
    gate: "socket-proxy",
    consumer: "ash",
    opens: "GET /containers/json",
    closes: { swarm: "SwarmInspect (or swarm) in clients.ash.allow" },
  },
  { file: "self-hosting.yaml", gate: "proxy-traefik", opens: "GET /networks", closes: { info: "INFO=1" } },
  {
    file: "self-hosting.yaml",
    gate: "proxy-portainer",
    opens: "GET /system/df",
    closes: { secrets: "SECRETS=1" },
  },
  {
    file: "self-hosting.yaml",
    gate: "proxy-ofelia",
    opens: "POST /containers/{web}/kill?signal=USR1",
    closes: { networks: "NETWORKS=1" },
  },
  { file: "self-hosting.yaml", gate: "proxy-glances", opens: "GET /info", closes: { start: "POST=1" } },
];

/** The gates of these rows, each once. */
const gatesThere = [...new Set(GATES.map(({ file, gate }) => `${file} ${gate}`))].map((place) => {
  const [file = "", gate = ""] = place.split(" ");
  return { file, gate };
});

const deployments = [...new Set(GATES.map(({ file }) => file))].map((file) => {
  const named = consumersOf(readExample(file))
    // Dockge keeps its stacks in a folder of the host, which Docker would make on this machine.
    .filter(({ keys }) => !wordsOf(keys.get("volumes")).some((volume) => volume.startsWith("/opt/")))
    .map(({ name, image, keys }) => ({ consumer: name, image, gates: wordsOf(keys.get("depends_on")) }));
  const client = { consumer: "client", image: CLIENT.image, gates: ["socket-proxy"] };
  const consumers = (file === SMALLEST ? [client] : named).flatMap(({ gates, ...consumer }) =>
    GATES.filter((row) => row.file === file && gates.includes(row.gate))
      .filter((row) => row.consumer === undefined || row.consumer === consumer.consumer)
      .map((row) => ({ ...row, ...consumer })),
  );
  return { file, gates: proxiesOf(readExample(file)).map(({ name }) => name), consumers };
});

describe.runIf(hasEngine && hasCompose)("docker-compose up, with a file as it stands,", () => {
  // All files at once need more networks than the 31 that an engine has addresses for by itself.
  const own = useOwnEngine({ daemonArguments: ["--default-address-pool=base=10.200.0.0/16,size=24"] });
  const folder = temporaryFolder();
  const host = (): string => `unix://${own().engine.socketPath}`;
  const socketGroup = (): string => String(statSync(own().engine.socketPath).gid);

  /** SETGID and SETUID, which it starts with and can't use any more. */
  const bounds = (0xc0).toString(16).padStart(16, "0");

  /** Runs docker-compose with the file, and what is another one on this engine: the place of its socket. */
  const compose = (file: string, ...words: readonly string[]): Promise<string> => {
    const { socketPath } = own().engine;
    const gates = proxiesOf(readExample(file)).map((gate) => [
      gate.name,
      { volumes: volumesAt(socketPath, gate) },
    ]);
    const services = { ...Object.fromEntries(gates), ...(file === SMALLEST ? { client: CLIENT } : {}) };
    const override = join(folder.path, basename(file));
    writeFileSync(override, JSON.stringify({ services }));
    const files = [join(root, "examples", file), override].map((path) => `--file=${path}`);
    return dockerOutput(host(), [`--project-name=${projectOf(file)}`, ...files, ...words], {
      program: "docker-compose",
      env: { GRAFANA_PASSWORD: "of this test" },
      timeout: BUILD_DEADLINE,
    });
  };
  const containerIn = (file: string, service: string): Promise<string> =>
    containerOf(
      host(),
      `com.docker.compose.project=${projectOf(file)}`,
      `com.docker.compose.service=${service}`,
      "com.docker.compose.oneoff=False",
    );

  beforeAll(async () => {
    await importNodeImage(host(), nodeImage());
    const images = deployments.flatMap(({ consumers }) => consumers.map(({ image }) => image));
    await importStandIns(host(), images);
    const up = ({ file, gates }: (typeof deployments)[number]): Promise<string> =>
      compose(file, "up", "--detach", ...gates);
    // The smallest comes first and builds the image, under the name that it has in all files.
    const [smallest, ...others] = deployments;
    if (smallest !== undefined) await up(smallest);
    await Promise.all(others.map(up));
  }, SETUP_DEADLINE);

  afterAll(() => folder.remove());

  describe.each(gatesThere)("starts $gate of $file, which", ({ file, gate }) => {
    test("becomes healthy", async () => {
      await untilHealthy(host(), await containerIn(file, gate));
    });

    test("can change nothing of its own and has no privilege", async () => {
      const { status, ...places } = await readConfinement(host(), await containerIn(file, gate));
      const zero = "0".repeat(16);
      expect(status).toMatchObject({
        Uid: ["65532", "65532", "65532", "65532"].join("\t"),
        ...{ CapInh: zero, CapPrm: zero, CapEff: zero, CapBnd: bounds, CapAmb: zero, NoNewPrivs: "1" },
      });
      expect(status["Groups"]?.split(" ")).toContain(socketGroup());
      expect(places).toEqual({ root: "ro", socket: "ro", writing: ["EROFS", "EROFS"] });
    });

    test("is on networks without a way out, as many as its file says, and on no port of the host", async () => {
      const container = await containerIn(file, gate);
      expect(await publishedPorts(host(), container)).toEqual([]);
      const networks = [...(await addressesOf(host(), container)).keys()];
      const service = readExample(file).services.get(gate);
      expect(networks).toHaveLength(service === undefined ? 0 : networksOf(service).length);
      const internal = ["network", "inspect", "--format={{.Internal}}", ...networks];
      expect(new Set((await dockerOutput(host(), internal)).split("\n"))).toEqual(new Set(["true"]));
    });
  });

  test.each([
    { words: ["exec", "-T", "socket-proxy", "quaygate", "explain"] },
    { words: ["run", "--rm", "socket-proxy", "explain"] },
  ])("lets the gate of deploy/compose.yaml say what is open: $words", async ({ words }) => {
    expect(await compose(SMALLEST, ...words)).toMatch(
      /^listening on tcp:\/\/\[::\]:2375$[^]*^CONTAINERS=1: the logs of every container$/mu,
    );
  });

  // The consumers of one file after those of another: they publish the same ports.
  describe.each(deployments)("starts the consumers of $file, of which", ({ file, consumers }) => {
    beforeAll(async () => {
      await compose(file, "up", "--detach", ...consumers.map(({ consumer }) => consumer));
    });
    afterAll(async () => {
      await compose(file, "rm", "--stop", "--force", ...consumers.map(({ consumer }) => consumer));
    });

    test.each(consumers)("$consumer gets from $gate what is open, and 403 for the rest", async (row) => {
      const container = await containerIn(file, row.consumer);
      const gate = await containerIn(file, row.gate);
      const address = `${row.gate}:2375`;
      expect(await toldAddress(host(), container)).toBe(row.isToldByHand === true ? "" : address);
      const relay = await openContainerRelay(host(), container, address);
      const ask = (call: string): Promise<Answer> => send(relay, fillNames(call, { web: container }));

      expect(await ask("GET /_ping")).toMatchObject(
        row.pings === undefined ? { status: 200, body: "OK" } : { status: 403, code: "operation_denied" },
      );
      expect(await ask(row.opens)).toMatchObject({
        status: row.opens.startsWith("GET") ? 200 : 204,
        code: undefined,
      });

      const networks = await addressesOf(host(), gate);
      const addresses = await addressesOf(host(), container);
      const from = [...addresses].find(([network]) => networks.has(network))?.[1] ?? "nowhere";
      const [closed] = refusals(row.closes);
      if (closed === undefined) throw new Error(`${row.gate} closes nothing`);
      expect(await ask(closed.call)).toEqual(refusalOf(closed, from));

      // As the pages say: docker compose logs socket-proxy | grep 403
      await eventually("the refusal is in the log", async () =>
        (await compose(file, "logs", "--no-color", row.gate))
          .split("\n")
          .filter((line) => line.includes("403") && line.includes(`"address":"${from}"`))
          .some((line) => line.includes(`"operation":"${closed.operation.split(" ")[0]}"`)),
      );
    });

    test("none reaches a gate but its own, not even by its address", async () => {
      const gates = await Promise.all(
        gatesThere.map(async (row) => {
          const container = await containerIn(row.file, row.gate);
          const addresses = [...(await addressesOf(host(), container)).values()];
          return addresses.map((address) => ({ name: `${row.file} ${row.gate}`, address }));
        }),
      );
      const reached = consumers.map(async ({ consumer }) => {
        const addresses = gates.flat().map(({ address }) => address);
        const command = ["exec", await containerIn(file, consumer), "sh", "-c", REACH, "sh", ...addresses];
        const answers = (await dockerOutput(host(), command)).split("\n");
        return {
          consumer,
          gates: gates
            .flat()
            .filter(({ address }) => answers.includes(address))
            .map(({ name }) => name),
        };
      });
      expect(await Promise.all(reached)).toEqual(
        consumers.map(({ consumer, gate }) => ({ consumer, gates: [`${file} ${gate}`] })),
      );
    });
  });

  describe.runIf(asksPrometheus)("starts Prometheus and Grafana of observability.yaml", () => {
    const file = OBSERVABILITY;
    const gateContainer = (): Promise<string> => containerIn(file, "socket-proxy");
    beforeAll(async () => {
      await importPrometheus(host(), readExample(file).services.get("prometheus")?.image ?? "");
      await importStandIns(host(), [readExample(file).services.get("grafana")?.image ?? ""]);
      // As after a reboot, where containers start in any order.
      await compose(file, "stop", "socket-proxy");
      await compose(file, "up", "--detach", "--no-deps", "prometheus", "grafana");
      await compose(file, "start", "socket-proxy");
    }, SETUP_DEADLINE);
    afterAll(async () => {
      await compose(file, "rm", "--stop", "--force", "prometheus", "grafana", "traefik");
    });

    test("before its gate, which gets its own address all the same", async () => {
      await untilHealthy(host(), await gateContainer());
    });

    test("of which Prometheus reads the metrics and has the rules, and answers where Grafana asks", async () => {
      const container = await containerIn(file, "grafana");
      const ask = (path: string): Promise<string> =>
        dockerOutput(host(), ["exec", container, "wget", "-qO-", `http://prometheus:9090/api/v1/${path}`]);
      const isUp = async (): Promise<boolean> =>
        (await ask("query?query=quaygate_engine_up")).includes('"1"]');
      await eventually("Prometheus has metrics", isUp, SCRAPE_DEADLINE);
      expect(await ask("rules")).toContain('"name":"QuaygateEngineDown"');
    });

    test.each(["prometheus", "grafana"])("of which %s is nobody to the gate", async (service) => {
      const container = await containerIn(file, service);
      const relay = await openContainerRelay(host(), container, "socket-proxy:2375");
      const { status, body } = await send(relay, "GET /_ping");
      expect([status, body]).toEqual([
        403,
        expect.stringContaining("no client of the policy is recognised in who calls from"),
      ]);
    });

    test("out of its clients' reach, as are the metrics", async () => {
      await compose(file, "up", "--detach", "--no-deps", "traefik");
      const client = await containerIn(file, "traefik");
      const reach = async (from: string, port: number): Promise<readonly string[]> => {
        const services = ["socket-proxy", "prometheus", "grafana"];
        const containers = await Promise.all(services.map((service) => containerIn(file, service)));
        const found = await Promise.all(containers.map((container) => addressesOf(host(), container)));
        const addresses = [...services, ...found.flatMap((networks) => [...networks.values()])];
        const command = ["exec", from, "sh", "-c", REACH.replace("2375", String(port)), "sh", ...addresses];
        return (await dockerOutput(host(), command)).split("\n").filter(Boolean);
      };
      expect([await reach(client, 9375), await reach(client, 9090)]).toEqual([[], []]);
      // What looks there finds what is there.
      expect(await reach(await containerIn(file, "grafana"), 9375)).toContain("socket-proxy");
    });

    test("and keeps the gate's log when its container is made anew", async () => {
      const before = await gateContainer();
      const relay = await openContainerRelay(host(), await containerIn(file, "grafana"), "socket-proxy:2375");
      await send(relay, "GET /secrets");
      await compose(file, "up", "--detach", "--force-recreate", "socket-proxy");
      expect(await gateContainer()).not.toBe(before);
      const words = ["quaygate", "log", "--level", "warning", "/var/log/quaygate/quaygate.log"];
      // As the file says, but for a terminal.
      const read = await compose(file, "exec", "-T", "--user", "65532", "socket-proxy", ...words);
      expect(read).toContain("/secrets");
    });
  });

  test("leaves out no gate of the examples for Compose", () => {
    const stacks = exampleFiles.filter((file) => readExample(file).text.includes("docker stack deploy"));
    expect(stacks).toEqual(["swarm-read-only.yaml", "swarm.yaml"]);
    const there = [SMALLEST, ...exampleFiles.filter((file) => !stacks.includes(file))].flatMap((file) =>
      proxiesOf(readExample(file)).map(({ name }) => `${file} ${name}`),
    );
    expect(gatesThere.map(({ file, gate }) => `${file} ${gate}`).toSorted()).toEqual(there.toSorted());
  });
});

/** What the Dockerfile builds from where nothing else is said. */
function nodeImage(): string {
  const text = readFileSync(join(root, "deploy", "Dockerfile"), "utf8");
  return /^ARG NODE_IMAGE=(\S+)$/mu.exec(text)?.[1] ?? "";
}

function projectOf(file: string): string {
  return basename(file, ".yaml");
}
