import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type Dockerode from "dockerode";
import type { ContainerCreateOptions } from "dockerode";
import { describe, expect, test } from "vitest";
import { containerName, hasEngine, useGate } from "../support/engine-gate.ts";
import { everySwitch } from "../support/engine-switches.ts";
import { serializeArchive } from "../support/images.ts";
import { dockerodeFor, makeBothWays, transientName } from "../support/portrait.ts";

const image = "busybox:test";
const idle = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";
const forever = ["sh", "-c", idle];

/** Takes a multiplexed stream apart and resolves to its standard output when it has ended. */
async function outputOf(engine: Dockerode, stream: NodeJS.ReadableStream): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stderr.resume();
  engine.modem.demuxStream(stream, stdout, stderr);
  stream.once("end", () => stdout.end());
  return text(stdout);
}

const full: ContainerCreateOptions = {
  Image: image,
  Cmd: forever,
  ...{ Hostname: "web", Domainname: "example.test", User: "0:0", WorkingDir: "/tmp", StopSignal: "SIGTERM" },
  ...{ Env: ["Z=1", "A=2", "M=a=b, c"], Labels: { "org.example.a": "b" }, Entrypoint: [] },
  ...{ AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false, OpenStdin: false },
  ExposedPorts: { "80/tcp": {}, "53/udp": {} },
  Volumes: { "/unnamed": {} },
  Healthcheck: { Test: ["CMD-SHELL", "true"], Interval: 30_000_000_000, Retries: 3 },
  HostConfig: {
    ...{ AutoRemove: false, Init: true, ReadonlyRootfs: true, Privileged: false, PublishAllPorts: false },
    ...{ Memory: 67_108_864, NanoCpus: 500_000_000, PidsLimit: 50, ShmSize: 33_554_432, OomScoreAdj: 10 },
    ...{ CapAdd: ["NET_BIND_SERVICE"], CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges:true"] },
    ...{ Dns: ["9.9.9.9"], ExtraHosts: ["one:192.0.2.1"], GroupAdd: ["20"], Tmpfs: { "/run": "size=64k" } },
    ...{ Devices: [], VolumesFrom: null, Links: [], IpcMode: "private", PidMode: "", UTSMode: "" },
    Ulimits: [{ Name: "nofile", Soft: 1024, Hard: 2048 }],
    RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
    LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
    PortBindings: {
      "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "18180" }],
      "53/udp": [{ HostPort: "0" }, { HostPort: "" }],
    },
  },
};

describe.runIf(hasEngine)("dockerode with the default powers", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });

  test("makes the same container, network and volume as on the socket, all repeated in the query", async () => {
    const [name, network, volume] = [containerName(), transientName("network"), transientName("volume")];
    const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
      const engine = dockerodeFor(host);
      await engine.createNetwork({
        Name: network,
        Labels: { a: "b" },
        CheckDuplicate: true,
        Internal: false,
      });
      await engine.createVolume({ Name: volume, Labels: { a: "b" }, Driver: "local", DriverOpts: {} });
      const container = await engine.createContainer({
        ...full,
        name,
        HostConfig: { ...full.HostConfig, NetworkMode: network, Binds: [`${volume}:/data:rw`] },
        NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: ["db", "cache"] } } },
      });
      await container.start();
      return { containers: [name], networks: [network], volumes: [volume] };
    });
    expect(throughGate).toEqual(direct);
    // The order of the variables is the client's own, which the comparison does not look at.
    const records = gate().records.filter(({ verdict }) => verdict !== "allow");
    expect(records).toEqual([]);
  });

  test("keeps the order of variables, and numbers beyond what JavaScript can tell apart", async () => {
    const name = containerName();
    const body = `{"Image":"${image}","Env":["Z=1","A=2","M=3"],"HostConfig":{"NetworkMode":"none","Memory":9007199254740993}}`;
    const response = await fetch(`http://127.0.0.1:${gate().port}/containers/create?name=${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    expect(response.status).toBe(201);
    const inspected = await fetch(`http://127.0.0.1:${gate().port}/containers/${name}/json`);
    const reply = await inspected.text();
    expect(reply).toContain('"Memory":9007199254740993');
    expect(reply).toContain('"Env":["Z=1","A=2","M=3"');
  });

  test("makes the same container as on the socket with a MAC address and a platform in the query", async () => {
    const name = containerName();
    const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
      const options = {
        name,
        Image: image,
        MacAddress: "02:42:c0:00:02:07",
        platform: "linux",
        Cmd: ["true"],
      };
      await dockerodeFor(host).createContainer(options);
      return { containers: [name] };
    });
    expect(throughGate).toEqual(direct);
  });

  test("makes a container anew from what it read of one, as tools that update do", async () => {
    const [name, network] = [containerName(), transientName("network")];
    const { throughGate, direct } = await makeBothWays(gate().host, async (host) => {
      const engine = dockerodeFor(host);
      await engine.createNetwork({ Name: network });
      const first = await engine.createContainer({
        ...full,
        name,
        HostConfig: { ...full.HostConfig, NetworkMode: network },
        NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: ["db"] } } },
      });
      await first.start();
      const again = await readBack(first);
      await first.remove({ force: true, v: true });
      await (await engine.createContainer({ name, ...again })).start();
      return { containers: [name], networks: [network] };
    });
    // The old short id stays behind as an alias, and from engine 25 on the old address: each has its own.
    expect(withoutOld(throughGate)).toEqual(withoutOld(direct));
    expect(gate().records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
  });

  test("runs, attaches, types, executes and copies", async () => {
    const engine = dockerodeFor(gate().host);
    const name = containerName();
    const container = await engine.createContainer({
      ...{ name, Image: image, Cmd: ["cat"], OpenStdin: true, StdinOnce: true, AttachStdin: true },
      HostConfig: { NetworkMode: "none" },
    });
    const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true });
    const echoed = outputOf(engine, stream);
    await container.start();
    await container.putArchive(
      Readable.from([serializeArchive([{ name: "note", content: "brought in\n" }])]),
      {
        path: "/tmp",
      },
    );
    const exec = await container.exec({
      Cmd: ["cat", "/tmp/note"],
      ...{ AttachStdout: true, AttachStderr: true, Env: ["A=b"], User: "root", WorkingDir: "/" },
    });
    expect(await outputOf(engine, await exec.start({ hijack: true, stdin: false }))).toBe("brought in\n");
    stream.end("typed\n");
    expect(await echoed).toBe("typed\n");
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    expect(gate().records.find(({ operation }) => operation === "ContainerExec")?.powers).toContain("user:0");
  });
});

// The calls that testcontainers for Node was seen to make, with the bodies that it sends, without its reaper.
describe.runIf(hasEngine)("testcontainers' calls with the default powers", () => {
  const gate = useGate({ ...everySwitch, QUAYGATE_POWERS: "default" });

  test("bring a container up on a network of its own, wait for its log, execute, copy and take it down", async () => {
    const engine = dockerodeFor(gate().host);
    const [name, network] = [containerName(), transientName("network")];
    const session = { "org.testcontainers": "true", "org.testcontainers.lang": "node" };
    await engine.info();
    await engine.getImage(image).inspect();
    const labels = { Labels: { ...session, "org.testcontainers.session-id": "0123456789ab" } };
    const made = await engine.createNetwork({
      ...{ Name: network, CheckDuplicate: true, Driver: "bridge", Internal: false, Attachable: false },
      ...{ Ingress: false, EnableIPv6: false, ...labels },
    });
    expect(made.id).toBeTruthy();
    const container = await engine.createContainer({
      ...{
        name,
        Image: image,
        Cmd: ["sh", "-c", `echo ready; ${idle}`],
      },
      ...{ Env: ["PGDATA=/data"], ExposedPorts: { "5432/tcp": {} }, ...labels },
      HostConfig: {
        ...{ AutoRemove: true, NetworkMode: network, PortBindings: { "5432/tcp": [{ HostPort: "0" }] } },
        ...{ ExtraHosts: ["host.testcontainers.internal:172.17.0.1"], Tmpfs: { "/data": "rw,noexec" } },
      },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: ["postgres"] } } },
    });
    await container.start();
    const logs = await container.logs({ follow: true, stdout: true, stderr: true });
    const [first] = await new Promise<Buffer[]>((resolve) => {
      logs.once("data", (chunk: Buffer) => resolve([chunk]));
    });
    expect(String(first)).toContain("ready");
    const exec = await container.exec({ Cmd: ["echo", "inside"], AttachStdout: true, AttachStderr: true });
    expect(await outputOf(engine, await exec.start({}))).toBe("inside\n");
    expect(await exec.inspect()).toMatchObject({ ExitCode: 0 });
    await container.putArchive(serializeArchive([{ name: "note", content: "x" }]), { path: "/tmp" });
    await container.stop({ t: 1 });
    await engine.getNetwork(network).remove();
    expect(gate().records.filter(({ verdict }) => verdict !== "allow")).toEqual([]);
  });

  test("meet a refusal for the reaper, which mounts the engine's socket and is told what that means", async () => {
    const engine = dockerodeFor(gate().host);
    const reaper = engine.createContainer({
      ...{ name: containerName(), Image: image, Labels: { "org.testcontainers.ryuk": "true" } },
      HostConfig: {
        AutoRemove: true,
        Privileged: true,
        Binds: ["/var/run/docker.sock:/var/run/docker.sock"],
      },
    });
    await expect(reaper).rejects.toMatchObject({
      statusCode: 403,
      message: expect.stringMatching(
        /Each of privileged, bind:\/var\/run\/docker\.sock is root on the host, past this gate\. For the Docker API, set DOCKER_HOST to this gate\.\s*$/u,
      ),
    });
  });
});

/** What Watchtower and its like send: all that the engine said of a container, under the old names. */
async function readBack(container: Dockerode.Container): Promise<ContainerCreateOptions> {
  const { Config, HostConfig, NetworkSettings } = await container.inspect();
  return { ...Config, HostConfig, NetworkingConfig: { EndpointsConfig: NetworkSettings.Networks } };
}

function withoutOld(portrait: unknown): unknown {
  return JSON.parse(
    JSON.stringify(portrait, (key, value: unknown) =>
      key === "Aliases" || key === "MacAddress" ? undefined : value,
    ),
  );
}
