import { type Call, EngineError } from "../call.ts";
import { identify } from "../catalogue.ts";
import type { Description } from "../descriptions.ts";
import {
  created,
  endStream,
  filtered,
  nothing,
  readMembers,
  recordOf,
  type Route,
  sendArchive,
  textOf,
  textsOf,
} from "./answers.ts";
import type { PretendedEvents } from "./events.ts";
import { wholeHostConfig } from "./host-config.ts";
import type { PretendedImages } from "./images.ts";
import { mountsOf } from "./mounts.ts";
import type { PretendedNetworks } from "./networks.ts";
import { inspectedPorts, listedPorts } from "./ports.ts";
import { labelsOf, Shelf, type Thing } from "./shelf.ts";
import type { PretendedVolumes } from "./volumes.ts";

type Status = "created" | "running" | "paused" | "exited";

/** A container: one that was made, or one that a client took to be there. */
interface Container extends Thing {
  readonly status: Status;
  readonly imageId: string;
  readonly config: Description;
  readonly hostConfig: Description;
  /** By the names of its networks. */
  readonly networks: Description;
}

/** What there has to be for containers. */
interface ContainersNeed {
  readonly images: PretendedImages;
  readonly networks: PretendedNetworks;
  readonly volumes: PretendedVolumes;
  readonly events: PretendedEvents;
}

/** What a client chooses of a container. */
type Settings = Pick<Container, "config" | "hostConfig" | "networks">;

const madeAt = "2025-01-01T00:00:00Z";
const shortIdLength = 12;
/** How long a command that somebody waits for takes: clients begin to listen while they start it. */
const untilEnd = 1000;
/** Whoever looks for one of these makes it if it is not there, and is to show how: the builders of docker buildx. */
const notAssumed = /^buildx_buildkit_/u;

/** Where each verb leads. */
const statusAfter: ReadonlyMap<string, Status> = new Map([
  ["start", "running"],
  ["restart", "running"],
  ["unpause", "running"],
  ["pause", "paused"],
  ["stop", "exited"],
  ["kill", "exited"],
]);

/**
 * Containers of whom nothing runs. Each that somebody names is there, until it is deleted; listed are those that were made and
 * those that were there already.
 */
export class PretendedContainers {
  readonly #made: Shelf<Container> = new Shelf();
  readonly #deleted: Set<string> = new Set();
  /** Somebody is attached to these, and they have not been started. */
  readonly #attended: Set<string> = new Set();
  readonly #images: PretendedImages;
  readonly #networks: PretendedNetworks;
  readonly #volumes: PretendedVolumes;
  readonly #events: PretendedEvents;
  readonly #onRecreation: (name: string) => void;

  /** Tells of each container that is made under the name of one that was deleted. */
  constructor({ images, networks, volumes, events }: ContainersNeed, onRecreation: (name: string) => void) {
    this.#images = images;
    this.#networks = networks;
    this.#volumes = volumes;
    this.#events = events;
    this.#onRecreation = onRecreation;
  }

  readonly routes: readonly Route[] = [
    [/^GET \/containers\/json$/u, ({ query }) => this.#list(query)],
    [/^POST \/containers\/create$/u, (call) => this.#create(call)],
    [/^POST \/containers\/prune$/u, () => ({ ContainersDeleted: null, SpaceReclaimed: 0 })],
    [/^GET \/containers\/(?<name>[^/]+)\/json$/u, ({ name }) => inspected(this.#find(name))],
    [/^GET \/containers\/[^/]+\/logs$/u, () => ""],
    [/^GET \/containers\/[^/]+\/top$/u, () => ({ Titles: ["PID", "CMD"], Processes: [] })],
    [/^GET \/containers\/(?<name>[^/]+)\/stats$/u, ({ name }) => describeStats(this.#find(name))],
    [/^GET \/containers\/[^/]+\/(?:changes|checkpoints)$/u, () => []],
    [/^GET \/containers\/[^/]+\/export$/u, (call) => sendArchive(call)],
    [/^(?:GET|HEAD) \/containers\/[^/]+\/archive$/u, sendFolder],
    [/^PUT \/containers\/[^/]+\/archive$/u, nothing],
    [/^POST \/containers\/[^/]+\/wait$/u, () => ({ StatusCode: 0 })],
    [/^POST \/containers\/(?<name>[^/]+)\/exec$/u, (call) => created(call, identify(call.name))],
    [/^GET \/exec\/(?<name>[^/]+)\/json$/u, ({ name }) => ({ ID: name, Running: false, ExitCode: 0 })],
    [/^POST \/containers\/(?<name>[^/]+)\/attach$/u, (call) => this.#attach(call)],
    [/^POST \/exec\/[^/]+\/start$/u, endStream],
    [/^POST \/containers\/[^/]+\/update$/u, () => ({ Warnings: [] })],
    [/^POST \/containers\/(?<name>[^/]+)\/rename$/u, (call) => this.#rename(call)],
    [/^POST \/containers\/(?<name>[^/]+)\/(?<verb>[a-z]+)$/u, (call) => this.#change(call)],
    [/^POST \/exec\/[^/]+\/resize$/u, nothing],
    [/^POST \/networks\/(?<name>[^/]+)\/(?<verb>(?:dis)?connect)$/u, (call) => this.#connect(call)],
    [/^DELETE \/containers\/(?<name>[^/]+)$/u, (call) => this.#delete(call)],
  ];

  /** Has a container there that was made before, running. */
  putThere(name: string, settings: Settings): void {
    this.#keep(name, settings, "running");
  }

  #keep(name: string, settings: Settings, status: Status): Container {
    const { config, hostConfig } = settings;
    const id = identify(`container ${name} ${this.#made.size} ${this.#deleted.size}`);
    const image = textOf(config["Image"]);
    const container = { id, name, status, labels: labelsOf(config), imageId: this.#images.identify(image) };
    const kept = { ...container, ...settings, hostConfig: wholeHostConfig(hostConfig) };
    this.#made.keep(kept);
    for (const mount of mountsOf(id, config, hostConfig)) {
      if (mount["Type"] === "volume") this.#volumes.ensure(textOf(mount["Name"]));
    }
    return kept;
  }

  async #create(call: Call): Promise<Description> {
    const { HostConfig: hostConfig, NetworkingConfig: networking, ...config } = await readMembers(call);
    const chosen = recordOf(hostConfig);
    const name = (call.query.get("name") ?? `pretended_${this.#made.size}`).replace(/^\//u, "");
    if (this.#deleted.has(name)) this.#onRecreation(name);
    const networks = this.#networksOf(chosen, recordOf(recordOf(networking)["EndpointsConfig"]));
    return created(call, this.#keep(name, { config, hostConfig: chosen, networks }, "created").id);
  }

  #networksOf({ NetworkMode: mode }: Description, endpoints: Description): Description {
    const given = ["", "default"].includes(textOf(mode)) ? "bridge" : textOf(mode);
    const names = Object.keys(endpoints);
    const all = given.startsWith("container:") ? [] : names.length === 0 ? [given] : names;
    return Object.fromEntries(
      all.map((name) => [name, { ...recordOf(endpoints[name]), NetworkID: this.#networks.identify(name) }]),
    );
  }

  #find(word: string): Container {
    const made = this.#made.find(word);
    if (made === undefined && (this.#deleted.has(word) || notAssumed.test(word))) {
      throw new EngineError(404, `No such container: ${word}`);
    }
    return (
      made ?? this.#keep(word, { config: {}, hostConfig: {}, networks: this.#networksOf({}, {}) }, "running")
    );
  }

  #list(query: URLSearchParams): readonly Description[] {
    const statuses = filtered(query, "status");
    const isAll = !/^(?:|0|no|false|none)$/iu.test(query.get("all") ?? "");
    return this.#made
      .listed(query)
      .filter(({ status }) =>
        statuses.length === 0
          ? isAll || status === "running" || status === "paused"
          : statuses.includes(status),
      )
      .map((container) => summarized(container));
  }

  #rename({ name, query, ...call }: Call): undefined {
    const container = this.#find(name);
    this.#made.remove(container.name);
    this.#made.keep({ ...container, name: query.get("name") ?? "" });
    return nothing({ name, query, ...call });
  }

  #attach(call: Call): undefined {
    const { id, status } = this.#find(call.name);
    if (status === "created") this.#attended.add(id);
    return endStream(call);
  }

  /** Who is attached before the start waits for the end: it comes soon. Others find the container running. */
  #change(call: Call): undefined {
    const [container, status] = [this.#find(call.name), statusAfter.get(call.verb)];
    if (status !== undefined) this.#become(container, status);
    this.#announce(call.verb, container);
    if (status === "running" && this.#attended.delete(container.id)) {
      setTimeout(() => this.#end(container.id), untilEnd).unref();
    }
    return nothing(call);
  }

  #end(id: string): void {
    const container = this.#made.find(id);
    if (container === undefined || container.status === "exited") return;
    this.#become(container, "exited");
    this.#announce("die", container, { exitCode: "0" });
  }

  #become(container: Container, status: Status): void {
    this.#made.keep({ ...container, status });
  }

  #announce(action: string, { id, name, labels, config }: Container, more: Description = {}): void {
    this.#events.announce(action, id, { ...labels, name, image: textOf(config["Image"]), ...more });
  }

  async #connect(call: Call): Promise<string> {
    const { Container: word, EndpointConfig: endpoint } = await readMembers(call);
    const container = this.#find(textOf(word));
    const network = this.#networks.nameOf(call.name);
    const { [network]: _left, ...others } = container.networks;
    const joined = { [network]: { ...recordOf(endpoint), NetworkID: this.#networks.identify(network) } };
    const networks = call.verb === "connect" ? { ...others, ...joined } : others;
    this.#made.keep({ ...container, networks });
    return "";
  }

  #delete(call: Call): undefined {
    const { id, name } = this.#find(call.name);
    this.#made.remove(name);
    for (const word of [call.name, id, name]) this.#deleted.add(word);
    return nothing(call);
  }
}

function inspected(container: Container): Description {
  const { id, name, status, imageId, config, hostConfig, networks } = container;
  const hasHealth = Object.keys(recordOf(config["Healthcheck"])).length > 0;
  const [command] = [textsOf(config["Cmd"])];
  return {
    Id: id,
    Name: `/${name}`,
    Created: madeAt,
    Path: command[0] ?? "",
    Args: command.slice(1),
    Image: imageId,
    RestartCount: 0,
    State: {
      Status: status,
      Running: status === "running" || status === "paused",
      Paused: status === "paused",
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: 0,
      ExitCode: 0,
      Error: "",
      StartedAt: madeAt,
      FinishedAt: madeAt,
      ...(hasHealth ? { Health: { Status: "healthy", FailingStreak: 0, Log: [] } } : {}),
    },
    Config: { Hostname: id.slice(0, shortIdLength), Env: [], Cmd: null, Labels: {}, ...config },
    HostConfig: hostConfig,
    NetworkSettings: { Ports: inspectedPorts(hostConfig), Networks: networks },
    Mounts: mountsOf(id, config, hostConfig),
  };
}

/** In a list some fields have another form. */
function summarized(container: Container): Description {
  const { id, name, status, imageId, config, hostConfig, networks, labels } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: textOf(config["Image"]),
    ImageID: imageId,
    Command: textsOf(config["Cmd"]).join(" "),
    Created: Date.parse(madeAt) / 1000,
    Ports: listedPorts(hostConfig),
    Labels: labels,
    State: status,
    Status: status === "running" ? "Up 1 second" : status,
    HostConfig: { NetworkMode: hostConfig["NetworkMode"] },
    NetworkSettings: { Networks: networks },
    Mounts: mountsOf(id, config, hostConfig),
  };
}

function describeStats({ id, name }: Container): Description {
  const none = { cpu_stats: {}, precpu_stats: {}, memory_stats: {}, pids_stats: {}, blkio_stats: {} };
  return { id, name: `/${name}`, read: madeAt, preread: madeAt, ...none };
}

/** Every path in a container is a folder, into which anything can be put, and with nothing in it; so Go writes its mode. */
function sendFolder(call: Call): undefined {
  const path = call.query.get("path");
  const stat = { name: path, size: 4096, mode: 0x80_00_01_ed, mtime: madeAt };
  const fields = { "X-Docker-Container-Path-Stat": Buffer.from(JSON.stringify(stat)).toString("base64") };
  if (call.request.method === "GET") return sendArchive(call, fields);
  call.response.writeHead(200, fields).end();
  return undefined;
}
