import type { AnswerPart } from "./answer-table.ts";
import { askedMounts, healthCheck } from "./container-config.ts";
import { logging } from "./host-config.ts";
import { labels } from "./labels.ts";
import { each, is, list, shape, under } from "./shape.ts";

/** A secret or config that is given to a container as a file. */
const givenFile: AnswerPart = under(
  "mounts",
  list(
    shape({
      ...each(is("mounts"), "File", "Runtime", "SecretID", "ConfigID"),
      ...each(is("mounts", "names"), "SecretName", "ConfigName"),
    }),
  ),
);

const containerSpec: AnswerPart = shape({
  Image: is("image"),
  Labels: labels,
  ...each(is("command"), "Command", "Args"),
  Hostname: is("names"),
  Env: is("env"),
  ...each(is("settings"), "Dir", "TTY", "OpenStdin", "StopSignal", "StopGracePeriod", "Init"),
  ...each(
    is("security"),
    "User",
    "Groups",
    "Privileges",
    "ReadOnly",
    "Isolation",
    "Sysctls",
    "CapabilityAdd",
    "CapabilityDrop",
  ),
  Mounts: askedMounts,
  // Documented in one way, and answered in the other.
  ...each(healthCheck, "HealthCheck", "Healthcheck"),
  ...each(is("addresses"), "Hosts", "DNSConfig"),
  ...each(givenFile, "Secrets", "Configs"),
  ...each(is("resources"), "OomScoreAdj", "Ulimits"),
});

/** The networks that a task is to be in. */
export const wantedNetworks: AnswerPart = under(
  "networks",
  list(shape({ Target: is("networks"), Aliases: is("names"), DriverOpts: is("settings", "addresses") })),
);

/** On which nodes it may run: by their names, roles and labels. */
const placement: AnswerPart = shape({
  ...each(is("settings", "labels", "names", "host"), "Constraints", "Preferences"),
  ...each(is("settings"), "MaxReplicas", "Platforms"),
});

/** What a task of a service is to be. */
export const taskSpec: AnswerPart = shape({
  ContainerSpec: containerSpec,
  PluginSpec: is("settings", "security", "image", "names", "env"),
  NetworkAttachmentSpec: is("networks"),
  Resources: is("resources"),
  ...each(is("settings"), "RestartPolicy", "ForceUpdate", "Runtime"),
  Placement: placement,
  Networks: wantedNetworks,
  LogDriver: logging,
});
