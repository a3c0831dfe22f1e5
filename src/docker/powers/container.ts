import { isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { Asking, MentionRole } from "./asking.ts";
import { checkpointFolder, checkpointName } from "./checkpoint-archive.ts";
import { hostConfig, hostConfigFields, resourceFields, restartPolicyField } from "./host-config.ts";
import {
  commandField,
  containerEnvironmentField,
  entrypointField,
  environmentField,
  healthTestField,
  judgeAbsentCommand,
  judgeAbsentUser,
  labelsField,
  userField,
} from "./identity.ts";
import { flag, harmless, leftOut, mapOf, type Meaning, struct, text } from "./meaning.ts";
import { baseImageOf, bindsField } from "./mount.ts";
import { hostnameField, judgeAbsentNetwork, macAddressField, networkingConfig } from "./network-endpoint.ts";
import { type OperationPowers, type PathMeaning, query, type QueryMeaning } from "./operation-powers.ts";
import { encodeValue } from "./power.ts";

/** A name; dockerd takes off one slash before it. */
const nameField: Meaning = text(["name"], (name, asking) =>
  asking.ask("name", encodeValue(name.replace(/^\//u, "")), name),
);

const newNameField: Meaning = text(["name", "rename"], (name, asking) => {
  nameField.judge(name, asking);
  asking.ask("rename", encodeValue(name.replace(/^\//u, "")), name);
});

/** What a rename says, in Podman's own API too. */
export const renameQuery: QueryMeaning = query({ keys: { name: newNameField } });

/** What counts of a container in a path is what it is, where its powers are not in question. */
function mentionedInPath(role: MentionRole): PathMeaning {
  return {
    nouns: new Set(),
    judge: (segments, asking) =>
      asking.within("{id}", () => asking.mention("container", segments.at(-2) ?? "", role)),
  };
}

/** What gets another name keeps its labels. */
export const renamedInPath: PathMeaning = mentionedInPath("base");

/** What starts gets its networks by their names, which may be those of others by now. */
const startedInPath = mentionedInPath("started");

/** Paths of volumes without a name. Podman reads each as `docker run --volume` does. */
const volumesField: Meaning = mapOf([...bindsField.nouns], (path, _value, asking) => {
  if (path.includes(":")) bindsField.judge(path, asking);
});

/** `Config` of the Engine API: what a container is by itself. */
const configFields = {
  Hostname: hostnameField,
  Domainname: harmless,
  User: userField,
  AttachStdin: harmless,
  AttachStdout: harmless,
  AttachStderr: harmless,
  ExposedPorts: harmless,
  Tty: harmless,
  OpenStdin: harmless,
  StdinOnce: harmless,
  Env: containerEnvironmentField,
  Cmd: commandField,
  Healthcheck: struct({
    Test: healthTestField,
    Interval: harmless,
    Timeout: harmless,
    StartPeriod: harmless,
    StartInterval: harmless,
    Retries: harmless,
  }),
  ArgsEscaped: harmless,
  Image: baseImageOf("container"),
  Volumes: volumesField,
  WorkingDir: harmless,
  Entrypoint: entrypointField,
  NetworkDisabled: harmless,
  MacAddress: macAddressField,
  OnBuild: harmless,
  Labels: labelsField,
  StopSignal: harmless,
  StopTimeout: harmless,
  Shell: entrypointField,
} as const satisfies Readonly<Record<string, Meaning>>;

/**
 * The body of ContainerCreate. Without a HostConfig, engines before 27 read its fields at the top, so they mean the
 * same there. dockerode sends the query's `name` and `platform` along, and docker-java what it writes elsewhere too, which
 * no engine reads; a login for a registry is among that.
 */
const createBody: Meaning = struct(
  {
    ...hostConfigFields,
    ...configFields,
    HostConfig: hostConfig,
    NetworkingConfig: networkingConfig,
    name: harmless,
    platform: harmless,
    authConfig: leftOut,
    aliases: leftOut,
    ipv4Address: leftOut,
    ipv6Address: leftOut,
  },
  {
    nouns: ["image", "user", "entrypoint", "command", "network"],
    judge: (members, asking) => {
      asking.within("Image", () => judgeAbsentImage(members.get("Image"), asking));
      asking.within("User", () => judgeAbsentUser(members.get("User"), asking));
      judgeAbsentCommand(members.get("Entrypoint"), members.get("Cmd"), asking);
      asking.within("HostConfig", () =>
        asking.within("NetworkMode", () => judgeAbsentNetwork(networkModeOf(members), asking)),
      );
    },
  },
);

/** Engines from 27 on take no notice of a mode beside a HostConfig that is not there. */
function networkModeOf(members: JsonObject): JsonValue | undefined {
  const inner = members.get("HostConfig") ?? null;
  return isJsonObject(inner) ? inner.get("NetworkMode") : undefined;
}

/** A container without an image has an empty file system, into which files can be written. */
function judgeAbsentImage(image: JsonValue | undefined, asking: Asking): void {
  if (image === undefined || image === null || image === "") asking.ask("image", "(none)");
}

const execBody: Meaning = struct(
  {
    User: userField,
    Privileged: flag("privileged"),
    Cmd: commandField,
    // Podman refuses one without a value here.
    Env: environmentField,
    Tty: harmless,
    ConsoleSize: harmless,
    AttachStdin: harmless,
    AttachStdout: harmless,
    AttachStderr: harmless,
    DetachKeys: harmless,
    WorkingDir: harmless,
    // Clients repeat the path, or what belongs to the start; no engine reads them.
    Container: harmless,
    Detach: harmless,
    containerId: leftOut,
  },
  {
    nouns: ["user"],
    judge: (members, asking) => asking.within("User", () => judgeAbsentUser(members.get("User"), asking)),
  },
);

/** What engines read as yes, as clients write it: docker, docker-py. */
const YES = /^(?:1|true)$/iu;

/**
 * What is deleted at `/containers/{id}/{alias}`: with `link` the alias and nothing else, and without it the container
 * that the alias leads to, which has a name of its own for that.
 */
const linkQuery: QueryMeaning = query({
  keys: { link: harmless, v: harmless, force: harmless },
  whole: {
    nouns: [],
    judge: (values, asking) => {
      const link = values.get("link");
      if (typeof link === "string" && YES.test(link)) return;
      asking.within("?link", () =>
        asking.refuse("must be 1: without it the engine would delete the container that the link leads to"),
      );
    },
  },
});

/** What the operations on containers may ask for. */
export const containerPowers: Partial<Record<OperationName, OperationPowers>> = {
  ContainerCreate: {
    query: query({ keys: { name: nameField, platform: harmless }, repeatsBody: true }),
    body: createBody,
  },
  ContainerStart: {
    path: startedInPath,
    query: query({
      keys: {
        detachKeys: harmless,
        checkpoint: checkpointName,
        "checkpoint-dir": checkpointFolder,
      },
    }),
    // Before API 1.24 a start took a whole HostConfig.
    body: hostConfig,
  },
  ContainerRestart: { path: startedInPath },
  // The documentation has Init among the resources; no engine reads it here.
  ContainerUpdate: { body: struct({ ...resourceFields, Init: harmless, RestartPolicy: restartPolicyField }) },
  ContainerLinkDelete: { query: linkQuery, isAlwaysRead: true },
  ContainerRename: { path: renamedInPath, query: renameQuery },
  ContainerExec: { body: execBody },
};
