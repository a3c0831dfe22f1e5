import type { JsonValue } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { AnswerPart, AnswerTable } from "./answer-table.ts";
import { logging } from "./host-config.ts";
import { labels } from "./labels.ts";
import { entry, ofAll } from "./object-parts.ts";
import { always, each, is, shape, shapeOfMany, time } from "./shape.ts";
import { listAnswer, valueAnswer } from "./tables.ts";

/** What every object of a swarm has; its version has to be sent with a change. */
export const swarmObject: Readonly<Record<string, AnswerPart>> = {
  ...each(always, "ID", "Version"),
  ...each(time("state"), "CreatedAt", "UpdatedAt"),
};

const clusterSpec: AnswerPart = shape({
  Name: is("names"),
  Labels: labels,
  ...each(is("settings"), "Orchestration", "Raft", "Dispatcher", "EncryptionConfig"),
  CAConfig: shape({
    ...each(is("settings"), "NodeCertExpiry", "ForceRotate"),
    ...each(is("settings", "addresses", "host"), "ExternalCAs"),
    SigningCACert: is("host"),
    SigningCAKey: is("data"),
  }),
  TaskDefaults: shape({ LogDriver: logging }),
});

/** In the form that programs expect. */
const NO_TOKENS: JsonValue = new Map([
  ["Worker", ""],
  ["Manager", ""],
]);

/** The swarm itself. Its tokens make a host a member, or a manager, which has all that there is. */
export const cluster: AnswerPart = shapeOfMany({
  ...swarmObject,
  Spec: clusterSpec,
  TLSInfo: is("host"),
  RootRotationInProgress: is("host"),
  ...each(is("host", "addresses"), "DataPathPort", "DefaultAddrPool", "SubnetSize"),
  JoinTokens: ofAll(is("data"), NO_TOKENS),
});

const node: AnswerPart = shape({
  ...swarmObject,
  Spec: shape({ Name: is("names"), Labels: labels, ...each(is("host"), "Role", "Availability") }),
  Description: shape({
    Hostname: is("names", "host"),
    ...each(is("host"), "Platform", "Resources", "TLSInfo", "CSIInfo"),
    Engine: shape({ ...each(is("host"), "EngineVersion", "Plugins"), Labels: labels }),
  }),
  Status: shape({ ...each(is("state"), "State", "Message"), Addr: is("host", "addresses") }),
  ManagerStatus: shape({
    ...each(is("host"), "Leader", "Reachability"),
    Addr: is("host", "addresses"),
  }),
});

/** A secret or a config. Of a secret an engine never sends the contents. */
export const stored: AnswerPart = shape({
  ...swarmObject,
  // Podman does.
  SecretData: is("data"),
  Spec: shape({
    Name: is("names"),
    Labels: labels,
    Data: is("data"),
    ...each(is("settings"), "Driver", "Templating"),
  }),
});

const madeInSwarm: AnswerTable = valueAnswer(shape(each(always, "ID", "Id", "Warnings")));

/** What the operations on swarms answer, on their nodes, secrets and configs, and what makes a service. */
export const swarmAnswers: Partial<Record<OperationName, AnswerTable>> = {
  SwarmInspect: valueAnswer(cluster),
  SwarmUnlockkey: valueAnswer(shape({ UnlockKey: is("data") })),
  SwarmInit: valueAnswer(always),
  NodeList: listAnswer(entry("node", node)),
  NodeInspect: valueAnswer(node),
  SecretList: listAnswer(entry("secret", stored)),
  SecretInspect: valueAnswer(stored),
  SecretCreate: madeInSwarm,
  ConfigList: listAnswer(entry("config", stored)),
  ConfigInspect: valueAnswer(stored),
  ConfigCreate: madeInSwarm,
  ServiceCreate: madeInSwarm,
  ServiceUpdate: madeInSwarm,
};
