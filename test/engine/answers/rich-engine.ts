import { afterAll, beforeAll } from "vitest";
import type { Content } from "../../../src/docker/answers/content.ts";
import type { OperationName } from "../../../src/docker/operations.ts";
import { eventually } from "../../support/engine-gate.ts";
import { type Engine, startEngine } from "../../support/engine.ts";
import { send } from "../attacks/attack.ts";

/**
 * One text for each kind of what answers tell, that stands nowhere else: each is put wherever its kind can be. The names of
 * volumes are their ids, which stay. Of state, usage, resources and the host the engine has values of its own: `engineMarks`.
 */
export const marks = {
  names: "marknames",
  labels: "marklabels",
  env: "markenv",
  command: "markcommand",
  mounts: "markmounts",
  addresses: "markaddresses",
  networks: "marknetworks",
  image: "markimage",
  security: "marksecurity",
  settings: "marksettings",
  output: "markoutput",
  data: "markdata",
} as const satisfies Partial<Record<Content, string>>;

/** One question, with the operation that it is. */
interface Question {
  readonly operation: OperationName;
  readonly path: string;
}

/** The same with the bytes of its answer. */
export interface Answered extends Question {
  readonly text: string;
}

/** An engine with one object at least of each kind, which has what that kind can have. */
export interface RichEngine {
  readonly engine: Engine;
  /** Ids of a container that runs and of a service. */
  readonly container: string;
  readonly service: string;
  /** What it answers to every operation that reads, in its newest version of the API and in older ones. */
  readonly answers: readonly Answered[];
  /** Of each kind whose texts the engine or the test's numbers make: those that stand nowhere else. */
  readonly engineMarks: Readonly<Record<"state" | "usage" | "resources" | "host", readonly string[]>>;
  /** What the engine refuses in words that have marks in them: each, with the words whose marks these are. */
  readonly mistakes: readonly Mistake[];
}

/** A request that an engine refuses with a reason in which something hidden may stand. */
export interface Mistake {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: object;
}

/** Versions of which some answers have other fields: the oldest that the engines of the tests have first. */
const OLD_VERSIONS = ["/v1.24", "/v1.30", "/v1.41", "/v1.44"] as const;

const EXIT_CODE = 87;
const MEMORY = 64_122_880;
const NANO_CPUS = 123_000_000;
const FILE_SIZE = 1_234_567;

const CONTAINER = "marknames-container";
const NETWORK = "marknetworks-network";
const SERVICE = "marknames-service";
const IMAGE = "markimage/built:1";
const { env, command, labels, mounts, addresses } = marks;

const idle = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";
/** In the letters of base64, which never break it in two. */
const data = Buffer.from(marks.data).toString("base64");
const markedLabels = { marklabels: labels, "com.example.kept": "kept" };

const containerBody = {
  Image: IMAGE,
  Hostname: "marknames",
  Domainname: "marknames.example",
  Entrypoint: ["sh"],
  Cmd: ["-c", `${idle} # ${command}`],
  Env: [`MARK=${env}`],
  Labels: markedLabels,
  User: "0:0",
  ExposedPorts: { "7070/tcp": {} },
  Volumes: { "/markmounts-anonymous": {} },
  Healthcheck: { Test: ["CMD-SHELL", `printf %s%s mark output # ${command}`], Interval: 1_000_000_000 },
  HostConfig: {
    Binds: ["/tmp:/markmounts-bind:ro", "kept-volume:/markmounts-volume"],
    Mounts: [
      { Type: "tmpfs", Target: "/markmounts-tmpfs" },
      {
        Type: "volume",
        Source: "kept-labelled",
        Target: "/markmounts-labelled",
        VolumeOptions: { Labels: markedLabels },
      },
    ],
    NetworkMode: NETWORK,
    ExtraHosts: [`${addresses}:10.9.8.7`],
    Dns: ["10.9.8.7"],
    DnsSearch: [`${addresses}.example`],
    PortBindings: { "7070/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
    CapAdd: ["SYS_TIME"],
    CapDrop: ["MKNOD"],
    Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/marksecurity", CgroupPermissions: "rwm" }],
    Memory: MEMORY,
    NanoCpus: NANO_CPUS,
    Ulimits: [{ Name: "nofile", Soft: 512, Hard: 512 }],
    RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
    LogConfig: { Type: "json-file", Config: { tag: marks.settings } },
    Sysctls: { "net.ipv4.ip_forward": "0" },
  },
  NetworkingConfig: { EndpointsConfig: { [NETWORK]: { Aliases: ["marknames-alias"] } } },
};

function serviceBody(secret: string, config: string): object {
  const file = { UID: "0", GID: "0", Mode: 292 };
  return {
    Name: SERVICE,
    Labels: markedLabels,
    TaskTemplate: {
      ContainerSpec: {
        Image: IMAGE,
        Labels: markedLabels,
        Command: ["sh"],
        Args: ["-c", `${idle} # ${command}`],
        Hostname: "marknames",
        Env: [`MARK=${env}`],
        Mounts: [
          {
            Type: "volume",
            Source: "kept-task",
            Target: "/markmounts-task",
            VolumeOptions: { Labels: markedLabels, DriverConfig: { Name: "local" } },
          },
        ],
        Hosts: [`10.9.8.7 ${addresses}`],
        DNSConfig: { Nameservers: ["10.9.8.7"], Search: [`${addresses}.example`] },
        Healthcheck: { Test: ["CMD-SHELL", `true # ${command}`] },
        Secrets: [
          { SecretID: secret, SecretName: "marknames-secret", File: { ...file, Name: "markmounts-secret" } },
        ],
        Configs: [
          { ConfigID: config, ConfigName: "marknames-config", File: { ...file, Name: "/markmounts-config" } },
        ],
      },
      Resources: { Limits: { MemoryBytes: MEMORY }, Reservations: { NanoCPUs: NANO_CPUS } },
      RestartPolicy: { Condition: "any", MaxAttempts: 2 },
      Placement: { Constraints: ["node.role == manager", "node.labels.marklabels != none"] },
      Networks: [{ Target: "marknetworks-overlay", Aliases: ["marknames-task"] }],
      LogDriver: { Name: "json-file", Options: { tag: marks.settings } },
    },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { Parallelism: 1, Delay: 0, FailureAction: "pause" },
    EndpointSpec: {
      Mode: "vip",
      Ports: [{ Protocol: "tcp", TargetPort: 7071, PublishedPort: 37_071, PublishMode: "ingress" }],
    },
  };
}

/** Starts such an engine for this block alone; look at it inside the tests only. */
export function useRichEngine(): () => RichEngine {
  let engine: Engine | undefined;
  let rich: RichEngine | undefined;
  beforeAll(async () => {
    engine = await startEngine();
    rich = await furnish(engine);
  });
  afterAll(() => engine?.stop());
  return () => {
    if (rich === undefined) throw new Error("the engine is there only while tests run");
    return rich;
  };
}

async function furnish(engine: Engine): Promise<RichEngine> {
  const version = `/v${engine.apiVersion}`;
  const request = async (method: string, path: string, body?: object): Promise<string> => {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const answer = await send({ socketPath: engine.socketPath }, method, `${version}${path}`, content);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text;
  };
  const make = async (path: string, body: object): Promise<string> => {
    const made: Record<string, string | undefined> = JSON.parse(await request("POST", path, body));
    return made["Id"] ?? made["ID"] ?? made["Name"] ?? "";
  };
  const since = Math.floor(Date.now() / 1000) - 1;

  await request("POST", "/swarm/init", { ListenAddr: "127.0.0.1:2377", AdvertiseAddr: "127.0.0.1" });
  await buildImage(request, make);
  const network = await make("/networks/create", {
    Name: NETWORK,
    Labels: markedLabels,
    Options: { "com.docker.network.bridge.name": "br-marked" },
    IPAM: { Config: [{ Subnet: "10.77.0.0/24", Gateway: "10.77.0.1" }] },
  });
  await make("/networks/create", { Name: "marknetworks-overlay", Driver: "overlay", Attachable: true });
  await make("/volumes/create", { Name: "kept-volume", Labels: markedLabels });
  await make("/volumes/create", {
    Name: "kept-options",
    Driver: "local",
    DriverOpts: { type: "nfs", device: ":/markmounts", o: `addr=${addresses}.example` },
  });
  const secret = await make("/secrets/create", {
    Name: "marknames-secret",
    Labels: markedLabels,
    Data: data,
  });
  const config = await make("/configs/create", {
    Name: "marknames-config",
    Labels: markedLabels,
    Data: data,
  });
  const container = await make(`/containers/create?name=${CONTAINER}`, containerBody);
  await request("POST", `/containers/${container}/start`);
  const exec = await make(`/containers/${container}/exec`, {
    Cmd: ["sh", "-c", `sleep 600 # ${command}`],
    Env: [`MARK=${env}`],
    AttachStdout: true,
  });
  await request("POST", `/exec/${exec}/start`, { Detach: true });
  const write = `head -c $((${FILE_SIZE - 1} + 1)) /dev/zero > /kept/file; exit ${EXIT_CODE}`;
  const ended = await make("/containers/create?name=marknames-ended", {
    Image: "busybox:test",
    Cmd: ["sh", "-c", write],
    HostConfig: { Binds: ["kept-volume:/kept"] },
  });
  await request("POST", `/containers/${ended}/start`);
  const broken = await make("/containers/create?name=marknames-broken", {
    Image: "busybox:test",
    Cmd: [`/${command}-missing`],
  });
  const joined = await make("/containers/create?name=marknames-joined", {
    Image: "busybox:test",
    HostConfig: {
      NetworkMode: `container:${CONTAINER}`,
      PidMode: `container:${CONTAINER}`,
      VolumesFrom: ["marknames-ended"],
    },
  });
  const service = await make("/services/create", serviceBody(secret, config));
  const ask = (path: string): Promise<string> => request("GET", path);
  const idOf = async (path: string): Promise<string> => {
    const { Id = "" }: { Id?: string } = JSON.parse(await ask(path));
    return Id;
  };
  await request("POST", `/containers/${ended}/wait`);
  await eventually("the container is healthy and the task runs", async () => {
    const inspected = await ask(`/containers/${container}/json`);
    return inspected.includes('"Status":"healthy"') && (await ask("/tasks")).includes('"State":"running"');
  });
  const [{ ID: task = "" } = {}]: { ID?: string }[] = JSON.parse(await ask("/tasks"));
  const [{ ID: node = "" } = {}]: { ID?: string }[] = JSON.parse(await ask("/nodes"));
  const until = Math.floor(Date.now() / 1000);
  const image = encodeURIComponent(IMAGE).replaceAll("%2F", "/").replaceAll("%3A", ":");
  const questions: readonly Question[] = [
    { operation: "ContainerList", path: "/containers/json?all=1&size=1" },
    { operation: "ContainerInspect", path: `/containers/${container}/json?size=1` },
    { operation: "ContainerTop", path: `/containers/${container}/top` },
    { operation: "ContainerChanges", path: `/containers/${container}/changes` },
    { operation: "ContainerStats", path: `/containers/${container}/stats?stream=0&one-shot=1` },
    { operation: "ContainerInspect", path: `/containers/${ended}/json` },
    { operation: "ContainerInspect", path: `/containers/${joined}/json` },
    { operation: "ContainerChanges", path: `/containers/${broken}/changes` },
    { operation: "ExecInspect", path: `/exec/${exec}/json` },
    { operation: "ImageList", path: "/images/json?all=1&shared-size=1&manifests=1" },
    { operation: "ImageList", path: "/images/json?digests=1&identity=1" },
    { operation: "ImageInspect", path: `/images/${image}/json?manifests=1` },
    { operation: "ImageHistory", path: `/images/${image}/history` },
    { operation: "NetworkList", path: "/networks" },
    { operation: "NetworkInspect", path: `/networks/${NETWORK}?verbose=1` },
    { operation: "NetworkInspect", path: "/networks/marknetworks-overlay?verbose=1" },
    { operation: "VolumeList", path: "/volumes" },
    { operation: "VolumeInspect", path: "/volumes/kept-volume" },
    { operation: "VolumeInspect", path: "/volumes/kept-options" },
    { operation: "SystemInfo", path: "/info" },
    { operation: "SystemVersion", path: "/version" },
    { operation: "SystemDataUsage", path: "/system/df" },
    { operation: "SystemDataUsage", path: "/system/df?verbose=1" },
    { operation: "SystemDataUsage", path: "/system/df?type=container&type=volume" },
    { operation: "SystemEvents", path: `/events?since=${since}&until=${until}` },
    { operation: "SwarmInspect", path: "/swarm" },
    { operation: "NodeList", path: "/nodes" },
    { operation: "NodeInspect", path: `/nodes/${node}` },
    { operation: "ServiceList", path: "/services?status=1" },
    { operation: "ServiceInspect", path: `/services/${service}?insertDefaults=1` },
    { operation: "TaskList", path: "/tasks" },
    { operation: "TaskInspect", path: `/tasks/${task}` },
    { operation: "SecretList", path: "/secrets" },
    { operation: "SecretInspect", path: `/secrets/${secret}` },
    { operation: "ConfigList", path: "/configs" },
    { operation: "ConfigInspect", path: `/configs/${config}` },
    { operation: "PluginList", path: "/plugins" },
  ];
  const answers: Answered[] = [];
  const versions = OLD_VERSIONS.filter((old) => old < version);
  // One after the other: an engine looks at its disk once at a time.
  for (const question of questions) {
    answers.push({ ...question, path: `${version}${question.path}`, text: await ask(question.path) });
    for (const old of versions) {
      const path = `${old}${question.path}`;
      const answer = await send({ socketPath: engine.socketPath }, "GET", path);
      // It has no configs, and other things as well are newer.
      if (answer.status === 200) answers.push({ ...question, path, text: answer.text });
    }
  }
  const mistakes: readonly Mistake[] = [
    { method: "DELETE", path: `/networks/${network}` },
    { method: "POST", path: `/networks/${network}/connect`, body: { Container: container } },
    { method: "DELETE", path: "/volumes/kept-volume" },
    { method: "DELETE", path: `/images/${await idOf(`/images/${image}/json`)}` },
    { method: "DELETE", path: `/secrets/${secret}` },
    { method: "DELETE", path: `/configs/${config}` },
    { method: "POST", path: `/containers/${broken}/start` },
    { method: "GET", path: `/containers/${ended}/top` },
    { method: "GET", path: `/containers/${container}/top?ps_args=-o%20args` },
    { method: "GET", path: `/containers/${container}/top?ps_args=-o%20pid,args%20--no-headers` },
    { method: "POST", path: `/containers/${ended}/exec`, body: { Cmd: ["true"] } },
    { method: "POST", path: `/containers/${ended}/rename?name=${CONTAINER}` },
    { method: "POST", path: `/containers/create?name=${CONTAINER}`, body: { Image: "busybox:test" } },
    { method: "GET", path: "/containers/none/json" },
  ];
  return { engine, container, service, answers, mistakes, engineMarks: await marksOf(ask, container, ended) };
}

/** Values that stand nowhere else, as the engine says them itself. */
async function marksOf(
  ask: (path: string) => Promise<string>,
  container: string,
  ended: string,
): Promise<RichEngine["engineMarks"]> {
  interface Inspected {
    readonly Created: string;
    readonly State: { readonly StartedAt: string };
  }
  const running: Inspected = JSON.parse(await ask(`/containers/${container}/json`));
  const exited: Inspected = JSON.parse(await ask(`/containers/${ended}/json`));
  const times = [running, exited].flatMap(({ Created, State }) => [Created, State.StartedAt]);
  const info: Readonly<Record<"KernelVersion" | "OperatingSystem" | "ID" | "DockerRootDir", string>> =
    JSON.parse(await ask("/info"));
  const { KernelVersion, OperatingSystem, ID, DockerRootDir } = info;
  return {
    state: [...times, `Exited (${EXIT_CODE})`, `"ExitCode":${EXIT_CODE}`, `"exitCode":"${EXIT_CODE}"`],
    usage: [String(FILE_SIZE)],
    resources: [String(MEMORY), String(NANO_CPUS)],
    host: [KernelVersion, OperatingSystem, ID, `${DockerRootDir}/containers/`],
  };
}

/** An image with marks in all that an image has, by a commit that changes everything. */
async function buildImage(
  request: (method: string, path: string, body?: object) => Promise<string>,
  make: (path: string, body: object) => Promise<string>,
): Promise<void> {
  const base = await make("/containers/create", {
    Image: "busybox:test",
    Cmd: ["sh", "-c", `true # ${command}`],
  });
  const changes = [
    `ENV MARK=${env}`,
    `LABEL marklabels=${labels}`,
    `VOLUME /${mounts}-image`,
    `ONBUILD ENV MARK=${env}`,
    `HEALTHCHECK CMD true # ${command}`,
  ].map((change) => `changes=${encodeURIComponent(change)}`);
  await request(
    "POST",
    `/commit?container=${base}&repo=markimage/built&tag=1&comment=${marks.settings}&${changes.join("&")}`,
    {},
  );
  await request("DELETE", `/containers/${base}`);
}
