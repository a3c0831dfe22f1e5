import { type Call, EngineError } from "./call.ts";
import { identify, networks } from "./catalogue.ts";
import {
  describeInfo,
  describeNetwork,
  describeVersion,
  type Description,
  identifyImage,
} from "./descriptions.ts";
import type { Answerer } from "./engine.ts";

/** A newer engine than the sample: clients leave out what an older one would not understand. */
const release = { engine: "28.3.0", api: "1.51" } as const;
/** Far more than a client sends to make something; a build's files are not kept. */
const longestBody = 8 * 1024 * 1024;
const rawStream = "application/vnd.docker.raw-stream";

/** What was made: a container, a network or a volume, by its name. */
interface Made {
  readonly id: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, unknown>;
  /** What the engine says of it. */
  readonly description: Description;
}

/** The call, with the path without its version, and what its pattern found there. */
interface Asked extends Omit<Call, "query" | "name" | "verb"> {
  readonly query: URLSearchParams;
  readonly name: string;
}

type Handler = (asked: Asked) => unknown;

/**
 * Answers as an engine would on which all goes well: every container and image that is named is there, whatever is made
 * or started is done, and every command ends at once with 0. Nothing happens, so that a client shows what it asks for.
 * It lets nobody log in: a client would keep the password.
 */
export function openPretence(): Answerer {
  const containers = new Map<string, Made>();
  const madeNetworks = new Map<string, Made>();
  const volumes = new Map<string, Made>();
  const routes: readonly (readonly [RegExp, Handler])[] = [
    [/^(?:GET|HEAD) \/_ping$/u, () => "OK"],
    [/^GET \/version$/u, () => ({ ...describeVersion(), Version: release.engine, ApiVersion: release.api })],
    [/^GET \/info$/u, ({ world }) => ({ ...describeInfo(world), ServerVersion: release.engine })],
    [/^GET \/events$/u, () => ""],
    [/^GET \/containers\/json$/u, (asked) => listed(containers, asked)],
    [/^POST \/containers\/create$/u, async (asked) => makeContainer(containers, asked)],
    [/^GET \/containers\/(?<name>[^/]+)\/json$/u, ({ name }) => inspectContainer(containers, name)],
    [/^GET \/containers\/[^/]+\/logs$/u, () => ""],
    [/^POST \/containers\/[^/]+\/wait$/u, () => ({ StatusCode: 0 })],
    [/^POST \/containers\/(?<name>[^/]+)\/exec$/u, ({ name, response }) => created(response, identify(name))],
    [/^GET \/exec\/(?<name>[^/]+)\/json$/u, ({ name }) => ({ ID: name, Running: false, ExitCode: 0 })],
    [/^POST \/(?:containers\/[^/]+\/attach|exec\/[^/]+\/start)$/u, endStream],
    [/^POST \/containers\/[^/]+\/[a-z]+$/u, nothing],
    [/^HEAD \/containers\/[^/]+\/archive$/u, describeFolder],
    [/^PUT \/containers\/[^/]+\/archive$/u, nothing],
    [/^GET \/images\/json$/u, () => []],
    [/^GET \/images\/(?<name>.+)\/json$/u, ({ name }) => describeAnyImage(name)],
    [/^POST \/images\/create$/u, () => progress({ status: "Pull complete" })],
    [/^POST \/images\/.+\/push$/u, () => progress({ status: "Pushed" })],
    [/^POST \/images\/.+\/tag$/u, ({ response }) => void response.writeHead(201).end()],
    [/^POST \/images\/load$/u, () => progress({ stream: "Loaded image\n" })],
    [/^POST \/build$/u, () => progress({ aux: { ID: identifyImage("built") } }, builtLine)],
    [
      /^GET \/networks$/u,
      (asked) => [...networks.slice(0, 3).map(describeNetwork), ...listed(madeNetworks, asked)],
    ],
    [/^POST \/networks\/create$/u, async (asked) => makeNetwork(madeNetworks, asked)],
    [/^GET \/networks\/(?<name>[^/]+)$/u, ({ name }) => inspectNetwork(madeNetworks, name)],
    [/^POST \/networks\/[^/]+\/(?:dis)?connect$/u, () => ""],
    [/^GET \/volumes$/u, (asked) => ({ Volumes: listed(volumes, asked), Warnings: null })],
    [/^POST \/volumes\/create$/u, async (asked) => makeVolume(volumes, asked)],
    [/^GET \/volumes\/(?<name>[^/]+)$/u, ({ name }) => found(volumes, name, `get ${name}: no such volume`)],
    [/^POST \/(?:services|secrets|configs)\/create$/u, ({ response }) => created(response, identify("made"))],
    [/^GET \/(?:secrets|configs)$/u, listAnyNamed],
    [/^DELETE \//u, nothing],
  ];
  return (call) => {
    const { method = "", url = "" } = call.request;
    const [target = "", query] = url.split("?", 2);
    const path = decodeURIComponent(target.replace(/^\/v1\.[0-9]+(?=\/)/u, ""));
    call.response.setHeader("api-version", release.api);
    for (const [pattern, handle] of routes) {
      const match = pattern.exec(`${method} ${path}`);
      if (match !== null) {
        const name = match.groups?.["name"] ?? "";
        return handle({ ...call, query: new URLSearchParams(query), name });
      }
    }
    throw new EngineError(404, "the engine of `quaygate powers` only pretends, and not this");
  };
}

async function makeContainer(containers: Map<string, Made>, asked: Asked): Promise<Description> {
  const { HostConfig: hostConfig = {}, ...config } = await readMembers(asked);
  const id = identify(`container ${containers.size}`);
  const name = asked.query.get("name") ?? `pretended_${containers.size}`;
  const description = describeContainer(id, name, config, hostConfig);
  containers.set(name, { id, name, labels: membersOf(config["Labels"]), description });
  asked.response.statusCode = 201;
  return { Id: id, Warnings: [] };
}

function inspectContainer(containers: ReadonlyMap<string, Made>, name: string): Description {
  return find(containers, name)?.description ?? describeContainer(identify(name), name, {}, {});
}

/** Fit for the list of containers as well as for an inspection. */
function describeContainer(id: string, name: string, config: Description, hostConfig: unknown): Description {
  return {
    Id: id,
    Name: `/${name}`,
    Names: [`/${name}`],
    Created: "2025-01-01T00:00:00Z",
    Path: "",
    Args: [],
    Image: identifyImage(String(config["Image"])),
    Labels: config["Labels"] ?? {},
    State: { Status: "running", Running: true, Paused: false, ExitCode: 0 },
    Config: config,
    HostConfig: hostConfig,
    NetworkSettings: { Ports: {}, Networks: {} },
    Mounts: [],
  };
}

function describeAnyImage(name: string): Description {
  const common = {
    Id: identifyImage(name),
    RepoTags: [name],
    RepoDigests: [],
    Created: "2025-01-01T00:00:00Z",
  };
  return { ...common, Size: 0, Os: "linux", Architecture: "amd64", Config: {}, RootFS: { Type: "layers" } };
}

async function makeNetwork(made: Map<string, Made>, asked: Asked): Promise<Description> {
  const settings = await readMembers(asked);
  const name = String(settings["Name"]);
  const id = identify(`network ${name}`);
  const description = { Driver: "bridge", Scope: "local", Containers: {}, ...settings, Id: id };
  made.set(name, { id, name, labels: membersOf(settings["Labels"]), description });
  asked.response.statusCode = 201;
  return { Id: id, Warning: "" };
}

function inspectNetwork(made: ReadonlyMap<string, Made>, name: string): Description {
  const builtIn = networks.slice(0, 3).find((network) => network.name === name);
  return builtIn === undefined ? found(made, name, `network ${name} not found`) : describeNetwork(builtIn);
}

async function makeVolume(volumes: Map<string, Made>, asked: Asked): Promise<Description> {
  const settings = await readMembers(asked);
  const given = settings["Name"];
  const name = typeof given === "string" && given !== "" ? given : identify(`volume ${volumes.size}`);
  const { Driver: driver = "local", DriverOpts: options = null, Labels: labels = {} } = settings;
  const description = {
    Name: name,
    Driver: driver,
    Options: options,
    Labels: labels,
    Mountpoint: "",
    Scope: "local",
  };
  volumes.set(name, { id: name, name, labels: membersOf(labels), description });
  asked.response.statusCode = 201;
  return description;
}

function find(made: ReadonlyMap<string, Made>, name: string): Made | undefined {
  return made.get(name) ?? [...made.values()].find(({ id }) => id === name);
}

function found(made: ReadonlyMap<string, Made>, name: string, otherwise: string): Description {
  const thing = find(made, name);
  if (thing === undefined) throw new EngineError(404, otherwise);
  return thing.description;
}

/** What was made, narrowed by the filters that clients find their own things by: labels and names. */
function listed(made: ReadonlyMap<string, Made>, { query }: Asked): readonly Description[] {
  const wanted = (key: string): readonly string[] => filtered(query, key);
  return [...made.values()]
    .filter(({ name, labels }) => {
      const names = wanted("name");
      return (
        (names.length === 0 || names.some((part) => name.includes(part.replaceAll(/[\^$/]/gu, "")))) &&
        wanted("label").every((label) => {
          const [key = "", ...value] = label.split("=");
          return labels.has(key) && (value.length === 0 || labels.get(key) === value.join("="));
        })
      );
    })
    .map(({ description }) => description);
}

/** Secrets and configs are there as soon as somebody asks for them by name. */
function listAnyNamed({ query }: Asked): readonly Description[] {
  return filtered(query, "name").map((name) => ({ ID: identify(name), Spec: { Name: name } }));
}

/** The values of one filter, in either of its spellings. */
function filtered(query: URLSearchParams, key: string): readonly string[] {
  const filters: unknown = JSON.parse(query.get("filters") || "{}");
  const values = membersOf(filters).get(key);
  return Array.isArray(values) ? values.map(String) : [...membersOf(values).keys()];
}

/** A command that says nothing and has ended: through a tunnel where the client asked to upgrade. */
function endStream({ response, tunnel }: Asked): undefined {
  if (tunnel === undefined) {
    response.writeHead(200, { "content-type": rawStream }).end();
    return undefined;
  }
  response.detachSocket(tunnel);
  tunnel
    .resume()
    .end(
      `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${rawStream}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
    );
  return undefined;
}

const builtLine = { stream: "Successfully built 000000000000\n" } as const;

function progress(...lines: readonly Description[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function created(response: Asked["response"], id: string): Description {
  response.statusCode = 201;
  return { Id: id, ID: id };
}

/** Every path in a container is a folder, into which anything can be put; so Go writes its mode. */
function describeFolder({ response, query }: Asked): undefined {
  const stat = { name: query.get("path"), size: 4096, mode: 0x80_00_01_ed, mtime: "2025-01-01T00:00:00Z" };
  const field = Buffer.from(JSON.stringify(stat)).toString("base64");
  response.writeHead(200, { "X-Docker-Container-Path-Stat": field }).end();
  return undefined;
}

function nothing({ request, response }: Asked): undefined {
  request.resume();
  response.writeHead(204).end();
  return undefined;
}

async function readMembers({ request }: Asked): Promise<Description> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > longestBody) throw new EngineError(413, "the body is too long");
  }
  return Object.fromEntries(membersOf(JSON.parse(text || "{}")));
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
