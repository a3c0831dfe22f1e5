import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/docker/json/value.ts";
import { Asking } from "../../../src/docker/powers/asking.ts";
import { servicePowers } from "../../../src/docker/powers/service-spec.ts";
import { askedByRequest, type AskedTexts } from "./asked.ts";

const { ServiceCreate = {}, ServiceUpdate = {} } = servicePowers;

/** What every service asks for whose container names nothing. */
const PLAIN = ["entrypoint:(image)", "command:(image)", "user:(image)", "network:bridge"];

function askedOf(body: unknown): AskedTexts {
  return askedByRequest(ServiceCreate, { body });
}

/** What a part of a task asks for beyond a plain service. */
function askedByTask(task: Readonly<Record<string, unknown>>): AskedTexts {
  const asked = askedOf({ TaskTemplate: { ContainerSpec: {}, ...task } });
  return { ...asked, powers: asked.powers.filter((power) => !PLAIN.includes(power)) };
}

test("mentions its networks, which a swarm looks for again", () => {
  const asking = new Asking();
  const network: JsonValue = new Map([["Target", "web"]]);
  ServiceCreate.body?.judge(new Map([["TaskTemplate", new Map([["Networks", [network]]])]]), asking);
  expect(asking.mentions).toMatchObject([
    { object: "network", name: "web", at: ["TaskTemplate", "Networks", 0, "Target"], isLater: true },
  ]);
});

test("asks for what its image says where it says nothing itself, and for the default network", () => {
  const asked = askedOf({ TaskTemplate: { ContainerSpec: { Image: "nginx" } } });
  expect(asked.powers.toSorted()).toEqual(["image:docker.io/library/nginx:latest", ...PLAIN].toSorted());
});

describe("where it is reached", () => {
  test.each<[name: string, networks: unknown, powers: readonly string[], lookups: readonly string[]]>([
    ["the host's network", [{ Target: "host" }], ["host:network"], []],
    ["a network by name", [{ Target: "web", Aliases: ["db"] }], ["alias:db"], ["network:web"]],
    ["a network that is called like a container's default", [{ Target: "default" }], [], ["network:default"]],
    ["the host's network by a name that only looks like it", [{ Target: "HOST" }], [], ["network:HOST"]],
    ["the swarm's own network", [{ Target: "ingress" }], [], ["network:ingress"]],
    [
      "options",
      [{ Target: "web", DriverOpts: { ifname: "x" } }],
      ["endpoint-option:ifname"],
      ["network:web"],
    ],
    [
      "what is not known",
      [{ Target: "web", Addresses: [] }],
      ["field:TaskTemplate.Networks.Addresses"],
      ["network:web"],
    ],
  ])("%s", (_name, networks, powers, lookups) => {
    const task = { TaskTemplate: { Networks: networks } };
    expect(askedOf(task)).toMatchObject({ powers, lookups, fault: undefined });
    const older = powers.map((power) => power.replace("TaskTemplate.", ""));
    expect(askedOf({ Networks: networks })).toMatchObject({ powers: older, lookups, fault: undefined });
  });

  test.each<[name: string, port: object, power: string]>([
    ["a port", { TargetPort: 80, PublishedPort: 8080 }, "port:0.0.0.0:8080/tcp"],
    [
      "a port of the node itself",
      { PublishedPort: 22, PublishMode: "host", Protocol: "tcp" },
      "port:0.0.0.0:22/tcp",
    ],
    ["another protocol", { PublishedPort: 53, Protocol: "udp", Name: "dns" }, "port:0.0.0.0:53/udp"],
    ["a protocol in capitals", { PublishedPort: 53, Protocol: "UDP" }, "port:0.0.0.0:53/udp"],
    ["a free port", { TargetPort: 80 }, "port:0.0.0.0:0/tcp"],
    ["a free port by 0", { PublishedPort: 0 }, "port:0.0.0.0:0/tcp"],
  ])("%s", (_name, port, power) => {
    const asked = askedOf({ EndpointSpec: { Mode: "vip", Ports: [port] } });
    const ingress = "PublishMode" in port ? [] : ["network:ingress"];
    expect(asked).toMatchObject({ powers: [power, ...ingress, "network:bridge"], fault: undefined });
  });

  test.each([
    ["a port that is a text", { PublishedPort: "22" }],
    ["a port with an exponent", { PublishedPort: 2e300 }],
    ["a port below 0", { PublishedPort: -1 }],
    ["a port too high", { PublishedPort: 65_536 }],
    ["a protocol that is not known", { PublishedPort: 22, Protocol: "icmp" }],
    ["a protocol that is no string", { PublishedPort: 22, Protocol: 6 }],
  ])("is refused with %s", (_name, port) => {
    expect(askedOf({ EndpointSpec: { Ports: [port] } }).fault).toMatch(/must have a PublishedPort/u);
  });
});

describe("a task asks for", () => {
  test.each<[name: string, task: Readonly<Record<string, unknown>>, powers: readonly string[]]>([
    ["a plugin on every node", { Runtime: "plugin" }, ["plugin:service"]],
    [
      "a plugin with the host's rights",
      { PluginSpec: { remote: "evil/x", privileges: [] } },
      ["plugin:service"],
    ],
    ["a plugin by nothing of it", { PluginSpec: {} }, ["plugin:service"]],
    ["nothing for containers", { Runtime: "container", PluginSpec: null }, []],
    ["a kind that is not known", { Runtime: "wasm" }, ["field:TaskTemplate.Runtime"]],
    [
      "an attachment",
      { NetworkAttachmentSpec: { ContainerID: "x" } },
      ["field:TaskTemplate.NetworkAttachmentSpec"],
    ],
    [
      "where it runs",
      { Placement: { Constraints: ["node.role==manager"] } },
      ["placement:node.role==manager"],
    ],
    [
      "the same in other letters",
      { Placement: { Constraints: [" Node.Role  ==  Manager "] } },
      ["placement:node.role==manager"],
    ],
    [
      "the same with a long s and the sign of kelvin",
      { Placement: { Constraints: ["node.ho\u017ftname==\u212a"] } },
      ["placement:node.hostname==k"],
    ],
    [
      "labels, of which the case counts",
      { Placement: { Constraints: ["Node.Labels.Zone != A"] } },
      ["placement:node.labels.Zone!=A"],
    ],
    [
      "how it is spread",
      { Placement: { Preferences: [{ Spread: { SpreadDescriptor: "node.labels.zone" } }] } },
      ["placement:spread=node.labels.zone"],
    ],
    [
      "a preference that is not known",
      { Placement: { Preferences: [{ Pack: {} }] } },
      ["field:TaskTemplate.Placement.Preferences.Pack"],
    ],
    ["nothing for other limits", { Placement: { MaxReplicas: 1, Platforms: [{ OS: "linux" }] } }, []],
    [
      "where its output goes",
      { LogDriver: { Name: "syslog", Options: { "syslog-address": "unixgram:///x" } } },
      ["log-driver:syslog"],
    ],
    [
      "options of the node's own log",
      { LogDriver: { Options: { "max-size": "1m", env: "A" } } },
      ["log-driver:(default)"],
    ],
    ["nothing for how much is kept of it", { LogDriver: { Options: { "max-size": "1m" } } }, []],
    [
      "devices by name",
      {
        Resources: {
          Reservations: {
            GenericResources: [
              { NamedResourceSpec: { Kind: "GPU", Value: "id" } },
              { DiscreteResourceSpec: { Kind: "SSD", Value: 2 } },
            ],
          },
        },
      },
      ["device-request:GPU", "device-request:SSD"],
    ],
    [
      "nothing for limits",
      {
        Resources: {
          Limits: { NanoCPUs: 1, MemoryBytes: 1, Pids: 1 },
          Reservations: { MemoryBytes: 1 },
          SwapBytes: 0,
          MemorySwappiness: 1,
        },
      },
      [],
    ],
    [
      "nothing for restarts",
      { RestartPolicy: { Condition: "any", Delay: 1, MaxAttempts: 1, Window: 1 }, ForceUpdate: 1 },
      [],
    ],
    ["what is not known", { Devices: [] }, ["field:TaskTemplate.Devices"]],
  ])("%s", (_name, task, powers) => {
    expect(askedByTask(task)).toMatchObject({ powers, fault: undefined });
  });

  test("never shows what stands in a log's options", () => {
    const options = { "splunk-token": "secret" };
    expect(JSON.stringify(askedByTask({ LogDriver: { Options: options } }))).not.toContain("secret");
  });
});

describe("a service asks for", () => {
  test.each([
    ["its name", { Name: "web" }, ["name:web"]],
    ["its labels", { Labels: { "traefik.enable": "true" } }, ["label:traefik.enable"]],
    [
      "nothing for how it runs",
      {
        Mode: { Global: {} },
        UpdateConfig: { Order: "start-first", FailureAction: "pause" },
        RollbackConfig: { Parallelism: 1, Delay: 1, Monitor: 1, MaxFailureRatio: 0.1 },
      },
      [],
    ],
    [
      "nothing for jobs",
      { Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 }, GlobalJob: {} } },
      [],
    ],
    ["a mode that is not known", { Mode: { Daemon: {} } }, ["field:Mode.Daemon"]],
    ["what is not known", { Volumes: [] }, ["field:Volumes"]],
  ])("%s", (_name, body, powers) => {
    expect(askedOf(body)).toMatchObject({ powers: [...powers, "network:bridge"], fault: undefined });
    expect(askedByRequest(ServiceUpdate, { body }).powers).toEqual([...powers, "network:bridge"]);
  });

  test("nothing for an update's version, also where dockerode repeats it", () => {
    const query = "version=7&registryAuthFrom=spec&rollback=previous";
    const asked = askedByRequest(ServiceUpdate, { query, body: { version: 7 } });
    expect(asked).toMatchObject({ powers: ["network:bridge"], fault: undefined });
    expect(ServiceUpdate.query?.repeatsBody).toBe(true);
  });

  test.each([
    ["two keys that engines take for one", { taskTemplate: {}, TaskTemplate: {} }],
    ["a long s in a deep key", { TaskTemplate: { ContainerSpec: { Mountſ: [] } } }],
    ["a Kelvin sign in a deep key", { TaskTemplate: { ["Networ\u212As"]: [] } }],
    ["networks that are no list", { Networks: { Target: "host" } }],
    ["a network that is a text", { Networks: ["host"] }],
    ["a task that is a list", { TaskTemplate: [] }],
  ])("nothing, but is refused with %s", (_name, body) => {
    expect(askedOf(body).fault).toMatch(/must be/u);
  });
});
