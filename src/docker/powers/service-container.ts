import type { JsonObject } from "../json/value.ts";
import { longestName } from "../limits.ts";
import type { Asking } from "./asking.ts";
import { isEmpty } from "./asking.ts";
import {
  capabilitiesField,
  commandField,
  entrypointField,
  groupsField,
  healthTestField,
  judgeAbsentCommand,
  judgeAbsentUser,
  labelsField,
  userField,
} from "./identity.ts";
import { harmless, listOf, mapOf, type Meaning, named, struct, text } from "./meaning.ts";
import { baseImageOf } from "./mount.ts";
import { encodeValue } from "./power.ts";
import { resource } from "./resource.ts";
import { privilegesField } from "./service-privileges.ts";
import { serviceEnvironment, serviceHostname, serviceMounts } from "./service-template.ts";
import { referenceField } from "./swarm-reference.ts";

/** `ADDRESS NAME...`, as a list of hosts has it. Each name repeats the address, so a long entry is not taken apart. */
const hostField: Meaning = text(["extra-host"], (entry, asking) => {
  if (entry.length > longestName) {
    asking.ask("extra-host", encodeValue(entry), entry);
    return;
  }
  const [address = "", ...names] = entry.trim().split(/\s+/u);
  for (const name of names) asking.ask("extra-host", encodeValue(`${name}=${address}`), entry);
  if (names.length === 0) asking.ask("extra-host", encodeValue(entry), entry);
});

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
    Image: baseImageOf("service"),
    Labels: labelsField,
    Command: harmless,
    Args: commandField,
    Hostname: serviceHostname,
    Env: serviceEnvironment,
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
    // As Docker's clients write it; its documentation has a capital C.
    Healthcheck: healthcheck,
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
