import { Readable } from "node:stream";
import Dockerode from "dockerode";
import { describe, expect, test } from "vitest";
import { send, testAllowed, testDenied } from "../examples/calls.ts";
import { useContainer, useDeployedGate, useSwarm } from "../examples/deployment.ts";
import { readExample } from "../examples/example.ts";
import { refusals } from "../examples/refusals.ts";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { eventually, hasEngine } from "../support/engine-gate.ts";

describe.runIf(hasEngine)("examples/monitoring.yaml", () => {
  const swarm = useSwarm();
  const web = useContainer(() => swarm().host);
  const names = () => ({ web: web() });
  const gate = useDeployedGate(() => swarm().engine.socketPath, "monitoring.yaml");
  const auth = (): Dockerode => new Dockerode({ protocol: "http", host: "127.0.0.1", port: gate().port });

  testAllowed(
    "the auth service",
    gate,
    [
      { call: "GET /_ping" },
      { call: "HEAD /_ping" },
      { call: "GET /version" },
      { call: "GET /info" },
      { call: "GET /containers/json?all=true" },
      { call: "GET /containers/{web}/json" },
      { call: "GET /containers/{web}/stats?stream=false" },
      { call: "GET /services" },
      { call: "GET /services/web" },
      { call: "GET /networks" },
      { call: "GET /volumes" },
      { call: "GET /images/json" },
      { call: "GET /events?until=1" },
    ],
    names,
  );

  testDenied(
    "the auth service",
    gate,
    [
      ...refusals({
        archive: "ALLOW_ARCHIVE=1",
        auth: "POST=1 and AUTH=1",
        build: "POST=1 and BUILD=1",
        commit: "POST=1 and COMMIT=1",
        configs: "CONFIGS=1",
        create: "POST=1",
        distribution: "DISTRIBUTION=1",
        exec: "POST=1",
        execInspect: "EXEC=1",
        execStart: "POST=1 and EXEC=1",
        kill: "one of ALLOW_RESTARTS=1, POST=1",
        logs: "ALLOW_LOGS=1",
        networkCreate: "POST=1",
        nodes: "NODES=1",
        plugins: "PLUGINS=1",
        remove: "POST=1",
        restart: "one of ALLOW_RESTARTS=1, POST=1",
        secrets: "SECRETS=1",
        serviceUpdate: "POST=1",
        start: "one of ALLOW_START=1, POST=1",
        stop: "one of ALLOW_STOP=1, ALLOW_RESTARTS=1, POST=1",
        swarm: "SWARM=1",
        swarmLeave: "POST=1 and SWARM=1",
        systemDf: "SYSTEM=1",
        tasks: "TASKS=1",
        volumeCreate: "POST=1",
      }),
      {
        call: "GET /containers/{web}/export",
        operation: "ContainerExport (GET /containers/{id}/export)",
        needs: "ALLOW_EXPORT=1",
      },
      {
        call: "PUT /containers/{web}/archive?path=/tmp",
        operation: "PutContainerArchive (PUT /containers/{id}/archive)",
        needs: "POST=1 and ALLOW_ARCHIVE=1",
      },
    ],
    names,
  );

  test("the auth service sees a container change its state while it follows events", async () => {
    const events = await auth().getEvents({ filters: { container: [web()] } });
    let seen = "";
    events.on("data", (piece: Buffer) => (seen += piece.toString()));
    expect((await auth().getContainer(web()).inspect()).State.Status).toBe("running");
    await dockerOutput(swarm().host, ["pause", web()]);
    await eventually("the pause was seen", () => seen.includes('"Action":"pause"'));
    expect((await auth().getContainer(web()).inspect()).State.Status).toBe("paused");
    await dockerOutput(swarm().host, ["unpause", web()]);
    await eventually("the end of the pause was seen", () => seen.includes('"Action":"unpause"'));
    if (events instanceof Readable) events.destroy();
  });

  test("a plain GET still opens a container's input and output, as the example says", async () => {
    expect(readExample("monitoring.yaml").text).toContain("GET /containers/{id}/attach/ws");
    // The engine wants a WebSocket's fields, and says so itself.
    expect((await send(gate(), `GET /containers/${web()}/attach/ws?stream=1&stdout=1`)).code).toBeUndefined();
    await eventually("the access is recorded", () =>
      gate().records.some(
        ({ operation, verdict }) => operation === "ContainerAttachWebsocket" && verdict === "allow",
      ),
    );
  });

  test("the auth service finds its services up", async () => {
    expect(await dockerOutput(gate().host, ["service", "inspect", "web", "--format={{.Spec.Name}}"])).toBe(
      "web",
    );
    expect((await auth().listServices()).map(({ Spec }) => Spec?.Name)).toEqual(["web"]);
  });

  test.each([
    { words: ["exec", "WEB", "true"], says: /ContainerExec .* needs POST=1/u },
    { words: ["logs", "WEB"], says: /ContainerLogs .* needs ALLOW_LOGS=1/u },
    { words: ["cp", "WEB:/etc/passwd", "-"], says: /ContainerArchive .* needs ALLOW_ARCHIVE=1/u },
    { words: ["rm", "--force", "WEB"], says: /ContainerDelete .* needs POST=1/u },
  ])("the docker command says why $words is refused", async ({ words, says }) => {
    const { code, stdout, stderr } = await docker(
      gate().host,
      words.map((word) => word.replace("WEB", web())),
    );
    expect([code === 0, stdout]).toEqual([false, ""]);
    expect(stderr).toMatch(says);
    expect(await dockerOutput(swarm().host, ["inspect", "--format={{.State.Status}}", web()])).toBe(
      "running",
    );
  });
});
