import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/value.ts";
import type { Asking } from "./asking.ts";
import { isEmpty } from "./asking.ts";
import {
  capabilitiesField,
  commandField,
  entrypointField,
  environmentField,
  groupsField,
  healthTestField,
  judgeAbsentCommand,
  judgeAbsentUser,
  labelsField,
  userField,
} from "./identity.ts";
import { harmless, listOf, mapOf, type Meaning, named, struct, text } from "./meaning.ts";
import { imageField, mountsField } from "./mount.ts";
import { hostnameField } from "./network-endpoint.ts";
import { encodeValue } from "./power.ts";
import { privilegesField } from "./service-privileges.ts";
import { resource } from "./resource.ts";
import { referenceField } from "./swarm-reference.ts";

/** `ADDRESS NAME...`, as a list of hosts has it. */
const hostField: Meaning = text(["extra-host"], (entry, asking) => {
  const [address = "", ...names] = entry.trim().split(/\s+/u);
  for (const name of names) asking.ask("extra-host", encodeValue(`${name}=${address}`), entry);
  if (names.length === 0) asking.ask("extra-host", encodeValue(entry), entry);
});

/** Begins what a node replaces by facts of the task before it starts it. */
const TEMPLATE = "{{";

/**
 * Mounts, whose sources and options may be templates: `/data/{{.Node.Hostname}}`. What one becomes is known only where
 * it runs, and it can be any path and any type. A volume's name is looked up like others, and stands for no known one.
 */
const serviceMounts: Meaning = {
  ...mountsField,
  nouns: new Set([...mountsField.nouns, "bind", "mount"]),
  judge: (value, asking) => {
    for (const [index, entry] of (isJsonArray(value) ? value : []).entries()) {
      if (isJsonObject(entry)) asking.within(index, () => judgeTemplates(entry, asking));
    }
    mountsField.judge(value, asking);
  },
};

function judgeTemplates(mount: JsonObject, asking: Asking): void {
  for (const [key, value] of mount) {
    const isNamed = key === "Target" || (key === "Source" && mount.get("Type") === "volume");
    if (!isNamed && hasTemplate(value)) {
      asking.within(key, () => {
        asking.ask("bind", "/");
        asking.ask("mount", "(template)");
      });
    }
  }
}

function hasTemplate(value: JsonValue): boolean {
  if (typeof value === "string") return value.includes(TEMPLATE);
  if (isJsonArray(value)) return value.some((entry) => hasTemplate(entry));
  return (
    isJsonObject(value) && [...value].some(([key, entry]) => key.includes(TEMPLATE) || hasTemplate(entry))
  );
}

const healthcheck: Meaning = struct({
  Test: healthTestField,
  Interval: harmless,
  Timeout: harmless,
  StartPeriod: harmless,
  StartInterval: harmless,
  Retries: harmless,
});

/** `ContainerSpec`: what the containers of a service are. */
export const containerSpec: Meaning = struct(
  {
    Image: imageField,
    Labels: labelsField,
    Command: harmless,
    Args: commandField,
    Hostname: hostnameField,
    Env: environmentField,
    Dir: harmless,
    User: userField,
    Groups: groupsField,
    Privileges: privilegesField,
    Init: harmless,
    StopSignal: harmless,
    TTY: harmless,
    OpenStdin: harmless,
    ReadOnly: harmless,
    Mounts: serviceMounts,
    StopGracePeriod: harmless,
    // Docker's documentation writes it one way and its clients the other.
    Healthcheck: healthcheck,
    HealthCheck: healthcheck,
    Hosts: listOf(hostField),
    DNSConfig: struct({ Nameservers: listOf(named("dns")), Search: harmless, Options: harmless }),
    Secrets: listOf(referenceField("secret", "SecretID", "SecretName")),
    Configs: listOf(referenceField("config", "ConfigID", "ConfigName")),
    Isolation: harmless,
    Sysctls: mapOf(["sysctl"], (key, value, asking) => asking.ask("sysctl", encodeValue(key), value)),
    CapabilityAdd: capabilitiesField,
    CapabilityDrop: harmless,
    Ulimits: resource("Ulimits"),
    OomScoreAdj: resource("OomScoreAdj"),
  },
  {
    nouns: ["user", "entrypoint", "command"],
    judge: (members, asking) => {
      asking.within("User", () => judgeAbsentUser(members.get("User"), asking));
      judgeCommand(members, asking);
      if (members.has("Healthcheck") && members.has("HealthCheck")) {
        asking.refuse("must have its health check once");
      }
    },
  },
);

/** `Command` is the entrypoint, where an empty list is none at all, and `Args` the command. */
function judgeCommand(members: JsonObject, asking: Asking): void {
  const command = members.get("Command") ?? null;
  const isAbsent = isEmpty(command);
  if (!isAbsent) asking.within("Command", () => entrypointField.judge(command, asking));
  judgeAbsentCommand(isAbsent ? null : command, members.get("Args"), asking);
}
