import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/read-settings.ts";
import { migrate } from "../../src/migrate/migrate.ts";
import { fillNames, send } from "../examples/calls.ts";
import { verdictOn } from "../examples/decided.ts";
import { addressesOf, containerOf, publishedPorts, toldAddress } from "../examples/running.ts";
import { importStandIns } from "../examples/stand-ins.ts";
import { openContainerRelay } from "../support/container-relay.ts";
import { dockerOutput, hasProgram, temporaryFolder } from "../support/docker-cli.ts";
import { eventually, hasEngine, useOwnEngine } from "../support/engine-gate.ts";
import { buildGateImage, importNodeImage } from "../support/image-build.ts";

const SETUP_DEADLINE = 400_000;
const PROJECT = "migrated";
const GATE = "quaygate:2375";

/** The proxies of the file: their dialect, their variables, and who used each. */
const proxies = {
  read: { compat: "tecnativa", switches: { CONTAINERS: 1, INFO: 1 }, users: ["glances", "homepage"] },
  act: {
    compat: "linuxserver",
    switches: { CONTAINERS: 1, ALLOW_RESTARTS: 1, EVENTS: 0 },
    users: ["autoheal"],
  },
  manage: {
    compat: "tecnativa",
    switches: { CONTAINERS: 1, IMAGES: 1, NETWORKS: 1, POST: 1 },
    users: ["own"],
  },
} as const;

const IMAGES: Readonly<Record<string, string>> = {
  tecnativa: "tecnativa/docker-socket-proxy",
  linuxserver: "lscr.io/linuxserver/socket-proxy",
};

/** The file, as somebody has it who runs three proxies before this engine; one of his services uses none. */
const fileFor = (socketPath: string): string => `services:
${Object.entries(proxies)
  .map(
    ([name, { compat, switches }]) => `  ${name}:
    image: ${IMAGES[compat]}
    environment: ${JSON.stringify(switches)}
    volumes: ["${socketPath}:/var/run/docker.sock:ro"]
    networks: [${name}]
`,
  )
  .join("")}
  glances:
    image: nicolargo/glances
    environment: { DOCKER_HOST: "tcp://read:2375" }
    networks: [read, default]
  homepage:
    image: ghcr.io/gethomepage/homepage
    networks: [read]
  autoheal:
    image: willfarrell/autoheal
    environment: { DOCKER_SOCK: "tcp://act:2375" }
    depends_on: [act]
    networks: [act]
  own:
    image: registry.example.com/own/program
    command: ["--engine=tcp://manage:2375"]
    networks: [manage, default]
  web:
    image: registry.example.com/web
    networks: [default, manage]
networks:
  read:
    internal: true
  act:
    internal: true
  manage:
    internal: true
`;

/** What is tried of each. Of what is not there the engine says 404, so that nothing is changed. */
const CALLS = [
  "GET /_ping",
  "GET /version",
  "GET /info",
  "GET /events?until=1",
  "GET /containers/json",
  "GET /containers/{web}/json",
  "GET /containers/{web}/logs?stdout=1",
  "GET /containers/none/archive?path=/",
  "POST /containers/none/restart",
  "POST /containers/none/start",
  "POST /containers/none/exec",
  "DELETE /containers/none",
  "GET /images/json",
  "DELETE /images/none",
  "GET /networks",
  "POST /networks/none/connect",
  "GET /volumes",
  "GET /secrets",
] as const;

const users = Object.entries(proxies).flatMap(([proxy, { users: names, compat, switches }]) =>
  names.map((user) => ({ user, proxy, compat, switches })),
);

describe.runIf(hasEngine && hasProgram("docker-compose"))(
  "a file with three proxies, with one gate in their place,",
  () => {
    const own = useOwnEngine();
    const folder = temporaryFolder();
    const host = (): string => `unix://${own().engine.socketPath}`;
    const compose = (...words: readonly string[]): Promise<string> => {
      const file = `--file=${join(folder.path, "compose.yaml")}`;
      return dockerOutput(host(), [`--project-name=${PROJECT}`, file, ...words], {
        program: "docker-compose",
      });
    };
    const containerIn = (service: string): Promise<string> =>
      containerOf(host(), `com.docker.compose.project=${PROJECT}`, `com.docker.compose.service=${service}`);

    beforeAll(async () => {
      const migration = migrate(fileFor(own().engine.socketPath), "./policy.yaml");
      if (!migration.ok) throw new Error(migration.error.message);
      const { text, policy } = migration.value;
      writeFileSync(join(folder.path, "compose.yaml"), text);
      writeFileSync(join(folder.path, "policy.yaml"), policy?.text ?? "", { mode: 0o644 });
      await importNodeImage(host(), "node:test");
      await buildGateImage(host(), "quaygate/quaygate:latest", "node:test");
      const images = ["nicolargo/glances", "ghcr.io/gethomepage/homepage", "willfarrell/autoheal"];
      await importStandIns(host(), [
        ...images,
        "registry.example.com/own/program",
        "registry.example.com/web",
      ]);
      await compose("up", "--detach");
    }, SETUP_DEADLINE);
    afterAll(() => folder.remove());

    test("runs one gate, which publishes nothing, and no proxy", async () => {
      const services = (await compose("ps", "--services")).split("\n").toSorted();
      expect(services).toEqual(["autoheal", "glances", "homepage", "own", "quaygate", "web"]);
      expect(await publishedPorts(host(), await containerIn("quaygate"))).toEqual([]);
    });

    test.each(users)(
      "lets $user do what $proxy let it, and nothing else",
      async ({ user, compat, switches }) => {
        const variables = Object.entries(switches).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        const was = readSettings(
          { QUAYGATE_COMPAT: compat, ...Object.fromEntries(variables) },
          { terminal: false },
        );
        if (!was.ok) throw new Error("these variables are not taken");
        const [container, web] = [await containerIn(user), await containerIn("web")];
        if (user !== "homepage") expect(await toldAddress(host(), container)).toBe(GATE);
        const relay = await openContainerRelay(host(), container, GATE);
        await eventually("the gate answers", async () =>
          send(relay, "GET /containers/json").then(
            ({ status }) => status === 200,
            () => false,
          ),
        );
        for (const call of CALLS) {
          const request = fillNames(call, { web });
          const isOpen =
            verdictOn(was.value.clients[0].grant, request.split("?", 1)[0] ?? "").kind === "allow";
          const { status, code } = await send(relay, request);
          expect({ call, isOpen: status !== 403, code }).toEqual({
            call,
            isOpen,
            code: isOpen ? undefined : "operation_denied",
          });
        }
      },
    );

    test("keeps whoever used no proxy away from the gate", async () => {
      const [web, gate] = [await containerIn("web"), await containerIn("quaygate")];
      const there = await addressesOf(host(), gate);
      expect([...(await addressesOf(host(), web)).keys()].filter((network) => there.has(network))).toEqual(
        [],
      );
    });
  },
);
