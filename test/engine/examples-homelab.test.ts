import { describe, expect, onTestFinished, test } from "vitest";
import { send, testAllowed, testDenied } from "../examples/calls.ts";
import { useContainer, useDeployedGate } from "../examples/deployment.ts";
import { refusals } from "../examples/refusals.ts";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine, idleContainer } from "../support/engine-gate.ts";

/** No swarm here: the engine itself says so, and the gate lets it. */
const NO_SWARM = 503;

describe.runIf(hasEngine)("examples/homelab.yaml", () => {
  const web = useContainer();
  const names = () => ({ web: web() });
  const open = (service: string) => useDeployedGate(() => engineSocket, "homelab.yaml", service);

  describe("proxy-traefik", () => {
    const gate = open("proxy-traefik");
    testAllowed(
      "Traefik",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: "GET /_ping" },
        { call: "GET /version" },
        { call: "GET /v1.41/containers/json?limit=0" },
        { call: "GET /v1.41/containers/{web}/json" },
        { call: 'GET /v1.41/events?filters={"type":{"container":true}}&until=1' },
        { call: "GET /v1.41/services", status: NO_SWARM },
        { call: 'GET /v1.41/networks?filters={"scope":{"swarm":true}}' },
      ],
      names,
    );
    testDenied(
      "Traefik",
      gate,
      refusals({
        auth: "POST=1 and AUTH=1",
        build: "POST=1 and BUILD=1",
        create: "POST=1",
        exec: "POST=1",
        execInspect: "EXEC=1",
        execStart: "POST=1 and EXEC=1",
        images: "IMAGES=1",
        kill: "POST=1",
        networkConnect: "POST=1",
        nodes: "NODES=1",
        plugins: "PLUGINS=1",
        remove: "POST=1",
        restart: "POST=1",
        secrets: "SECRETS=1",
        serviceUpdate: "POST=1",
        start: "POST=1",
        stop: "POST=1",
        swarm: "SWARM=1",
        systemDf: "SYSTEM=1",
        tasks: "TASKS=1",
        volumes: "VOLUMES=1",
      }),
      names,
    );
  });

  describe("proxy-management", () => {
    const gate = open("proxy-management");
    testAllowed(
      "Portainer's snapshot",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: "GET /version" },
        { call: "GET /info" },
        { call: "GET /containers/json?all=1" },
        { call: "GET /containers/{web}/json" },
        { call: "GET /images/json" },
        { call: "GET /networks" },
        { call: "GET /volumes" },
        { call: "GET /services", status: NO_SWARM },
        { call: "GET /tasks", status: NO_SWARM },
        { call: "GET /containers/{web}/stats?stream=false" },
        { call: "GET /containers/{web}/top" },
        { call: "POST /containers/{web}/restart?t=1", status: 204 },
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
        execInspect: "EXEC=1",
        execStart: "EXEC=1",
        nodes: "NODES=1",
        pluginPull: "PLUGINS=1",
        plugins: "PLUGINS=1",
        secretCreate: "SECRETS=1",
        secrets: "SECRETS=1",
        swarm: "SWARM=1",
        swarmLeave: "SWARM=1",
        systemDf: "SYSTEM=1",
      }),
      names,
    );

    test("Dockge's docker command brings a stack up, looks at it and takes it down", async () => {
      const { host } = gate();
      const name = uniqueName("stack");
      const label = `--label=com.docker.compose.project=${name}`;
      onTestFinished(async () => {
        await docker(engineHost, ["rm", "--force", name]);
        await docker(engineHost, ["network", "rm", name]);
        await docker(engineHost, ["volume", "rm", name]);
      });
      await dockerOutput(host, ["network", "create", "--internal", label, name]);
      await dockerOutput(host, ["volume", "create", label, name]);
      const script = "echo hello; exec sleep 1000";
      await dockerOutput(host, [
        ...["run", "--detach", label, `--name=${name}`, `--network=${name}`, `--volume=${name}:/data`],
        ...["busybox:test", "sh", "-c", script],
      ]);
      const filter = `--filter=label=com.docker.compose.project=${name}`;
      expect(await dockerOutput(host, ["ps", filter, "--format={{.Names}}"])).toBe(name);
      expect(await dockerOutput(host, ["logs", name])).toBe("hello");
      expect(await dockerOutput(host, ["stats", "--no-stream", "--format={{.Name}}", name])).toBe(name);
      expect(await dockerOutput(host, ["network", "ls", filter, "--format={{.Name}}"])).toBe(name);
      await dockerOutput(host, ["stop", "--time=1", name]);
      await dockerOutput(host, ["rm", "--volumes", name]);
      await dockerOutput(host, ["network", "rm", name]);
      await dockerOutput(host, ["volume", "rm", name]);
      expect(await dockerOutput(engineHost, ["ps", "--all", "--quiet", filter])).toBe("");
    });

    test("a console by attach is open, where a container's main process is a shell", async () => {
      const { host, records } = gate();
      const name = uniqueName("shell");
      onTestFinished(async () => {
        await docker(engineHost, ["rm", "--force", name]);
      });
      await dockerOutput(host, ["run", "--detach", "--interactive", `--name=${name}`, "busybox:test", "sh"]);
      await docker(host, ["attach", name], { input: "echo $((6 * 7))\nexit\n" });
      // An engine may drop what comes after the end of the input; its log has it.
      expect(await dockerOutput(host, ["logs", name])).toBe("42");
      expect(records).toContainEqual(
        expect.objectContaining({ operation: "ContainerAttach", verdict: "allow", stream: "tunnel" }),
      );
    });

    test("Dockge's terminal in a container is refused before anything runs", async () => {
      const container = await idleContainer();
      const { code, stderr } = await docker(gate().host, ["exec", container, "touch", "/tmp/ran"]);
      // `docker` does not read the sentence of a refused upgrade; the log has it.
      expect([code, stderr.trim()]).toEqual([1, "unable to upgrade to tcp, received 403"]);
      expect(gate().records).toContainEqual(
        expect.objectContaining({ operation: "ExecStart", verdict: "deny", missing: ["EXEC=1"] }),
      );
      expect(await dockerOutput(engineHost, ["exec", container, "ls", "/tmp"])).toBe("");
    });
  });

  describe("proxy-watchtower", () => {
    const gate = open("proxy-watchtower");
    testAllowed(
      "Watchtower",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: "GET /info" },
        { call: 'GET /v1.25/containers/json?filters={"status":{"running":true}}' },
        { call: "GET /v1.25/containers/{web}/json" },
        { call: "GET /v1.25/images/busybox:test/json" },
        // No registry is there: that the engine says so shows that it was asked.
        { call: "POST /v1.25/images/create?fromImage=127.0.0.1:9/none&tag=latest", status: "its own" },
        { call: "POST /v1.25/containers/{web}/kill?signal=USR1", status: 204 },
        { call: "POST /v1.25/containers/{web}/exec", body: { Cmd: ["true"] }, status: 201 },
      ],
      names,
    );
    testDenied(
      "Watchtower",
      gate,
      refusals({
        build: "BUILD=1",
        commit: "COMMIT=1",
        execStart: "EXEC=1",
        plugins: "PLUGINS=1",
        secrets: "SECRETS=1",
        services: "SERVICES=1",
        swarm: "SWARM=1",
        systemDf: "SYSTEM=1",
        tasks: "TASKS=1",
        volumeCreate: "VOLUMES=1",
        volumes: "VOLUMES=1",
      }),
      names,
    );

    test("Watchtower replaces a container by one of the same name", async () => {
      const { host } = gate();
      const old = await idleContainer();
      await dockerOutput(host, ["stop", "--time=1", old]);
      await dockerOutput(host, ["rm", "--force", "--volumes", old]);
      await dockerOutput(host, [
        "create",
        "--network=none",
        `--name=${old}`,
        "busybox:test",
        "sleep",
        "1000",
      ]);
      await dockerOutput(host, ["start", old]);
      expect(await dockerOutput(engineHost, ["inspect", "--format={{.State.Status}}", old])).toBe("running");
    });
  });

  describe("proxy-watchtower, for a container on two networks", () => {
    const gate = open("proxy-watchtower");

    test("lets Watchtower make it anew on both, in the order of its calls", async () => {
      const [name, front, back] = [uniqueName("web"), uniqueName("front"), uniqueName("back")];
      onTestFinished(async () => {
        await docker(engineHost, ["rm", "--force", name]);
        await docker(engineHost, ["network", "rm", front, back]);
      });
      for (const network of [front, back]) await dockerOutput(engineHost, ["network", "create", network]);
      const run = [
        "run",
        "--detach",
        `--name=${name}`,
        `--network=${front}`,
        "busybox:test",
        "sleep",
        "1000",
      ];
      await dockerOutput(engineHost, run);
      await dockerOutput(engineHost, ["network", "connect", back, name]);
      const create = { Image: "busybox:test", Cmd: ["sleep", "1000"], HostConfig: { NetworkMode: front } };
      const calls: readonly (readonly [call: string, status: number, body?: object])[] = [
        [`POST /v1.41/containers/${name}/stop?t=1`, 204],
        [`DELETE /v1.41/containers/${name}?force=1`, 204],
        [`POST /v1.41/containers/create?name=${name}`, 201, create],
        [`POST /v1.41/networks/${front}/disconnect`, 200, { Container: name, Force: true }],
        [`POST /v1.41/networks/${front}/connect`, 200, { Container: name }],
        [`POST /v1.41/networks/${back}/connect`, 200, { Container: name }],
        [`POST /v1.41/containers/${name}/start`, 204],
      ];
      for (const [call, status, body] of calls) {
        expect({ call, ...(await send(gate(), call, body)) }).toMatchObject({ call, status });
      }
      const format = "--format={{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}";
      const networks = await dockerOutput(engineHost, ["inspect", format, name]);
      expect(networks.trim().split(" ").toSorted()).toEqual([front, back].toSorted());
    });
  });

  describe("proxy-viewers", () => {
    const gate = open("proxy-viewers");
    testAllowed(
      "Glances or Dozzle",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: "GET /version" },
        { call: "GET /info" },
        { call: "GET /containers/json?all=1&limit=-1&size=0&trunc_cmd=0" },
        { call: "GET /containers/{web}/json" },
        { call: "GET /images/busybox:test/json" },
        { call: "GET /containers/{web}/stats?stream=false" },
        { call: "GET /containers/{web}/logs?stdout=1&stderr=1&tail=10" },
        { call: "GET /events?until=1" },
      ],
      names,
    );
    testDenied(
      "Glances or Dozzle",
      gate,
      refusals({
        build: "POST=1 and BUILD=1",
        commit: "POST=1 and COMMIT=1",
        create: "POST=1",
        exec: "POST=1",
        execInspect: "EXEC=1",
        execStart: "POST=1 and EXEC=1",
        networks: "NETWORKS=1",
        remove: "POST=1",
        restart: "POST=1",
        services: "SERVICES=1",
        start: "POST=1",
        stop: "POST=1",
        systemDf: "SYSTEM=1",
        volumes: "VOLUMES=1",
      }),
      names,
    );
  });

  describe("the four levels side by side", () => {
    const gates = {
      traefik: open("proxy-traefik"),
      management: open("proxy-management"),
      watchtower: open("proxy-watchtower"),
      viewers: open("proxy-viewers"),
    };

    test.each([
      { call: "GET /containers/json", levels: ["traefik", "management", "watchtower", "viewers"] },
      { call: "GET /networks", levels: ["traefik", "management", "watchtower"] },
      { call: "GET /images/json", levels: ["management", "watchtower", "viewers"] },
      { call: "GET /volumes", levels: ["management"] },
      {
        call: "POST /containers/prune?filters=%7B%22label%22%3A%5B%22none%22%5D%7D",
        levels: ["management", "watchtower"],
      },
      { call: "GET /secrets", levels: [] },
    ])("$call is open to $levels and closed to all others", async ({ call, levels }) => {
      // One after the other: an engine that prunes answers a second prune with 409.
      const answers: { readonly level: string; readonly status: number }[] = [];
      for (const [level, gate] of Object.entries(gates)) {
        const { status } = await send(gate(), call);
        answers.push({ level, status });
      }
      expect(answers.filter(({ status }) => status === 200).map(({ level }) => level)).toEqual(levels);
      expect(answers.filter(({ status }) => status === 403)).toHaveLength(answers.length - levels.length);
    });
  });
});
