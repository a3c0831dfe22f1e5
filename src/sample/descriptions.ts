import { identify, images, projectLabels } from "./catalogue.ts";
import type { SampleContainer, SampleImage, SampleNetwork } from "./catalogue.ts";
import { release } from "./release.ts";
import type { SampleEvent, SampleExec, SampleWorld } from "./world.ts";

/** A JSON object with the fields that Docker's clients look at. */
export type Description = Readonly<Record<string, unknown>>;

const product = "Sample engine (quaygate try)";
const built = "2024-01-01T00:00:00Z";
/** Without these `docker info` warns that the kernel lacks them. */
const kernelSupport = "MemoryLimit SwapLimit CpuCfsPeriod CpuCfsQuota CPUShares CPUSet IPv4Forwarding";
const network = "shop_default";

/** The answer to `GET /version`: says that it is the sample. */
export function describeVersion(): Description {
  const api = {
    ApiVersion: release.api,
    MinAPIVersion: release.oldestApi,
    GitCommit: "sample",
    GoVersion: "none",
  };
  const facts = { ...api, Os: "linux", Arch: "amd64", KernelVersion: "6.1.0-sample", BuildTime: built };
  const components = [
    { Name: "Engine", Version: release.engine, Details: { ...facts, Experimental: "false" } },
  ];
  return { Platform: { Name: product }, Version: release.engine, ...facts, Components: components };
}

/** The answer to `GET /info`, counting the containers as they are now. */
export function describeInfo({ containers }: SampleWorld): Description {
  const count = (status: string): number =>
    containers.filter((container) => container.status === status).length;
  return {
    ...Object.fromEntries(
      `${kernelSupport} BridgeNfIptables BridgeNfIp6tables`.split(" ").map((name) => [name, true]),
    ),
    Name: "quaygate-sample",
    ServerVersion: release.engine,
    OperatingSystem: product,
    OSType: "linux",
    Architecture: "x86_64",
    KernelVersion: "6.1.0-sample",
    NCPU: 4,
    MemTotal: 8_589_934_592,
    Containers: containers.length,
    ContainersRunning: count("running"),
    ContainersPaused: count("paused"),
    ContainersStopped: count("exited"),
    Images: images.length,
    Driver: "overlay2",
    LoggingDriver: "json-file",
    CgroupDriver: "systemd",
    CgroupVersion: "2",
    DockerRootDir: "/var/lib/docker",
    Plugins: { Volume: ["local"], Network: ["bridge", "host", "null"], Log: ["json-file"] },
    Swarm: { LocalNodeState: "inactive" },
  };
}

/** One entry of the list of containers. */
export function describeContainer(container: SampleContainer): Description {
  const { id, name, image, command, labels, port, status } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    ImageID: identifyImage(image),
    Command: command,
    Created: Math.floor(container.startedAt / 1000),
    Ports: port === undefined || status === "exited" ? [] : [describePort(port)],
    Labels: labels,
    State: status,
    Status: describeStatus(container),
    HostConfig: { NetworkMode: network },
    NetworkSettings: { Networks: { [network]: { NetworkID: identify(`network ${network}`) } } },
    Mounts: describeMounts(container),
  };
}

/** All about one container: as on a real engine that includes its environment, passwords and all. */
export function inspectContainer(container: SampleContainer): Description {
  const { id, name, image, command, environment, labels, port, status, exitCode } = container;
  const [path, ...words] = command.split(" ");
  const bindings = port?.outside && [{ HostIp: "0.0.0.0", HostPort: String(port.outside) }];
  return {
    Id: id,
    Name: `/${name}`,
    Created: new Date(container.startedAt).toISOString(),
    Path: path,
    Args: words,
    Image: identifyImage(image),
    State: {
      Status: status,
      Running: status !== "exited",
      Paused: status === "paused",
      ExitCode: exitCode,
      StartedAt: new Date(container.startedAt).toISOString(),
      FinishedAt: new Date(container.finishedAt).toISOString(),
      ...(container.healthCheck && { Health: { Status: "healthy", FailingStreak: 0, Log: [] } }),
    },
    Config: { Tty: false, Env: environment, Cmd: [path, ...words], Image: image, Labels: labels },
    HostConfig: { NetworkMode: network, RestartPolicy: { Name: "unless-stopped" } },
    NetworkSettings: {
      Ports: port && { [`${port.inside}/tcp`]: bindings ?? null },
      Networks: { [network]: { NetworkID: identify(`network ${network}`) } },
    },
    Mounts: describeMounts(container),
  };
}

/** What `docker top` shows: each container has one process. */
export function describeProcesses({ command }: SampleContainer): Description {
  const titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];
  return { Titles: titles, Processes: [["root", "1234", "1", "0", "09:00", "?", "00:00:01", command]] };
}

/** One reading of a running container's use of the machine; zeros for a stopped one. */
export function describeStats({ id, name, status, startedAt }: SampleContainer): Description {
  const now = Date.now();
  const common = {
    read: new Date(now).toISOString(),
    preread: new Date(now - 1000).toISOString(),
    id,
    name: `/${name}`,
  };
  if (status === "exited") return { ...common, cpu_stats: {}, precpu_stats: {}, memory_stats: {} };
  const share = Number.parseInt(id.slice(0, 4), 16); // nanoseconds of processor time a millisecond
  const describeCpu = (time: number): Description => ({
    cpu_usage: { total_usage: Math.max(0, time - startedAt) * share },
    system_cpu_usage: time * 4_000_000,
    online_cpus: 4,
  });
  const memory = { usage: share * 2000 + (now % 1_000_000), limit: 8_589_934_592, stats: {} };
  const networks = { eth0: { rx_bytes: 1_400_000, tx_bytes: 3_200_000 } };
  const use = {
    cpu_stats: describeCpu(now),
    precpu_stats: describeCpu(now - 1000),
    memory_stats: memory,
    networks,
  };
  return { ...common, ...use, pids_stats: { current: 3 }, blkio_stats: {} };
}

/** The state of a command, with its exit code once it has ended. */
export function describeExec({
  id,
  container,
  command,
  stdin,
  tty,
  running,
  exitCode,
}: SampleExec): Description {
  const [entrypoint, ...words] = command;
  const process = { entrypoint, arguments: words, tty };
  return {
    ID: id,
    Running: running,
    ExitCode: exitCode,
    ProcessConfig: process,
    OpenStdin: stdin,
    ContainerID: container.id,
  };
}

/** One line of `GET /events`, with the older fields too. */
export function describeEvent({ container, action, attributes, time }: SampleEvent): Description {
  const { id, image, name, labels } = container;
  const actor = { ID: id, Attributes: { ...labels, image, name, ...attributes } };
  const old = { status: action, id, from: image };
  const moment = { time: Math.floor(time / 1000), timeNano: time * 1_000_000 };
  return { ...old, Type: "container", Action: action, Actor: actor, scope: "local", ...moment };
}

/** One entry of the list of images; its date is a number. */
export function describeImage({ tag, size }: SampleImage): Description {
  const common = {
    Id: identifyImage(tag),
    RepoTags: [tag],
    RepoDigests: [],
    Size: size,
    Containers: -1,
  };
  return { ...common, Created: Date.parse(built) / 1000 };
}

/** All about one image; its date is text. */
export function inspectImage(image: SampleImage): Description {
  return { ...describeImage(image), Created: built, Os: "linux", Architecture: "amd64", Config: {} };
}

/** A network, the same in the list and in its inspection. */
export function describeNetwork({ name, driver }: SampleNetwork): Description {
  const labels = name === network ? projectLabels : {};
  return {
    Name: name,
    Id: identify(`network ${name}`),
    Created: built,
    Scope: "local",
    Driver: driver,
    Labels: labels,
  };
}

/** A volume, the same in the list and in its inspection. */
export function describeVolume(name: string): Description {
  const mountpoint = `/var/lib/docker/volumes/${name}/_data`;
  return { Name: name, Driver: "local", Scope: "local", Mountpoint: mountpoint, Labels: projectLabels };
}

/** Gives an image's id, which is the same each time. */
export function identifyImage(tag: string): string {
  return `sha256:${identify(`image ${tag}`)}`;
}

function describePort({ inside, outside }: NonNullable<SampleContainer["port"]>): Description {
  const published = outside && { IP: "0.0.0.0", PublicPort: outside };
  return { PrivatePort: inside, Type: "tcp", ...published };
}

function describeMounts({ volume }: SampleContainer): readonly Description[] {
  return volume === undefined
    ? []
    : [{ Type: "volume", Name: volume, Destination: "/var/lib/postgresql/data", RW: true }];
}

function describeStatus({ status, startedAt, finishedAt, exitCode, healthCheck }: SampleContainer): string {
  const seconds = Math.floor((Date.now() - (status === "exited" ? finishedAt : startedAt)) / 1000);
  const age = seconds < 120 ? `${seconds} seconds` : `${Math.floor(seconds / 3600)} hours`;
  if (status === "exited") return `Exited (${exitCode}) ${age} ago`;
  return `Up ${age}${status === "paused" ? " (Paused)" : healthCheck === undefined ? "" : " (healthy)"}`;
}
