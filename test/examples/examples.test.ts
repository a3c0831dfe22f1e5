import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/set-up.mjs";
import { loadSettings } from "../../src/config/load-settings.ts";
import {
  consumersOf,
  entriesOf,
  exampleFiles,
  MONITORING,
  networksOf,
  policyFiles,
  policyOf,
  proxiesOf,
  readExample,
  settingsOf,
  wordsOf,
} from "./example.ts";
import type { Example } from "./example.ts";
import { clientsOf } from "./loopback-policy.ts";

const SOCKET = "/var/run/docker.sock";

const proxies = exampleFiles.flatMap((file) => {
  const example = readExample(file);
  return proxiesOf(example).map((proxy) => ({ file, name: proxy.name, proxy, example }));
});
const consumers = exampleFiles.flatMap((file) => {
  const example = readExample(file);
  const gates = proxiesOf(example).map(({ name }) => name);
  return consumersOf(example).map((consumer) => ({ file, name: consumer.name, consumer, gates, example }));
});

/** The switches of each deployment, as the people who run it wrote them down, and what their programs were seen to need beside. */
const WANTED = [
  {
    file: "monitoring.yaml",
    service: "socket-proxy",
    on: "CONTAINERS SERVICES NETWORKS VOLUMES IMAGES INFO VERSION PING EVENTS",
    off: "EXEC SYSTEM BUILD COMMIT POST",
  },
  {
    file: "swarm.yaml",
    service: "socket-proxy",
    on:
      "CONTAINERS SERVICES TASKS POST EVENTS INFO IMAGES NETWORKS VOLUMES PING VERSION NODES " +
      "ALLOW_START ALLOW_STOP ALLOW_RESTARTS",
    off: "",
  },
  {
    file: "swarm-read-only.yaml",
    service: "socket-proxy",
    on: "CONTAINERS SERVICES TASKS EVENTS INFO IMAGES NETWORKS VOLUMES PING VERSION NODES",
    off: "POST ALLOW_START ALLOW_STOP ALLOW_RESTARTS",
  },
  {
    file: "pdf-backend.yaml",
    service: "socket-proxy",
    on: "POST CONTAINERS IMAGES",
    off: "PING VERSION EVENTS INFO EXEC VOLUMES NETWORKS SYSTEM AUTH",
  },
  {
    file: "self-hosting.yaml",
    service: "proxy-traefik",
    on: "CONTAINERS NETWORKS SERVICES TASKS EVENTS",
    off: "POST",
  },
  {
    file: "self-hosting.yaml",
    service: "proxy-portainer",
    on:
      "POST CONTAINERS IMAGES NETWORKS VOLUMES SERVICES TASKS INFO EXEC SYSTEM EVENTS " +
      "ALLOW_START ALLOW_STOP ALLOW_RESTARTS",
    off: "",
  },
  {
    file: "self-hosting.yaml",
    service: "proxy-ofelia",
    on: "POST CONTAINERS EXEC ALLOW_START ALLOW_RESTARTS",
    off: "INFO",
  },
  { file: "self-hosting.yaml", service: "proxy-glances", on: "CONTAINERS IMAGES INFO EVENTS", off: "POST" },
];

/** The clients of each gate that has a policy, in the order of its file. */
const CLIENTS = [
  { file: "custom-rules.yaml", clients: "homepage" },
  { file: "homelab.yaml", clients: "traefik portainer dockge watchtower glances dozzle" },
  { file: "observability.yaml", clients: "traefik dozzle" },
  { file: "tenants.yaml", clients: "ash birch cedar elm fir hazel larch maple oak pine" },
];

test("the examples are seen, and each gate in them has its switches or its clients written down here", () => {
  expect(proxies.map(({ file, name }) => `${file} ${name}`).toSorted()).toEqual(
    [
      ...WANTED.map(({ file, service }) => `${file} ${service}`),
      ...CLIENTS.map(({ file }) => `${file} socket-proxy`),
    ].toSorted(),
  );
});

test.each(CLIENTS)("the policy of $file knows $clients, each by the name of its service", async (row) => {
  const example = readExample(row.file);
  const settings = await loadSettings(settingsOf(row.file), { terminal: false });
  if (!settings.ok) throw new Error("its policy can't be used");
  const clients = row.clients.split(" ");
  expect(settings.value.policy?.sources.map(({ name, anyOf }) => ({ name, anyOf }))).toEqual(
    clients.map((name) => ({ name, anyOf: [[{ kind: "name", names: [name] }]] })),
  );
  const consumersThere = consumers.filter(({ file }) => file === row.file).map(({ name }) => name);
  expect(consumersThere).toEqual(clients);
  // On one network a client could take another's address.
  for (const client of clients) {
    const [network = "", ...others] = networksIn(example, client).filter(
      (name) => example.networks.get(name)?.get("internal") === true,
    );
    const there = [...example.services.values()].filter((service) => networksOf(service).includes(network));
    expect([there.map(({ name }) => name), others]).toEqual([["socket-proxy", client], []]);
  }
});

test("each policy file is mounted by one gate", () => {
  const mounted = proxies.flatMap(({ proxy }) => policyOf(proxy) ?? []);
  expect(mounted.map((path) => basename(path)).toSorted()).toEqual(policyFiles);
});

test.each(WANTED)("$service in $file opens $on and nothing else", ({ file, service, on, off }) => {
  const switches = Object.entries(settingsOf(file, service)).filter(([, value]) => /^[01]$/u.test(value));
  const valued = (wanted: string): readonly string[] =>
    switches.filter(([, value]) => value === wanted).map(([name]) => name);
  expect(valued("1").toSorted()).toEqual(on.split(" ").toSorted());
  expect(valued("0").toSorted()).toEqual(off.split(" ").filter(Boolean).toSorted());
});

describe.each(proxies)("the gate $name in $file", ({ proxy, example }) => {
  const policy = policyOf(proxy);

  test("has settings that the gate takes without a problem and without a warning", async () => {
    const settings = await loadSettings(settingsOf(example.file, proxy.name), { terminal: false });
    expect(settings.ok ? settings.value.warnings : settings.error).toEqual([]);
  });

  /** Where its log is a file: the volume that keeps it. */
  const logs = proxy.environment["QUAYGATE_LOG_TO"]?.includes("file:///var/log/quaygate/") ?? false;

  test("can change nothing of its own but its log: a read-only root, the socket and the policy read-only", () => {
    expect(proxy.keys.get("read_only")).toBe(true);
    expect(wordsOf(proxy.keys.get("cap_drop"))).toEqual(["ALL"]);
    expect(wordsOf(proxy.keys.get("volumes"))).toEqual([
      `${SOCKET}:${SOCKET}:ro`,
      ...(policy === undefined ? [] : [`./${basename(policy)}:${proxy.environment["QUAYGATE_POLICY"]}:ro`]),
      ...(logs ? ["log:/var/log/quaygate"] : []),
    ]);
    expect(proxy.keys.get("privileged")).toBeUndefined();
  });

  test("gains no privilege by a file, where Compose can say so", () => {
    // A stack knows neither: `docker stack deploy` would leave security_opt out with a warning.
    const isStack = proxy.keys.has("deploy");
    expect(wordsOf(proxy.keys.get("security_opt"))).toEqual(isStack ? [] : ["no-new-privileges:true"]);
  });

  test("may become another user than root, which it then is for good, and nothing more", () => {
    expect(wordsOf(proxy.keys.get("cap_add"))).toEqual(["SETUID", "SETGID"]);
    expect([proxy.keys.get("user"), proxy.keys.get("group_add")]).toEqual([undefined, undefined]);
  });

  test("publishes no port and is on internal networks only", () => {
    expect(proxy.keys.get("ports")).toBeUndefined();
    expect(proxy.keys.get("network_mode")).toBeUndefined();
    const networks = networksOf(proxy);
    expect(networks.filter((name) => name !== MONITORING)).toHaveLength(
      policy === undefined ? 1 : clientsOf(policy).length,
    );
    expect(networks.filter((name) => example.networks.get(name)?.get("internal") !== true)).toEqual([]);
  });

  test("is the only gate on its networks", () => {
    const networks = networksOf(proxy);
    const there = proxiesOf(example).filter((other) =>
      networksOf(other).some((network) => networks.includes(network)),
    );
    expect(there.map(({ name }) => name)).toEqual([proxy.name]);
  });
});

describe.each(consumers)("the consumer $name in $file", ({ consumer, gates, example }) => {
  const spoken = [
    ...Object.values(consumer.environment),
    ...wordsOf(consumer.keys.get("command")),
    ...(example.text.split(`\n  ${consumer.name}:\n`)[0]?.split("\n").slice(-1) ?? []),
  ].join("\n");

  test("has no socket of its own", () => {
    expect(wordsOf(consumer.keys.get("volumes")).filter((volume) => volume.includes("docker.sock"))).toEqual(
      [],
    );
  });

  test("is told the address of one gate, and is on that gate's network", () => {
    const hosts = [...spoken.matchAll(/(?:tcp:\/\/|host: )([a-z_-]+)(?::2375|,)/gu)].map(
      ([, host = ""]) => host,
    );
    expect(hosts.length).toBeGreaterThan(0);
    const told = new Set(hosts.map((host) => host.replace(/^socket-proxy_/u, "")));
    expect([...told].filter((host) => !gates.includes(host))).toEqual([]);
    expect(told.size).toBe(1);
    const gateNetworks = networksIn(example, [...told][0] ?? "");
    const shared = networksOf(consumer).filter((network) => gateNetworks.includes(network));
    expect(shared).toHaveLength(1);
  });

  test("is not on the network of another gate", () => {
    const reached = gates.filter((gate) => {
      const networks = networksIn(example, gate);
      return networksOf(consumer).some((network) => networks.includes(network));
    });
    expect(reached).toHaveLength(1);
  });
});

test("the stacks run on labelled managers", () => {
  for (const file of ["swarm.yaml", "swarm-read-only.yaml"]) {
    const deploy = entriesOf(readExample(file).services.get("socket-proxy")?.keys.get("deploy"));
    expect(wordsOf(entriesOf(deploy.get("placement")).get("constraints"))).toEqual([
      "node.role == manager",
      "node.labels.socket-proxy == true",
    ]);
  }
});

test("the stacks name a version of the format, without which docker commands before 23.0 refuse them", () => {
  for (const file of ["swarm.yaml", "swarm-read-only.yaml"]) {
    expect(readExample(file).text).toMatch(/^version: "3\.8"$/mu);
  }
});

test("the list of examples names every file, and links to none that is not there", () => {
  const list = readFileSync(join(root, "examples", "README.md"), "utf8");
  const linked = [...list.matchAll(/\]\(([a-z-]+\.yaml)\)/gu)].map(([, name = ""]) => name);
  expect([...new Set(linked)].toSorted()).toEqual([...exampleFiles, ...policyFiles].toSorted());
});

/** The networks of a service by its name. */
function networksIn({ services }: Example, name: string): readonly string[] {
  const service = services.get(name);
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return networksOf(service);
}
