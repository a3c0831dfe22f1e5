import { isJsonObject, isJsonNumber, type JsonObject, type JsonValue, stringOf } from "../json/value.ts";
import type { OperationName } from "../operations.ts";
import type { Asking } from "./asking.ts";
import { isEmpty } from "./asking.ts";
import { labelsField } from "./identity.ts";
import { logField } from "./log.ts";
import { harmless, listOf, type Meaning, meaning, named, struct, text } from "./meaning.ts";
import { aliasesField, endpointOptionsField, judgeAbsentNetwork, networkNouns } from "./network-endpoint.ts";
import { type OperationPowers, query } from "./operation-powers.ts";
import { placementField } from "./placement.ts";
import { canonicalPort } from "./port.ts";
import { containerSpec } from "./service-container.ts";

/** A network of the swarm; only the word `host` is the host's own. */
const attachment: Meaning = struct({
  Target: text(networkNouns, (target, asking) => {
    if (target === "host") {
      asking.ask("host", "network", target);
      return;
    }
    asking.lookUp("network", target);
    asking.mention("network", target, "used", true);
  }),
  Aliases: aliasesField,
  DriverOpts: endpointOptionsField,
});

const publishedPort: Meaning = struct(
  {
    Name: harmless,
    Protocol: harmless,
    TargetPort: harmless,
    PublishedPort: harmless,
    PublishMode: harmless,
  },
  { nouns: ["port", "network"], judge: judgePort },
);

/**
 * On every address of the nodes; no port, or 0, is a free one of the swarm's choice. Unless it is published on the node
 * alone, the swarm puts its tasks on the network that leads there from all nodes, beside those of other services.
 */
function judgePort(members: JsonObject, asking: Asking): void {
  const protocol = members.get("Protocol") ?? "";
  const published = members.get("PublishedPort") ?? null;
  const number = published === null ? "0" : isJsonNumber(published) ? published.text : undefined;
  const port =
    number === undefined || typeof protocol !== "string"
      ? undefined
      : canonicalPort("", number, protocol === "" ? "tcp" : protocol);
  if (port === undefined) asking.refuse("must have a PublishedPort that is a number, and a known Protocol");
  else asking.ask("port", port);
  // Written in any letters, and anything else is the first of its words.
  const isOnNode = stringOf(members.get("PublishMode")).toUpperCase() === "HOST";
  if (!isOnNode) asking.ask("network", "ingress");
}

/** Resources by a name that the nodes' owner chose, most of them GPUs: their numbers go into the environment. */
const genericResource: Meaning = named("device-request");

const genericResources: Meaning = listOf(
  struct({
    NamedResourceSpec: struct({ Kind: genericResource, Value: harmless }),
    DiscreteResourceSpec: struct({ Kind: genericResource, Value: harmless }),
  }),
);

/** A service that is no container: a plugin on every node, with the host's rights. */
const pluginSpec: Meaning = meaning(["plugin"], (value, asking) => {
  if (value !== null) asking.ask("plugin", "service");
});

const runtime: Meaning = text(["plugin", "field"], (name, asking) => {
  if (name === "plugin") asking.ask("plugin", "service", name);
  else if (name !== "container") asking.ask("field", asking.fieldPath, name);
});

const updatePolicy: Meaning = struct({
  Parallelism: harmless,
  Delay: harmless,
  FailureAction: harmless,
  Monitor: harmless,
  MaxFailureRatio: harmless,
  Order: harmless,
});

const limits = { NanoCPUs: harmless, MemoryBytes: harmless } as const;

/** `TaskSpec`. An attachment of a container to a network is nothing that clients make, and so a power `field:`. */
const taskTemplate: Meaning = struct({
  ContainerSpec: containerSpec,
  PluginSpec: pluginSpec,
  Runtime: runtime,
  Resources: struct({
    Limits: struct({ ...limits, Pids: harmless }),
    Reservations: struct({ ...limits, GenericResources: genericResources }),
    SwapBytes: harmless,
    MemorySwappiness: harmless,
  }),
  RestartPolicy: struct({
    Condition: harmless,
    Delay: harmless,
    MaxAttempts: harmless,
    Window: harmless,
  }),
  Placement: placementField,
  ForceUpdate: harmless,
  Networks: listOf(attachment),
  LogDriver: logField("Name", "Options"),
});

/**
 * `ServiceSpec`. Volumes by name are looked up at this node's engine; a node where the service runs may have another of
 * the same name.
 */
const serviceSpec: Meaning = struct(
  {
    Name: named("name"),
    Labels: labelsField,
    TaskTemplate: taskTemplate,
    Mode: struct({
      Replicated: struct({ Replicas: harmless }),
      Global: harmless,
      ReplicatedJob: struct({ MaxConcurrent: harmless, TotalCompletions: harmless }),
      GlobalJob: harmless,
    }),
    UpdateConfig: updatePolicy,
    RollbackConfig: updatePolicy,
    // Before API 1.25 they stood here, and engines still read them.
    Networks: listOf(attachment),
    EndpointSpec: struct({ Mode: harmless, Ports: listOf(publishedPort) }),
    // dockerode sends the version of an update along, which belongs to the query.
    version: harmless,
  },
  {
    nouns: ["network"],
    judge: (members, asking) => {
      if (!hasNetworks(members) && !hasNetworks(members.get("TaskTemplate") ?? null)) {
        asking.within("TaskTemplate", () =>
          asking.within("Networks", () => judgeAbsentNetwork(undefined, asking)),
        );
      }
    },
  },
);

function hasNetworks(value: JsonValue): boolean {
  return isJsonObject(value) && !isEmpty(value.get("Networks") ?? null);
}

/** What the operations on services may ask for. A roll-back makes the service what it was before. */
export const servicePowers: Partial<Record<OperationName, OperationPowers>> = {
  ServiceCreate: { query: query({ keys: {}, repeatsBody: true }), body: serviceSpec },
  ServiceUpdate: {
    query: query({
      keys: { version: harmless, registryAuthFrom: harmless, rollback: harmless },
      repeatsBody: true,
    }),
    body: serviceSpec,
  },
};
