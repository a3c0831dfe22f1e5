import type { Method } from "../../../src/docker/operation.ts";
import type { ObjectKind } from "../../../src/docker/objects/object-kind.ts";
import type { Operation, OperationName } from "../../../src/docker/operations.ts";
import { type Answer, type Place, send } from "../attacks/attack.ts";
import type { WordForm } from "./neighbour.ts";
import { SHARED_IMAGE } from "./two-tenants.ts";

/** A word of that form that means nothing on any engine. */
export function nothingOf(form: WordForm, kind: ObjectKind): string {
  const digits = "0f1e2d3c4b5a69788796a5b4c3d2e1f0".repeat(2);
  switch (form) {
    case "name":
      return kind === "image" ? "nothing-image:1" : "nothing-there";
    case "link":
      return "nothing-linked/alias";
    case "slashed":
      return "/nothing-there";
    case "id":
      if (kind === "image") return `sha256:${digits}`;
      return kind === "secret" || kind === "config" || kind === "service" || kind === "task"
        ? digits.slice(0, 25)
        : digits;
    case "short id":
      return digits.slice(0, 12);
    case "prefix":
      return digits.slice(0, 7);
  }
}

/** What a request needs besides its path, to be more than malformed. */
const QUERIES: Partial<Record<OperationName, string>> = {
  ContainerArchive: "path=/etc",
  ContainerArchiveInfo: "path=/etc",
  PutContainerArchive: "path=/tmp",
  ContainerRename: "name=taken-over",
  ContainerResize: "h=10&w=10",
  ExecResize: "h=10&w=10",
  ContainerDelete: "force=1&v=1",
  VolumeDelete: "force=1",
  ContainerLogs: "stdout=1",
  ServiceLogs: "stdout=1",
  TaskLogs: "stdout=1",
  ContainerStats: "stream=0",
  ContainerAttach: "stdout=1&logs=1",
  ImageTag: "repo=taken&tag=over",
  ImageDelete: "force=1",
  ServiceUpdate: "version=1",
  SecretUpdate: "version=1",
  ConfigUpdate: "version=1",
  NodeUpdate: "version=1",
  VolumeUpdate: "version=1",
};

const BODIES: Partial<Record<OperationName, object>> = {
  ContainerExec: { Cmd: ["true"], AttachStdout: true },
  ExecStart: { Detach: true },
  ContainerUpdate: { Memory: 67_108_864 },
  ContainerCopy: { Resource: "/etc/hostname" },
  CheckpointCreate: { CheckpointID: "one" },
  NetworkConnect: { Container: "nothing-there" },
  NetworkDisconnect: { Container: "nothing-there", Force: true },
  ServiceUpdate: { Name: "taken", TaskTemplate: { ContainerSpec: { Image: SHARED_IMAGE } } },
  SecretUpdate: { Name: "taken", Labels: { a: "b" } },
  ConfigUpdate: { Name: "taken", Labels: { a: "b" } },
  NodeUpdate: { Role: "worker", Availability: "drain" },
  VolumeUpdate: { Spec: { Availability: "drain" } },
};

/** Sends a request of an operation on what a word means. */
export function requestOn(
  place: Place,
  method: Method,
  { name, template }: Operation,
  word: string,
): Promise<Answer> {
  const [path = "", ...others] = template.split(/\{[^}]+\}/u);
  const kept = word.split("/").map(encodeURIComponent).join("/").replaceAll("%3A", ":");
  const query = QUERIES[name] === undefined ? "" : `?${QUERIES[name]}`;
  const body = BODIES[name];
  const target = `${path}${template.includes("...") ? kept : encodeURIComponent(word)}${others.join("one")}${query}`;
  return send(place, method, target, body === undefined ? undefined : JSON.stringify(body));
}

/** What a reference is made of. */
interface Meant {
  readonly word: string;
  readonly id: string;
  /** A network of the one that refers. */
  readonly network: string;
}

/** A request that names an object elsewhere than in its path. */
export interface Reference {
  readonly name: string;
  readonly kind: ObjectKind;
  readonly send: (place: Place, meant: Meant) => Promise<Answer>;
}

function posting(
  name: string,
  kind: ObjectKind,
  target: (meant: Meant) => string,
  body: (meant: Meant) => object,
): Reference {
  return {
    name,
    kind,
    send: (place, meant) => send(place, "POST", target(meant), JSON.stringify(body(meant))),
  };
}

function creating(name: string, kind: ObjectKind, settings: (word: string) => object): Reference {
  return posting(
    `a container's ${name}`,
    kind,
    () => "/containers/create",
    ({ word }) => ({
      Image: SHARED_IMAGE,
      ...settings(word),
    }),
  );
}

function serving(name: string, kind: ObjectKind, task: (meant: Meant) => object): Reference {
  return posting(
    `a service's ${name}`,
    kind,
    () => "/services/create",
    (meant) => ({
      Name: "alpha-service",
      TaskTemplate: task(meant),
      Mode: { Replicated: { Replicas: 0 } },
    }),
  );
}

const file = { Name: "x", UID: "0", GID: "0", Mode: 292 };

/** Each place where a request may name what is somebody's. */
export const references: readonly Reference[] = [
  creating("image", "image", (Image) => ({ Image })),
  creating("network", "network", (NetworkMode) => ({ HostConfig: { NetworkMode } })),
  creating("endpoint", "network", (word) => ({ NetworkingConfig: { EndpointsConfig: { [word]: {} } } })),
  creating("network namespace", "container", (word) => ({
    HostConfig: { NetworkMode: `container:${word}` },
  })),
  creating("processes", "container", (word) => ({ HostConfig: { PidMode: `container:${word}` } })),
  creating("IPC", "container", (word) => ({ HostConfig: { IpcMode: `container:${word}` } })),
  creating("volumes of another", "container", (word) => ({ HostConfig: { VolumesFrom: [word] } })),
  creating("link", "container", (word) => ({ HostConfig: { Links: [`${word}:x`] } })),
  creating("volume as a bind", "volume", (word) => ({ HostConfig: { Binds: [`${word}:/data`] } })),
  creating("volume as a mount", "volume", (Source) => ({
    HostConfig: { Mounts: [{ Type: "volume", Source, Target: "/data" }] },
  })),
  posting(
    "a commit",
    "container",
    ({ word }) => `/commit?container=${encodeURIComponent(word)}&repo=alpha&tag=1`,
    () => ({}),
  ),
  posting(
    "what is connected",
    "container",
    ({ network }) => `/networks/${network}/connect`,
    ({ word }) => ({ Container: word }),
  ),
  posting(
    "what is disconnected",
    "container",
    ({ network }) => `/networks/${network}/disconnect`,
    ({ word }) => ({
      Container: word,
      Force: true,
    }),
  ),
  serving("network", "network", ({ word }) => ({
    ContainerSpec: { Image: SHARED_IMAGE },
    Networks: [{ Target: word }],
  })),
  serving("secret", "secret", ({ word, id }) => ({
    ContainerSpec: { Image: SHARED_IMAGE, Secrets: [{ SecretID: id, SecretName: word, File: file }] },
  })),
  serving("config", "config", ({ word, id }) => ({
    ContainerSpec: { Image: SHARED_IMAGE, Configs: [{ ConfigID: id, ConfigName: word, File: file }] },
  })),
  serving("volume", "volume", ({ word }) => ({
    ContainerSpec: { Image: SHARED_IMAGE, Mounts: [{ Type: "volume", Source: word, Target: "/data" }] },
  })),
  serving("image", "image", ({ word }) => ({ ContainerSpec: { Image: word } })),
];
