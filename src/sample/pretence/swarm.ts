import { EngineError } from "../call.ts";
import type { Description } from "../descriptions.ts";
import { created, filtered, nothing, readMembers, recordOf, type Route, textOf } from "./answers.ts";
import { labelsOf, Shelf, type Thing } from "./shelf.ts";
import { identifyInSwarm } from "./swarm-id.ts";

const madeAt = "2025-01-01T00:00:00Z";
const times = { CreatedAt: madeAt, UpdatedAt: madeAt } as const;
const node = identifyInSwarm("node");
const swarm = identifyInSwarm("swarm");
const spec = {
  Name: "default",
  Labels: {},
  Orchestration: {},
  Raft: {},
  Dispatcher: {},
  CAConfig: {},
} as const;
/** A token of the right form, which opens nothing. */
const token = `SWMTKN-1-${"0".repeat(50)}-${"0".repeat(25)}`;

/** What `GET /info` says of the swarm: the engine is its only node, and manages it. */
export const swarmInfo: Description = {
  NodeID: node,
  NodeAddr: "127.0.0.1",
  LocalNodeState: "active",
  ControlAvailable: true,
  Error: "",
  RemoteManagers: [{ NodeID: node, Addr: "127.0.0.1:2377" }],
  Nodes: 1,
  Managers: 1,
  Cluster: { ID: swarm, Version: { Index: 1 }, Spec: spec, CreatedAt: madeAt, UpdatedAt: madeAt },
};

/** Something that a swarm keeps: services, secrets and configurations have the same form. */
interface Kept extends Thing {
  readonly index: number;
  readonly spec: Description;
  /** What it was before its last change. */
  readonly previous: Description | undefined;
}

/** A swarm of one node, on which every task runs as soon as its service is there. */
export class PretendedSwarm {
  readonly #services: Shelf<Kept> = new Shelf();
  readonly #secrets: Shelf<Kept> = new Shelf();
  readonly #configs: Shelf<Kept> = new Shelf();

  readonly routes: readonly Route[] = [
    [
      /^GET \/swarm$/u,
      () => ({ ...recordOf(swarmInfo["Cluster"]), JoinTokens: { Worker: token, Manager: token } }),
    ],
    [/^GET \/swarm\/unlockkey$/u, () => ({ UnlockKey: "" })],
    [/^POST \/swarm\/init$/u, () => JSON.stringify(node)],
    [/^POST \/swarm\/[a-z]+$/u, () => ""],
    [/^GET \/nodes$/u, () => [describeNode()]],
    [/^GET \/nodes\/[^/]+$/u, () => describeNode()],
    [/^POST \/nodes\/[^/]+\/update$/u, () => ""],
    [/^DELETE \/nodes\//u, nothing],
    [/^GET \/tasks$/u, ({ query }) => this.#listTasks(query)],
    [/^GET \/(?:tasks|services)\/[^/]+\/logs$/u, () => ""],
    ...routesOf("services", this.#services, services),
    ...routesOf("secrets", this.#secrets, files),
    ...routesOf("configs", this.#configs, files),
  ];

  #listTasks(query: URLSearchParams): readonly Description[] {
    const wanted = filtered(query, "service");
    const services = this.#services.listed(new URLSearchParams());
    return services
      .filter(({ id, name }) => wanted.length === 0 || wanted.includes(id) || wanted.includes(name))
      .flatMap((service) => describeTasks(service));
  }
}

/** What is different from kind to kind. */
interface Kind {
  /** Whether all of a name are there, or only those that somebody listed by it. */
  readonly areThere: boolean;
  /** What is kept of what a client says. */
  readonly complete: (settings: Description) => Description;
  /** What the engine says beside that. */
  readonly describe: (kept: Kept) => Description;
}

const services: Kind = {
  areThere: true,
  complete: ({ Mode: given, ...others }) => {
    const mode = recordOf(given);
    const isOfTasks = Object.keys(mode).every((key) => key === "Replicated");
    const replicated = { Replicated: { Replicas: 1, ...recordOf(mode["Replicated"]) } };
    return { TaskTemplate: { ContainerSpec: {} }, ...others, Mode: isOfTasks ? replicated : mode };
  },
  describe: (kept) => ({
    Endpoint: {},
    ...(isJob(kept) ? { JobStatus: { JobIteration: { Index: 0 } } } : {}),
    ServiceStatus: { RunningTasks: replicasOf(kept), DesiredTasks: replicasOf(kept), CompletedTasks: 0 },
  }),
};

/** Secrets and configurations, of which the content is not kept. */
const files: Kind = {
  areThere: false,
  complete: ({ Data: _data, ...others }) => others,
  describe: () => ({}),
};

function routesOf(name: string, shelf: Shelf<Kept>, kind: Kind): readonly Route[] {
  const keep = (settings: Description, before?: Kept): Kept => {
    const called = textOf(settings["Name"]);
    const thing = {
      id: before?.id ?? identifyInSwarm(`${name} ${called} ${shelf.size}`),
      name: called,
      labels: labelsOf(settings),
      spec: kind.complete(settings),
      index: (before?.index ?? 0) + 1,
      previous: before?.spec,
    };
    shelf.keep(thing);
    return thing;
  };
  const find = (word: string): Kept => {
    const thing = shelf.find(word) ?? (kind.areThere ? keep({ Name: word }) : undefined);
    if (thing === undefined) throw new EngineError(404, `${name.slice(0, -1)} ${word} not found`);
    return thing;
  };
  const describe = (thing: Kept): Description => ({ ...described(thing), ...kind.describe(thing) });
  const path = (method: string, rest: string): RegExp => new RegExp(`^${method} /${name}${rest}$`, "u");
  return [
    [
      path("GET", ""),
      ({ query }) => {
        const wanted = kind.areThere ? [] : filtered(query, "name");
        for (const word of wanted) if (shelf.find(word) === undefined) keep({ Name: word });
        return shelf.listed(query).map((thing) => describe(thing));
      },
    ],
    [path("POST", "/create"), async (call) => created(call, keep(await readMembers(call)).id)],
    [path("GET", "/(?<name>[^/]+)"), (call) => describe(find(call.name))],
    [
      path("POST", "/(?<name>[^/]+)/update"),
      async (call) => {
        keep(await readMembers(call), find(call.name));
        return { Warnings: [] };
      },
    ],
    [
      path("DELETE", "/(?<name>[^/]+)"),
      (call) => {
        shelf.remove(call.name);
        return nothing(call);
      },
    ],
  ];
}

function described({ id, index, spec: settings, previous }: Kept): Description {
  return {
    ID: id,
    Version: { Index: index },
    ...times,
    Spec: settings,
    ...(previous === undefined ? {} : { PreviousSpec: previous }),
  };
}

function describeNode(): Description {
  return {
    ID: node,
    Version: { Index: 1 },
    ...times,
    Spec: {
      Role: "manager",
      Availability: "active",
      Labels: {},
    },
    Description: {
      Hostname: "pretended",
      Platform: {
        OS: "linux",
        Architecture: "x86_64",
      },
      Engine: {},
      Resources: {},
    },
    Status: {
      State: "ready",
      Addr: "127.0.0.1",
    },
    ManagerStatus: {
      Leader: true,
      Reachability: "reachable",
      Addr: "127.0.0.1:2377",
    },
  };
}

/** A global service has a task on each node, and here there is one. */
function replicasOf({ spec: settings }: Kept): number {
  const { Replicated: replicated, ReplicatedJob: job } = recordOf(settings["Mode"]);
  const { Replicas: replicas, TotalCompletions: completions } = { ...recordOf(replicated), ...recordOf(job) };
  return Number(replicas ?? completions ?? 1);
}

/** What a job does has an end. */
function isJob({ spec: settings }: Kept): boolean {
  return Object.keys(recordOf(settings["Mode"])).some((mode) => mode.endsWith("Job"));
}

function describeTasks(service: Kept): readonly Description[] {
  const { id, index, spec: settings } = service;
  const state = isJob(service) ? "complete" : "running";
  return Array.from({ length: replicasOf(service) }, (_, slot) => ({
    ID: identifyInSwarm(`task ${id} ${slot} ${index}`),
    Version: { Index: index },
    ...times,
    ServiceID: id,
    NodeID: node,
    Slot: slot + 1,
    Spec: settings["TaskTemplate"] ?? {},
    Status: { Timestamp: madeAt, State: state, Message: "started", ContainerStatus: { ContainerID: "" } },
    DesiredState: state,
    JobIteration: { Index: 0 },
  }));
}
