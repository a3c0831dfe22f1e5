import { isJsonArray, isJsonObject, type JsonValue, stringOf } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import { givenName, pulledNames } from "../powers/image-operations.ts";
import type { ObjectKind } from "./object-kind.ts";

/** What of a request says what it makes. */
export interface MakingRequest {
  readonly query: ReadonlyMap<string, JsonValue>;
  /** Undefined where there is none, or none that is read. */
  readonly body: JsonValue | undefined;
}

/** Where the labels of what is made come from. */
export type LabelPlaces =
  /** Objects of the body: its own labels first, behind them those of what it consists of; and the list of its mounts. */
  | {
      readonly in: "body";
      readonly places: readonly (readonly string[])[];
      readonly mounts?: readonly string[];
    }
  /** `labels` of the query, as JSON. They go before those of the Dockerfile. */
  | { readonly in: "query" }
  /** `changes` of the query, behind all others; `unless` is the key with which they do not count. */
  | { readonly in: "changes"; readonly unless?: string }
  /** It is there already, and its labels stay. */
  | { readonly in: "nothing" };

/** What an operation makes, or makes of what is there. */
export interface Making {
  readonly kind: ObjectKind;
  /** All names that it gets. */
  readonly names: (request: MakingRequest) => readonly string[];
  readonly labels: LabelPlaces;
  /** Set where the gate puts no label of its own: it is the whole swarm's. */
  readonly isUnstamped?: true;
}

function textIn(values: ReadonlyMap<string, JsonValue>, key: string): string {
  return stringOf(values.get(key));
}

function oneName(name: string): readonly string[] {
  return name === "" ? [] : [name];
}

function nameInQuery({ query }: MakingRequest): readonly string[] {
  return oneName(textIn(query, "name").replace(/^\//u, ""));
}

function nameInBody({ body = null }: MakingRequest): readonly string[] {
  return isJsonObject(body) ? oneName(textIn(body, "Name")) : [];
}

/** The name by `repo` and `tag`; none for an image without one. */
function repositoryName({ query }: MakingRequest): readonly string[] {
  return oneName(givenName(textIn(query, "repo"), textIn(query, "tag")) ?? "");
}

function createdNames(request: MakingRequest): readonly string[] {
  const { query } = request;
  const image = textIn(query, "fromImage");
  const pulled = image === "" ? [] : (pulledNames(image, textIn(query, "tag")) ?? []);
  return [...pulled, ...(textIn(query, "fromSrc") === "" ? [] : repositoryName(request))];
}

function builtNames({ query }: MakingRequest): readonly string[] {
  const tags = query.get("t") ?? [];
  const names = isJsonArray(tags) ? tags : [tags];
  return names.flatMap((name) => oneName(givenName(stringOf(name), "") ?? ""));
}

const atTop = { in: "body", places: [["Labels"]] } as const;
const container = { kind: "container", names: nameInQuery } as const;
const service: Making = {
  kind: "service",
  names: nameInBody,
  labels: {
    in: "body",
    places: [["Labels"], ["TaskTemplate", "ContainerSpec", "Labels"]],
    mounts: ["TaskTemplate", "ContainerSpec", "Mounts"],
  },
};

function named(kind: ObjectKind): Making {
  return { kind, names: nameInBody, labels: atTop };
}

/** What operations make. One that makes something and is not here can't be kept to a scope. */
export const madeObjects: Partial<Record<OperationName, Making>> = {
  ContainerCreate: { ...container, labels: { ...atTop, mounts: ["HostConfig", "Mounts"] } },
  ContainerRename: { ...container, labels: { in: "nothing" } },
  ContainerRenameLibpod: { ...container, labels: { in: "nothing" } },
  NetworkCreate: named("network"),
  VolumeCreate: named("volume"),
  ServiceCreate: service,
  ServiceUpdate: service,
  SecretCreate: named("secret"),
  SecretUpdate: named("secret"),
  ConfigCreate: named("config"),
  ConfigUpdate: named("config"),
  NodeUpdate: { ...named("node"), isUnstamped: true },
  ImageBuild: { kind: "image", names: builtNames, labels: { in: "query" } },
  ImageCommit: { kind: "image", names: repositoryName, labels: { in: "changes" } },
  ImageCreate: { kind: "image", names: createdNames, labels: { in: "changes", unless: "fromImage" } },
  ImageTag: { kind: "image", names: repositoryName, labels: { in: "nothing" } },
};
