import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import Dockerode from "dockerode";
import { describe, expect, test } from "vitest";
import { testAllowed, testDenied } from "../examples/calls.ts";
import { useContainer, useDeployedGate } from "../examples/deployment.ts";
import { refusals } from "../examples/refusals.ts";
import { dockerOutput } from "../support/docker-cli.ts";
import { engineHost, engineSocket, eventually, hasEngine, idleContainer } from "../support/engine-gate.ts";

/** No swarm here: the engine itself says so, and the gate lets it. */
const NO_SWARM = 503;

describe.runIf(hasEngine)("examples/self-hosting.yaml", () => {
  const web = useContainer();
  const names = () => ({ web: web() });
  const open = (service: string) => useDeployedGate(() => engineSocket, "self-hosting.yaml", { service });

  describe("proxy-traefik", () => {
    const gate = open("proxy-traefik");
    testAllowed(
      "Traefik",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: "GET /version" },
        { call: "GET /containers/json?limit=0" },
        { call: "GET /containers/{web}/json" },
        { call: 'GET /events?filters={"type":{"container":true}}&until=1' },
        { call: 'GET /networks?filters={"scope":{"swarm":true}}' },
        { call: "GET /services", status: NO_SWARM },
        { call: "GET /tasks", status: NO_SWARM },
      ],
      names,
    );
    testDenied(
      "Traefik",
      gate,
      refusals({
        build: "POST=1 and BUILD=1",
        create: "POST=1",
        exec: "POST=1",
        execStart: "POST=1 and EXEC=1",
        images: "IMAGES=1",
        info: "INFO=1",
        kill: "POST=1",
        nodes: "NODES=1",
        remove: "POST=1",
        restart: "POST=1",
        secrets: "SECRETS=1",
        swarm: "SWARM=1",
        volumes: "VOLUMES=1",
      }),
      names,
    );
  });

  describe("proxy-portainer", () => {
    const gate = open("proxy-portainer");
    testAllowed(
      "Portainer",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: "GET /version" },
        { call: "GET /info" },
        { call: "GET /containers/json?all=1" },
        { call: "GET /images/json" },
        { call: "GET /networks" },
        { call: "GET /volumes" },
        // The engine may be counting for another test, and says then that it does.
        { call: "GET /system/df", status: "its own" },
        { call: "GET /services", status: NO_SWARM },
        { call: "GET /tasks", status: NO_SWARM },
        { call: "POST /containers/{web}/restart?t=1", status: 204 },
        { call: "POST /containers/{web}/stop?t=1", status: 204 },
        { call: "POST /containers/{web}/start", status: 204 },
      ],
      names,
    );
    testDenied(
      "Portainer",
      gate,
      refusals({
        auth: "AUTH=1",
        build: "BUILD=1",
        commit: "COMMIT=1",
        configs: "CONFIGS=1",
        distribution: "DISTRIBUTION=1",
        nodes: "NODES=1",
        pluginPull: "PLUGINS=1",
        plugins: "PLUGINS=1",
        secretCreate: "SECRETS=1",
        secrets: "SECRETS=1",
        swarm: "SWARM=1",
        swarmLeave: "SWARM=1",
      }),
      names,
    );

    test("Portainer's console runs a shell on a terminal, of the size that the browser has", async () => {
      const { port } = gate();
      const engine = new Dockerode({ protocol: "http", host: "127.0.0.1", port });
      const container = engine.getContainer(await idleContainer());
      const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
      const exec = await container.exec({ Cmd: ["sh"], Tty: true, ...streams });
      const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
      const output = text(stream);
      await exec.resize({ h: 24, w: 100 });
      stream.write("stty size; exit 3\n");
      expect(await output).toContain("24 100\r\n");
      expect((await exec.inspect()).ExitCode).toBe(3);
    });
  });

  describe("proxy-ofelia", () => {
    const gate = open("proxy-ofelia");
    testAllowed(
      "Ofelia",
      gate,
      [
        { call: "GET /version" },
        { call: 'GET /containers/json?filters={"label":["ofelia.enabled=true"]}' },
        { call: "GET /containers/{web}/json" },
        { call: "POST /containers/{web}/exec", body: { Cmd: ["true"] }, status: 201 },
      ],
      names,
    );
    testAllowed(
      "whoever else is on its network",
      gate,
      [{ call: "GET /events?until=1" }, { call: "POST /containers/{web}/restart?t=1", status: 204 }],
      names,
    );
    testDenied(
      "Ofelia",
      gate,
      refusals({
        build: "BUILD=1",
        images: "IMAGES=1",
        info: "INFO=1",
        networkConnect: "NETWORKS=1",
        networks: "NETWORKS=1",
        plugins: "PLUGINS=1",
        secrets: "SECRETS=1",
        services: "SERVICES=1",
        swarm: "SWARM=1",
        systemDf: "SYSTEM=1",
        tasks: "TASKS=1",
        volumes: "VOLUMES=1",
      }),
      names,
    );

    test("Ofelia runs a command in a container over an upgraded connection and reads its exit code", async () => {
      const engine = new Dockerode({ protocol: "http", host: "127.0.0.1", port: gate().port });
      const container = engine.getContainer(await idleContainer());
      const command = ["sh", "-c", "echo backed up; touch /tmp/ran; exit 4"];
      const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
      const stream = await exec.start({ hijack: true, stdin: false });
      expect(await text(stream)).toContain("backed up\n");
      await eventually("the command has ended", async () => !(await exec.inspect()).Running);
      expect((await exec.inspect()).ExitCode).toBe(4);
      expect(gate().records).toContainEqual(
        expect.objectContaining({ operation: "ExecStart", status: 101, stream: "tunnel", end: "complete" }),
      );
      expect(await dockerOutput(engineHost, ["exec", container.id, "ls", "/tmp"])).toBe("ran");
    });
  });

  describe("proxy-glances", () => {
    const gate = open("proxy-glances");
    testAllowed(
      "Glances",
      gate,
      [
        { call: "GET /version" },
        { call: "GET /containers/json?all=0&limit=-1&size=0&trunc_cmd=0" },
        { call: "GET /containers/{web}/json" },
        { call: "GET /images/busybox:test/json" },
        { call: "GET /containers/{web}/stats?stream=false" },
      ],
      names,
    );
    testAllowed(
      "whoever else is on its network",
      gate,
      [{ call: "GET /info" }, { call: "GET /events?until=1" }],
      names,
    );
    testDenied(
      "Glances",
      gate,
      refusals({
        create: "POST=1",
        exec: "POST=1",
        execStart: "POST=1 and EXEC=1",
        kill: "POST=1",
        networks: "NETWORKS=1",
        remove: "POST=1",
        restart: "POST=1",
        services: "SERVICES=1",
        start: "POST=1",
        stop: "POST=1",
        volumes: "VOLUMES=1",
      }),
      names,
    );

    test("Glances' live figures flow until it goes away", async () => {
      const figures = await get(gate().port, `/containers/${web()}/stats`);
      let received = 0;
      figures.on("data", () => (received += 1));
      await eventually("two figures came", () => received >= 2);
      const recorded = (): number =>
        gate().records.filter(({ operation }) => operation === "ContainerStats").length;
      const before = recorded();
      figures.destroy();
      await eventually("the end of the figures is recorded", () => recorded() === before + 1);
    });
  });
});

/** Begins a request whose answer goes on, and resolves to the answer. */
function get(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, agent: false }, resolve).once("error", reject).end();
  });
}
