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
    ...routesOf("services", this.#services, (name) => ({ Name: name, TaskTemplate: { ContainerSpec: {} } })),
    ...routesOf("secrets", this.#secrets, undefined),
    ...routesOf("configs", this.#configs, undefined),
  ];

  #listTasks(query: URLSearchParams): readonly Description[] {
    const wanted = filtered(query, "service");
    const services = this.#services.listed(new URLSearchParams());
    return services
      .filter(({ id, name }) => wanted.length === 0 || wanted.includes(id) || wanted.includes(name))
      .flatMap((service) => describeTasks(service));
  }
}

/** The routes of one kind. What was not made is there where `assumed` says what it is; else when somebody asks for it by name. */
function routesOf(
  kind: string,
  shelf: Shelf<Kept>,
  assumed: ((name: string) => Description) | undefined,
): readonly Route[] {
  const find = (word: string): Kept | undefined =>
    shelf.find(word) ?? (assumed === undefined ? undefined : keep(kind, shelf, assumed(word)));
  const path = (rest: string, method: string): RegExp => new RegExp(`^${method} /${kind}${rest}$`, "u");
  return [
    [
      path("", "GET"),
      ({ query }) => {
        // Secrets and configurations are there as soon as somebody asks for them by name.
        if (assumed === undefined) {
          for (const name of filtered(query, "name")) {
            if (shelf.find(name) === undefined) keep(kind, shelf, { Name: name });
          }
        }
        return shelf.listed(query).map((thing) => described(thing));
      },
    ],
    [path("/create", "POST"), async (call) => created(call, keep(kind, shelf, await readMembers(call)).id)],
    [
      path("/(?<name>[^/]+)", "GET"),
      ({ name }) => {
        const thing = find(name);
        if (thing === undefined) throw new EngineError(404, `${kind.slice(0, -1)} ${name} not found`);
        return described(thing);
      },
    ],
    [
      path("/(?<name>[^/]+)/update", "POST"),
      async (call) => {
        const thing = find(call.name);
        if (thing !== undefined) keep(kind, shelf, await readMembers(call), thing);
        return { Warnings: [] };
      },
    ],
    [
      path("/(?<name>[^/]+)", "DELETE"),
      (call) => {
        shelf.remove(call.name);
        return nothing(call);
      },
    ],
  ];
}

function keep(kind: string, shelf: Shelf<Kept>, settings: Description, before?: Kept): Kept {
  const name = textOf(settings["Name"]);
  const id = before?.id ?? identifyInSwarm(`${kind} ${name} ${shelf.size}`);
  // What is secret is not kept.
  const { Data: _data, ...kept } = settings;
  const thing = {
    id,
    name,
    labels: labelsOf(settings),
    spec: kept,
    index: (before?.index ?? 0) + 1,
    previous: before?.spec,
  };
  shelf.keep(thing);
  return thing;
}

function described({ id, index, spec: settings, previous }: Kept): Description {
  return {
    ID: id,
    Version: { Index: index },
    ...times,
    Spec: settings,
    Endpoint: {},
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

function describeTasks({ id, index, spec: settings }: Kept): readonly Description[] {
  const { Replicated: replicated } = recordOf(settings["Mode"]);
  const { Replicas: replicas = 1 } = recordOf(replicated);
  return Array.from({ length: Number(replicas) }, (_, slot) => ({
    ID: identifyInSwarm(`task ${id} ${slot} ${index}`),
    Version: { Index: index },
    ...times,
    ServiceID: id,
    NodeID: node,
    Slot: slot + 1,
    Spec: settings["TaskTemplate"] ?? {},
    Status: { Timestamp: madeAt, State: "running", Message: "started", ContainerStatus: { ContainerID: "" } },
    DesiredState: "running",
  }));
}
