import type { OperationName } from "../../../src/docker/operations.ts";
import type { GroupName } from "../../../src/policy/words/group-definitions.ts";

/** What hands out contents or gives a process to talk to: no preset opens any of it but for a reason. */
export const EXPOSING_GROUPS = [
  "containers:archive",
  "containers:export",
  "containers:attach",
  "containers:checkpoint",
  "exec",
  "images:save",
  "images:build",
  "volumes:archive",
] as const satisfies readonly GroupName[];

/** Why a preset opens an operation of them: its program can't do without. */
export const EXPOSING: Readonly<Record<string, Partial<Record<OperationName, string>>>> = {
  ofelia: {
    ContainerExec: "to run commands in containers is what it is for",
    ExecStart: "the same",
    ExecInspect: "whether a job failed is the exit code of its command",
  },
  "gitlab-runner": {
    ContainerAttach: "it types each step of a job into the job's container",
  },
  testcontainers: {
    ContainerExec: "its usual way to wait for a port is a command in the container",
    ExecStart: "the same",
    ExecInspect: "whether the port is open is the exit code of that command",
    PutContainerArchive: "modules put their start scripts and settings into the container before its start",
  },
};

/** What changes something on the engine or its swarm, or tells a secret's name: no preset opens any of it but for a reason. */
export const CHANGING_GROUPS = [
  "containers:lifecycle",
  "containers:create",
  "containers:change",
  "containers:remove",
  "images:pull",
  "images:push",
  "images:tag",
  "images:remove",
  "images:load",
  "registries",
  "networks:write",
  "volumes:write",
  "services:write",
  "nodes:write",
  "secrets",
  "configs",
  "swarm",
  "plugins:write",
  "debug",
] as const satisfies readonly GroupName[];

const DEPLOYS = "it deploys and takes down";
const ITS_OWN = "it makes what its containers need, and takes it away";
const MANAGES = "people manage this by it";

const DEPLOYING = {
  "containers:lifecycle": DEPLOYS,
  "containers:create": DEPLOYS,
  "containers:change": "a service that changed gets the name of the old one",
  "containers:remove": DEPLOYS,
  "images:pull": DEPLOYS,
  "networks:write": DEPLOYS,
  "volumes:write": DEPLOYS,
};

const MANAGING = {
  "containers:lifecycle": MANAGES,
  "containers:create": MANAGES,
  "containers:change": MANAGES,
  "containers:remove": MANAGES,
  "images:pull": MANAGES,
  "images:remove": MANAGES,
  "networks:write": MANAGES,
  "volumes:write": MANAGES,
};

/** Why a preset opens something of a group of them. */
export const CHANGING: Readonly<Record<string, Partial<Record<GroupName, string>>>> = {
  autoheal: { "containers:lifecycle": "to restart what is unhealthy is what it is for" },
  "dozzle-actions": { "containers:lifecycle": "these are its actions" },
  watchtower: {
    "containers:lifecycle": "it stops the old container and starts the new one",
    "containers:create": "to make containers anew is what it is for",
    "containers:change": "the new one gets the name of the old one",
    "containers:remove": "the old one goes",
    "images:pull": "of the newer image",
    "images:remove": "its option --cleanup",
    "networks:write": "the new one comes on the networks of the old one",
  },
  "gitlab-runner": {
    "containers:lifecycle": "each job has containers of its own",
    "containers:create": "the same",
    "containers:remove": "the same",
    "images:pull": "a job names its image",
    "networks:write": "a job with services has a network of its own",
    "volumes:write": "caches, and what jobs build, are volumes",
  },
  testcontainers: {
    "containers:lifecycle": "to start containers for tests is what it is for",
    "containers:create": "the same",
    "containers:remove": "they are thrown away",
    "images:pull": "a test names its image",
    "networks:write": ITS_OWN,
  },
  "pdf-backend": {
    "containers:lifecycle": "each job runs in a container of its own",
    "containers:create": "the same",
    "containers:remove": "it is thrown away",
    "images:pull": "the image may be missing",
  },
  compose: DEPLOYING,
  dockge: DEPLOYING,
  komodo: DEPLOYING,
  portainer: MANAGING,
  "portainer-swarm": { ...MANAGING, "services:write": MANAGES, secrets: MANAGES },
  "portainer-view-swarm": { secrets: "it lists them; nothing tells what is in one" },
  "docker-cli-read": { secrets: "docker secret ls; nothing tells what is in one" },
  "caddy-docker-proxy-swarm": { configs: "parts of its configuration stand in them" },
};
