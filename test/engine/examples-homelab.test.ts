import { describe, expect, onTestFinished, test } from "vitest";
import { send, testAllowed, testDenied } from "../examples/calls.ts";
import { useContainer, useDeployedGate } from "../examples/deployment.ts";
import { settingsOf } from "../examples/example.ts";
import { clientsOf, loopbackOf } from "../examples/loopback-policy.ts";
import { refusals } from "../examples/refusals.ts";
import { docker, dockerOutput, uniqueName } from "../support/docker-cli.ts";
import { engineHost, engineSocket, hasEngine, idleContainer } from "../support/engine-gate.ts";

describe.runIf(hasEngine)("examples/homelab.yaml", () => {
  const web = useContainer();
  const names = () => ({ web: web() });
  const open = (client: string) => useDeployedGate(() => engineSocket, "homelab.yaml", { client });

  describe("traefik", () => {
    const gate = open("traefik");
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
      ],
      names,
    );
    testDenied(
      "Traefik",
      gate,
      refusalsOf("traefik", {
        archive: "ContainerArchive (or containers:archive)",
        auth: "SystemAuth (or registries)",
        build: "ImageBuild (or images:build)",
        create: "ContainerCreate (or containers:create)",
        exec: "ContainerExec (or exec)",
        execInspect: "ExecInspect (or exec)",
        execStart: "ExecStart (or exec)",
        images: "ImageList (or images:read)",
        info: "SystemInfo (or system:read)",
        kill: "ContainerKill (or containers:lifecycle)",
        logs: "ContainerLogs (or containers:logs)",
        networkConnect: "NetworkConnect (or networks:write)",
        networks: "NetworkList (or networks:read)",
        nodes: "NodeList (or nodes:read)",
        plugins: "PluginList (or plugins:read)",
        remove: "ContainerDelete (or containers:remove)",
        restart: "ContainerRestart (or containers:lifecycle)",
        secrets: "SecretList (or secrets)",
        services: "ServiceList (or services:read)",
        start: "ContainerStart (or containers:lifecycle)",
        stop: "ContainerStop (or containers:lifecycle)",
        swarm: "SwarmInspect (or swarm)",
        tasks: "TaskList (or tasks:read)",
        volumes: "VolumeList (or volumes:read)",
      }),
      names,
    );
  });

  describe("portainer", () => {
    const gate = open("portainer");
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
        { call: "GET /containers/{web}/stats?stream=false" },
        { call: "GET /containers/{web}/top" },
        { call: "POST /containers/{web}/restart?t=1", status: 204 },
      ],
      names,
    );
    testDenied(
      "Portainer",
      gate,
      refusalsOf("portainer", {
        archive: "ContainerArchive (or containers:archive)",
        auth: "SystemAuth (or registries)",
        build: "ImageBuild (or images:build)",
        commit: "ImageCommit (or images:build)",
        configs: "ConfigList (or configs)",
        distribution: "DistributionInspect (or registries)",
        exec: "ContainerExec (or exec)",
        execInspect: "ExecInspect (or exec)",
        execStart: "ExecStart (or exec)",
        nodes: "NodeList (or nodes:read)",
        pluginPull: "PluginPull (or plugins:write)",
        plugins: "PluginList (or plugins:read)",
        secretCreate: "SecretCreate (or secrets)",
        secrets: "SecretList (or secrets)",
        services: "ServiceList (or services:read)",
        swarm: "SwarmInspect (or swarm)",
        swarmLeave: "SwarmLeave (or swarm)",
        tasks: "TaskList (or tasks:read)",
      }),
      names,
    );

    test("Portainer makes no container with a folder of the host", async () => {
      const body = { Image: "busybox:test", HostConfig: { Binds: ["/srv/media:/media"] } };
      expect(await send(gate(), "POST /containers/create", body)).toMatchObject({
        status: 403,
        code: "power_denied",
        body: expect.stringContaining(
          "add bind:/srv/media to its powers (clients.portainer.powers, beside default,host:cgroupns)",
        ),
      });
    });
  });

  describe("dockge", () => {
    const gate = open("dockge");

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

    test("a project's folder may be below /opt/stacks and nowhere else", async () => {
      const created = (folder: string) => {
        const body = { Image: "busybox:test", HostConfig: { Binds: [`${folder}:/data`] } };
        return send(gate(), `POST /containers/create?name=${uniqueName("web")}`, body);
      };
      const made = await created("/opt/stacks/web/data");
      expect(made).toMatchObject({ status: 201 });
      const id = /"Id":"([0-9a-f]+)"/u.exec(made.body)?.[1] ?? "";
      await dockerOutput(engineHost, ["rm", id]);
      expect(await created("/opt/other")).toMatchObject({ status: 403, code: "power_denied" });
    });

    test("Dockge's terminal in a container is refused before anything runs", async () => {
      const container = await idleContainer();
      const { code, stderr } = await docker(gate().host, ["exec", container, "touch", "/tmp/ran"]);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining("needs ContainerExec (or exec) in clients.dockge"),
      ]);
      expect(gate().records).toContainEqual(
        expect.objectContaining({ operation: "ContainerExec", verdict: "deny", missing: ["ContainerExec"] }),
      );
      expect(await dockerOutput(engineHost, ["exec", container, "ls", "/tmp"])).toBe("");
    });
  });

  describe("watchtower", () => {
    const gate = open("watchtower");
    testAllowed(
      "Watchtower",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: 'GET /v1.25/containers/json?filters={"status":{"running":true}}' },
        { call: "GET /v1.25/containers/{web}/json" },
        { call: "GET /v1.25/images/busybox:test/json" },
        // No registry is there: that the engine says so shows that it was asked.
        { call: "POST /v1.25/images/create?fromImage=127.0.0.1:9/none&tag=latest", status: "its own" },
        { call: "POST /v1.25/containers/{web}/kill?signal=USR1", status: 204 },
      ],
      names,
    );
    testDenied(
      "Watchtower",
      gate,
      refusalsOf("watchtower", {
        build: "ImageBuild (or images:build)",
        commit: "ImageCommit (or images:build)",
        exec: "ContainerExec (or exec)",
        execStart: "ExecStart (or exec)",
        info: "SystemInfo (or system:read)",
        logs: "ContainerLogs (or containers:logs)",
        networkCreate: "NetworkCreate (or networks:write)",
        plugins: "PluginList (or plugins:read)",
        secrets: "SecretList (or secrets)",
        services: "ServiceList (or services:read)",
        swarm: "SwarmInspect (or swarm)",
        volumeCreate: "VolumeCreate (or volumes:write)",
        volumes: "VolumeList (or volumes:read)",
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

  describe("watchtower, for a container on two networks", () => {
    const gate = open("watchtower");

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

  describe("glances", () => {
    const gate = open("glances");
    testAllowed(
      "Glances",
      gate,
      [
        { call: "GET /version" },
        { call: "GET /containers/json?all=1&limit=-1&size=0&trunc_cmd=0" },
        { call: "GET /containers/{web}/json" },
        { call: "GET /images/busybox:test/json" },
        { call: "GET /containers/{web}/stats?stream=false" },
      ],
      names,
    );
    testDenied(
      "Glances",
      gate,
      refusalsOf("glances", {
        create: "ContainerCreate (or containers:create)",
        exec: "ContainerExec (or exec)",
        info: "SystemInfo (or system:read)",
        logs: "ContainerLogs (or containers:logs)",
        restart: "ContainerRestart (or containers:lifecycle)",
        secrets: "SecretList (or secrets)",
        volumes: "VolumeList (or volumes:read)",
      }),
      names,
    );
  });

  describe("dozzle", () => {
    const gate = open("dozzle");
    testAllowed(
      "Dozzle",
      gate,
      [
        { call: "HEAD /_ping" },
        { call: "GET /version" },
        { call: "GET /info" },
        { call: "GET /containers/json?all=1" },
        { call: "GET /containers/{web}/json" },
        { call: "GET /containers/{web}/stats?stream=false" },
        { call: "GET /containers/{web}/logs?stdout=1&stderr=1&tail=10" },
        { call: "GET /events?until=1" },
      ],
      names,
    );
    testDenied(
      "Dozzle",
      gate,
      refusalsOf("dozzle", {
        archive: "ContainerArchive (or containers:archive)",
        create: "ContainerCreate (or containers:create)",
        exec: "ContainerExec (or exec)",
        networks: "NetworkList (or networks:read)",
        remove: "ContainerDelete (or containers:remove)",
        restart: "ContainerRestart (or containers:lifecycle)",
        start: "ContainerStart (or containers:lifecycle)",
        stop: "ContainerStop (or containers:lifecycle)",
        systemDf: "SystemDataUsage (or system:read)",
      }),
      names,
    );
  });

  describe("the six clients side by side, at one gate", () => {
    const gate = useDeployedGate(() => engineSocket, "homelab.yaml");
    const { QUAYGATE_POLICY: policy = "" } = settingsOf("homelab.yaml");
    const prune = encodeURIComponent(JSON.stringify({ label: ["none"] }));

    test.each([
      { call: "GET /containers/json", clients: clientsOf(policy) },
      { call: "GET /info", clients: ["portainer", "dockge", "dozzle"] },
      { call: "GET /networks", clients: ["portainer", "dockge"] },
      { call: "GET /images/json", clients: ["portainer", "dockge"] },
      { call: "GET /images/busybox:test/json", clients: ["portainer", "dockge", "watchtower", "glances"] },
      { call: `POST /containers/prune?filters=${prune}`, clients: [] },
      { call: "GET /secrets", clients: [] },
    ])("$call is open to $clients and closed to all others", async ({ call, clients }) => {
      const { port, records } = gate();
      const before = records.length;
      const answers = await Promise.all(
        clientsOf(policy).map(async (client) => {
          const { status } = await send({ port, from: loopbackOf(policy, client) }, call);
          return { client, status };
        }),
      );
      expect(answers.filter(({ status }) => status === 200).map(({ client }) => client)).toEqual(clients);
      expect(answers.filter(({ status }) => status === 403)).toHaveLength(answers.length - clients.length);
      await expect.poll(() => records.slice(before).map(({ client }) => client)).toHaveLength(answers.length);
      const recorded = records.slice(before).map(({ client }) => client);
      expect(recorded.toSorted()).toEqual(clientsOf(policy).toSorted());
    });

    test("whoever is none of them gets nothing, not even the engine's version", async () => {
      expect(await send(gate(), "GET /version")).toMatchObject({ status: 403 });
      expect(await send(gate(), "GET /_ping")).toMatchObject({ status: 403 });
      await expect
        .poll(() => gate().records.at(-1))
        .toMatchObject({ client: "nobody", operation: "SystemPing" });
    });
  });
});

/** What a client of the policy is refused, each with what it needs there. */
function refusalsOf(client: string, needs: Parameters<typeof refusals>[0]): ReturnType<typeof refusals> {
  return refusals(needs).map((call) => ({ ...call, needs: `${call.needs} in clients.${client}.allow` }));
}
