import Dockerode from "dockerode";
import { describe, expect, test } from "vitest";
import { send, testAllowed, testDenied } from "../examples/calls.ts";
import { useContainer, useDeployedGate, useSwarm } from "../examples/deployment.ts";
import { refusals } from "../examples/refusals.ts";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { eventually, hasEngine } from "../support/engine-gate.ts";

/** What Traefik's swarm provider, Homepage and Glance read, and what other programs on their network may. */
const READS = [
  { call: "HEAD /_ping" },
  { call: "GET /_ping" },
  { call: "GET /version" },
  { call: "GET /v1.41/services" },
  { call: 'GET /v1.41/networks?filters={"scope":{"swarm":true}}' },
  { call: 'GET /v1.41/tasks?filters={"service":{"web":true},"desired-state":{"running":true}}' },
  { call: "GET /v1.41/nodes/{node}" },
  { call: "GET /services/web" },
  { call: "GET /containers/json?all=true" },
  { call: "GET /containers/json?all=false" },
  { call: "GET /containers/{web}/json" },
  { call: "GET /containers/{web}/stats?stream=false" },
  { call: "GET /events?until=1" },
  { call: "GET /info" },
  { call: "GET /images/json" },
  { call: "GET /volumes" },
];

/** What stays closed however the writes are set. */
const NEVER = {
  configs: "CONFIGS=1",
  distribution: "DISTRIBUTION=1",
  execInspect: "EXEC=1",
  plugins: "PLUGINS=1",
  secrets: "SECRETS=1",
  swarm: "SWARM=1",
  systemDf: "SYSTEM=1",
};

describe.runIf(hasEngine)("on a swarm's manager", () => {
  const swarm = useSwarm();
  const web = useContainer(() => swarm().host);
  const names = () => ({ web: web(), node: swarm().node });
  const socket = () => swarm().engine.socketPath;

  describe("examples/swarm.yaml", () => {
    const gate = useDeployedGate(socket, "swarm.yaml");
    const program = (): Dockerode =>
      new Dockerode({ protocol: "http", host: "127.0.0.1", port: gate().port });

    testAllowed("Traefik, Homepage, Glance or a fellow", gate, READS, names);
    testDenied(
      "everybody",
      gate,
      refusals({
        ...NEVER,
        auth: "AUTH=1",
        build: "BUILD=1",
        commit: "COMMIT=1",
        execStart: "EXEC=1",
        pluginPull: "PLUGINS=1",
        secretCreate: "SECRETS=1",
        swarmLeave: "SWARM=1",
      }),
      names,
    );

    test.each([
      { words: ["service", "ls", "--format={{.Name}} {{.Replicas}}"], prints: /^web 1\/1$/u },
      { words: ["service", "ps", "web", "--format={{.CurrentState}}"], prints: /^Running /u },
      { words: ["node", "ls", "--format={{.Status}} {{.ManagerStatus}}"], prints: /^Ready Leader$/u },
      { words: ["service", "logs", "--raw", "web"], prints: /^ready$/mu },
    ])("the docker command answers $words", async ({ words, prints }) => {
      expect(await dockerOutput(gate().host, words)).toMatch(prints);
    });

    test.each([
      {
        words: ["secret", "ls"],
        needs: "SecretList (GET /secrets) is not allowed for 127.0.0.1: needs SECRETS=1",
      },
      {
        words: ["config", "ls"],
        needs: "ConfigList (GET /configs) is not allowed for 127.0.0.1: needs CONFIGS=1",
      },
      {
        words: ["plugin", "ls"],
        needs: "PluginList (GET /plugins) is not allowed for 127.0.0.1: needs PLUGINS=1",
      },
      {
        words: ["swarm", "join-token", "manager"],
        needs: "SwarmInspect (GET /swarm) is not allowed for 127.0.0.1: needs SWARM=1",
      },
    ])("the docker command says why $words is refused", async ({ words, needs }) => {
      const { code, stdout, stderr } = await docker(gate().host, words);
      expect([code, stdout, stderr.trim()]).toEqual([
        1,
        "",
        `Error response from daemon: quaygate: ${needs}`,
      ]);
    });

    test("log rotation signals a service's container, which goes on running", async () => {
      const { task, host } = swarm();
      expect(await send(gate(), `POST /containers/${task}/kill?signal=USR1`)).toMatchObject({ status: 204 });
      await eventually("the container got the signal", async () =>
        (await dockerOutput(host, ["logs", task])).includes("rotated"),
      );
      expect(await dockerOutput(host, ["inspect", "--format={{.State.Running}}", task])).toBe("true");
    });

    test("a program that has buttons for it stops, starts and restarts a container", async () => {
      const container = program().getContainer(web());
      const status = async (): Promise<string> => (await container.inspect()).State.Status;
      await container.stop({ t: 5 });
      expect(await status()).toBe("exited");
      await container.start();
      expect(await status()).toBe("running");
      const { StartedAt: before } = (await container.inspect()).State;
      await container.restart({ t: 5 });
      const { StartedAt: after, Status: now } = (await container.inspect()).State;
      expect([now, after === before]).toEqual(["running", false]);
    });

    test("an exec can be prepared and never starts", async () => {
      const container = program().getContainer(web());
      const exec = await container.exec({ Cmd: ["touch", "/tmp/ran"] });
      await expect(exec.start({})).rejects.toThrow(
        "quaygate: ExecStart (POST /exec/{id}/start) is not allowed for 127.0.0.1: needs EXEC=1",
      );
      expect(await dockerOutput(swarm().host, ["exec", web(), "ls", "/tmp"])).toBe("");
    });
  });

  describe("examples/swarm-read-only.yaml", () => {
    const gate = useDeployedGate(socket, "swarm-read-only.yaml");
    testAllowed("Traefik, Homepage, Glance or a fellow", gate, READS, names);
    testDenied(
      "everybody",
      gate,
      refusals({
        ...NEVER,
        build: "POST=1 and BUILD=1",
        create: "POST=1",
        exec: "POST=1",
        execStart: "POST=1 and EXEC=1",
        kill: "POST=1",
        remove: "POST=1",
        restart: "POST=1",
        serviceUpdate: "POST=1",
        start: "POST=1",
        stop: "POST=1",
        swarmLeave: "POST=1 and SWARM=1",
      }),
      names,
    );

    test("a signal for log rotation does not reach the container", async () => {
      const { task, host } = swarm();
      const before = await dockerOutput(host, ["logs", task]);
      expect(await send(gate(), `POST /containers/${task}/kill?signal=USR1`)).toMatchObject({ status: 403 });
      // The engine has done all that it was asked before when it answers this.
      await dockerOutput(host, ["exec", task, "true"]);
      expect(await dockerOutput(host, ["logs", task])).toBe(before);
    });
  });
});
