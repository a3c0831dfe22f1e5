import Dockerode from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, testAllowed, testDenied } from "../examples/calls.ts";
import { useContainer, useDeployedGate } from "../examples/deployment.ts";
import { refusals } from "../examples/refusals.ts";
import { hostPowerOfText } from "../policy/powers.ts";
import { docker, dockerOutput } from "../support/docker-cli.ts";
import { containerName, engineHost, engineSocket, hasEngine } from "../support/engine-gate.ts";

/** The one image of the example. Here it has what `busybox:test` has. */
const IMAGE = "texlive/texlive:latest";
const CREATE = "/v1.41/containers/create";
/** What the backend really asks for. */
const LEAST = { Image: IMAGE, HostConfig: { NetworkMode: "none" } } as const;

describe.runIf(hasEngine)("examples/pdf-backend.yaml", () => {
  const web = useContainer();
  const names = () => ({ web: web() });
  const gate = useDeployedGate(() => engineSocket, "pdf-backend.yaml");
  const backend = () => new Dockerode({ protocol: "http", host: "127.0.0.1", port: gate().port });

  beforeAll(() => dockerOutput(engineHost, ["tag", "busybox:test", IMAGE]));
  afterAll(() => docker(engineHost, ["rmi", IMAGE]));

  /** The sentence of a refused create; the container must not be there. */
  async function refusedCreate(body: object): Promise<string> {
    const name = containerName();
    const answer = await send(gate(), `POST ${CREATE}?name=${name}`, body);
    expect([answer.status, answer.code]).toEqual([403, "power_denied"]);
    expect((await docker(engineHost, ["inspect", name])).code).not.toBe(0);
    const { message }: { message: string } = JSON.parse(answer.body);
    return message;
  }

  test("the backend finds its image", async () => {
    expect(await backend().getImage(IMAGE).inspect()).toMatchObject({
      RepoTags: expect.arrayContaining([IMAGE]),
    });
  });

  test("the backend learns that an image is missing", async () => {
    await expect(backend().getImage("texlive/texlive:none").inspect()).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  test("the backend's pull of its image reaches the engine", async () => {
    // No registry can be reached from here: that the failure is the engine's shows that it was asked.
    await backend()
      .pull(IMAGE)
      .catch(() => undefined);
    expect(gate().records.at(-1)).toMatchObject({
      operation: "ImageCreate",
      verdict: "allow",
      code: undefined,
      powers: ["image:docker.io/texlive/texlive:latest"],
    });
  });

  test.each(["busybox:test", "127.0.0.1:9/texlive/texlive:latest", "texlive/texlive:other"])(
    "the backend can't pull %s",
    async (image) => {
      await expect(backend().pull(image)).rejects.toThrow(/ImageCreate asks for the power image:/u);
    },
  );

  test("the backend creates a container from its image, starts it, waits for its end and deletes it", async () => {
    const name = containerName();
    const container = await backend().createContainer({
      ...LEAST,
      name,
      Cmd: ["sh", "-c", "echo %PDF-1.7; exit 3"],
    });
    await container.start();
    expect(await container.wait()).toMatchObject({ StatusCode: 3 });
    expect(String(await container.logs({ stdout: true }))).toContain("%PDF-1.7");
    await container.remove();
    expect(await dockerOutput(engineHost, ["ps", "--all", "--quiet", `--filter=name=${name}`])).toBe("");
  });

  test("the docker command runs the image, and prints why it does not run another one", async () => {
    const run = (...words: readonly string[]) =>
      docker(gate().host, ["run", "--rm", "--network=none", ...words], {
        // The example keeps the ping closed, and newer commands give up without it.
        env: { DOCKER_API_VERSION: "1.41" },
      });
    expect(await run(IMAGE, "echo", "rendered")).toMatchObject({ code: 0, stdout: "rendered\n" });
    const { code, stderr } = await run("--volume=/etc:/host-etc", IMAGE, "cat", "/host-etc/shadow");
    expect([code, stderr.split("\n")[0]]).toEqual([
      125,
      "docker: Error response from daemon: quaygate: ContainerCreate asks for the power bind:/etc " +
        "(HostConfig.Binds[0] = /etc:/host-etc), which 127.0.0.1 does not hold. bind:/etc is root on the host, past " +
        "this gate.",
    ]);
  });

  test.each([
    { name: "a privileged container", host: { Privileged: true }, power: "privileged" },
    { name: "a host path", host: { Binds: ["/:/host"] }, power: "bind:/" },
    {
      name: "a host path as a mount",
      host: { Mounts: [{ Type: "bind", Source: "/etc", Target: "/x" }] },
      power: "bind:/etc",
    },
    {
      name: "a host path as a volume's option",
      host: {
        Mounts: [
          {
            Type: "volume",
            Target: "/x",
            VolumeOptions: { DriverConfig: { Options: { type: "none", o: "bind", device: "/etc" } } },
          },
        ],
      },
      power: "bind:/etc",
    },
    { name: "another program's volume", host: { Binds: ["database:/x"] }, power: "volume:database" },
    { name: "the mounts of another container", host: { VolumesFrom: ["web"] }, power: "volumes-from:web" },
    { name: "the host's processes", host: { PidMode: "host" }, power: "host:pid" },
    { name: "the host's network", host: { NetworkMode: "host" }, power: "host:network" },
    { name: "the host's shared memory", host: { IpcMode: "host" }, power: "host:ipc" },
    { name: "the host's name", host: { UTSMode: "host" }, power: "host:uts" },
    { name: "the host's users", host: { UsernsMode: "host" }, power: "host:userns" },
    {
      name: "another container's network",
      host: { NetworkMode: "container:web" },
      power: "join:network:web",
    },
    { name: "the usual network", host: { NetworkMode: "bridge" }, power: "network:bridge" },
    { name: "the network that comes by itself", host: { NetworkMode: "" }, power: "network:bridge" },
    { name: "an added capability", host: { CapAdd: ["SYS_ADMIN"] }, power: "cap:SYS_ADMIN" },
    {
      name: "a device",
      host: { Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/sda", CgroupPermissions: "rwm" }] },
      power: "device:/dev/sda",
    },
    { name: "devices by number", host: { DeviceCgroupRules: ["b 8:0 rwm"] }, power: "device-rule:b 8:0 rwm" },
    {
      name: "no seccomp",
      host: { SecurityOpt: ["seccomp=unconfined"] },
      power: "security-opt:seccomp=unconfined",
    },
  ])("the backend can't create $name", async ({ host, power }) => {
    const message = await refusedCreate({ ...LEAST, HostConfig: { ...LEAST.HostConfig, ...host } });
    expect(message).toContain(`ContainerCreate asks for the power ${power} (`);
    const isHost = hostPowerOfText(power);
    expect(message).toContain(
      isHost === undefined
        ? `To allow it, add ${power} to its powers (QUAYGATE_POWERS).`
        : `does not hold. ${power} ${isHost.means}.`,
    );
  });

  test.each(["busybox:test", "texlive/texlive:other", "texlive/other", "ghcr.io/texlive/texlive"])(
    "the backend can't create a container from %s",
    async (image) => {
      expect(await refusedCreate({ ...LEAST, Image: image })).toMatch(
        /^quaygate: ContainerCreate asks for the power image:\S+ \(Image = /u,
      );
    },
  );

  test("the backend can't create a container from an image by its id", async () => {
    const id = await dockerOutput(engineHost, ["inspect", "--format={{.Id}}", IMAGE]);
    expect(await refusedCreate({ ...LEAST, Image: id })).toContain(`the power image:${id} (`);
  });

  test.each([
    "GET /containers/{web}/archive?path=/etc/passwd",
    "PUT /containers/{web}/archive?path=/tmp",
    "GET /containers/{web}/export",
  ])("the backend can't reach into other containers by %s", async (call) => {
    const { status, code, body } = await send(gate(), call.replace("{web}", web()));
    expect([status, code]).toEqual([403, "power_denied"]);
    expect(body).toMatch(/asks for the power (?:read|write)-file:/u);
  });

  testAllowed(
    "the backend",
    gate,
    [{ call: "GET /containers/{web}/json" }, { call: "GET /images/json" }],
    names,
  );

  testDenied(
    "the backend",
    gate,
    [
      ...refusals({
        auth: "AUTH=1",
        build: "BUILD=1",
        commit: "COMMIT=1",
        configs: "CONFIGS=1",
        distribution: "DISTRIBUTION=1",
        execInspect: "EXEC=1",
        execStart: "EXEC=1",
        info: "INFO=1",
        networkConnect: "NETWORKS=1",
        networkCreate: "NETWORKS=1",
        networks: "NETWORKS=1",
        nodes: "NODES=1",
        pluginPull: "PLUGINS=1",
        secretCreate: "SECRETS=1",
        secrets: "SECRETS=1",
        serviceUpdate: "SERVICES=1",
        swarm: "SWARM=1",
        systemDf: "SYSTEM=1",
        tasks: "TASKS=1",
        volumeCreate: "VOLUMES=1",
        volumes: "VOLUMES=1",
      }),
      { call: "GET /_ping", operation: "SystemPing (GET /_ping)", needs: "PING=1" },
      { call: "GET /version", operation: "SystemVersion (GET /version)", needs: "VERSION=1" },
      { call: "GET /events?until=1", operation: "SystemEvents (GET /events)", needs: "EVENTS=1" },
    ],
    names,
  );

  test("the docker command says which switch is off", async () => {
    const name = containerName();
    const { code, stderr } = await docker(gate().host, ["network", "create", name]);
    expect(code).toBe(1);
    // Newer commands give up at the refused ping, older ones go on without knowing the version.
    expect(stderr).toMatch(/quaygate: (?:SystemPing .* needs PING=1|NetworkCreate .* needs NETWORKS=1)$/mu);
    expect((await docker(engineHost, ["network", "inspect", name])).code).toBe(1);
  });
});
