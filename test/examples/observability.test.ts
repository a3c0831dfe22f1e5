import { existsSync, readFileSync } from "node:fs";
import { BlockList } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../scripts/set-up.mjs";
import { consumersOf, entriesOf, MONITORING, networksOf, readExample, wordsOf } from "./example.ts";
import type { Service } from "./example.ts";

const example = readExample("observability.yaml");
const gate = serviceOf("socket-proxy");
const prometheus = serviceOf("prometheus");
const grafana = serviceOf("grafana");

describe("the metrics in observability.yaml", () => {
  const admin = new URL(gate.environment["QUAYGATE_ADMIN"]?.replace(/^tcp:/u, "http:") ?? "");
  const network = example.networks.get(MONITORING);

  test("are served at the gate's address on a network of their own", () => {
    expect(entriesOf(entriesOf(gate.keys.get("networks")).get(MONITORING)).get("ipv4_address")).toBe(
      admin.hostname,
    );
    expect(network?.get("internal")).toBe(true);
    const there = [...example.services.values()].filter((service) =>
      networksOf(service).includes(MONITORING),
    );
    expect(there).toEqual([gate, prometheus, grafana]);
  });

  test("keep that address, whoever starts before the gate", () => {
    const { subnet, given } = poolOf(network);
    expect([subnet.check(admin.hostname), given.check(admin.hostname)]).toEqual([true, false]);
  });

  test("have the network that docs/metrics.md says to make", () => {
    const [snippet = ""] = /(?<=```yaml\n)[^`]+/u.exec(readText("docs/metrics.md")) ?? [];
    const described = entriesOf(parse(snippet));
    const { environment } = Object.fromEntries(
      entriesOf(entriesOf(described.get("services")).get("socket-proxy")),
    );
    expect(entriesOf(environment).get("QUAYGATE_ADMIN")).toBe(gate.environment["QUAYGATE_ADMIN"]);
    expect(entriesOf(entriesOf(described.get("networks")).get(MONITORING))).toEqual(network);
  });

  test("are asked for by Prometheus at that port, by the gate's name", () => {
    const [scrape, ...others] = listOf(read("deploy/prometheus/prometheus.yaml").get("scrape_configs"));
    const [targets] = listOf(scrape?.get("static_configs"));
    expect([wordsOf(targets?.get("targets")), others]).toEqual([[`${gate.name}:${admin.port}`], []]);
  });

  test("are out of reach for the gate's clients, also by way of Prometheus and Grafana", () => {
    const readers = new Set([prometheus, grafana].flatMap(networksOf));
    for (const consumer of consumersOf(example)) {
      expect(networksOf(consumer).filter((name) => readers.has(name))).toEqual([]);
    }
  });

  test("are out of reach for packets that the gate's clients make by hand, and for their routes", () => {
    const clients = consumersOf(example).map(({ name, keys }) => ({
      name,
      dropped: wordsOf(keys.get("cap_drop")),
      added: keys.get("cap_add"),
      privileged: keys.get("privileged"),
    }));
    expect(clients).toEqual(
      ["traefik", "dozzle"].map((name) => ({
        name,
        dropped: ["NET_RAW"],
        added: undefined,
        privileged: undefined,
      })),
    );
  });

  test("are published by nobody; Grafana alone is, on loopback, and not without a password", () => {
    expect([gate, prometheus].map(({ keys }) => keys.get("ports"))).toEqual([undefined, undefined]);
    expect(wordsOf(grafana.keys.get("ports"))).toEqual(["127.0.0.1:3000:3000"]);
    expect(grafana.environment["GF_SECURITY_ADMIN_PASSWORD"]).toMatch(/^\$\{GRAFANA_PASSWORD:\?.+\}$/u);
    expect(grafana.environment["GF_AUTH_ANONYMOUS_ENABLED"]).toBeUndefined();
  });
});

describe("Prometheus in observability.yaml", () => {
  test("has the scrape and its rules where its command looks for them", () => {
    const [configuration = ""] = wordsOf(prometheus.keys.get("command")).flatMap(
      (word) => /^--config\.file=(.+)$/u.exec(word)?.[1] ?? [],
    );
    const file = mountedAt(prometheus, configuration);
    expect(file).toBe("deploy/prometheus/prometheus.yaml");
    for (const rules of wordsOf(read(file).get("rule_files"))) {
      expect(existsSync(join(root, file, "..", rules))).toBe(true);
    }
  });
});

describe("Grafana in observability.yaml", () => {
  const PROVISIONING = "/etc/grafana/provisioning";
  const provisioned = (kind: string): ReadonlyMap<string, unknown> =>
    read(mountedAt(grafana, `${PROVISIONING}/${kind}/quaygate.yaml`));

  test("asks the Prometheus of the same file, on the network of the two", () => {
    const file = provisioned("datasources");
    const [source, ...others] = listOf(file.get("datasources"));
    expect([file.get("apiVersion"), source?.get("access"), others]).toEqual([1, "proxy", []]);
    expect(source?.get("url")).toBe(`http://${prometheus.name}:9090`);
    expect(networksOf(grafana).filter((name) => networksOf(prometheus).includes(name))).toEqual([MONITORING]);
  });

  test("shows rates over no less than Prometheus scrapes", () => {
    const [source] = listOf(provisioned("datasources").get("datasources"));
    const { scrape_interval: interval } = Object.fromEntries(
      entriesOf(read("deploy/prometheus/prometheus.yaml").get("global")),
    );
    expect(entriesOf(source?.get("jsonData")).get("timeInterval")).toBe(interval);
  });

  test("finds the dashboard in the folder that it is told to look in", () => {
    const file = provisioned("dashboards");
    const [provider, ...others] = listOf(file.get("providers"));
    expect([file.get("apiVersion"), provider?.get("type"), others]).toEqual([1, "file", []]);
    const folder = String(entriesOf(provider?.get("options")).get("path"));
    expect(mountedAt(grafana, `${folder}/quaygate.json`)).toBe("deploy/grafana/quaygate.json");
  });

  test("has a data source of the type that the dashboard lets one choose, and each panel takes the chosen one", () => {
    const [source] = listOf(provisioned("datasources").get("datasources"));
    const named: unknown[] = [];
    const dashboard: unknown = JSON.parse(readText("deploy/grafana/quaygate.json"), (key, value: unknown) => {
      if (key === "datasource") named.push(value);
      return value;
    });
    const variables = listOf(entriesOf(entriesOf(dashboard).get("templating")).get("list"));
    const choice = variables.find((variable) => variable.get("type") === "datasource");
    expect([choice?.get("name"), choice?.get("query")]).toEqual(["datasource", source?.get("type")]);
    expect(named.length).toBeGreaterThan(20);
    const chosen = { type: source?.get("type"), uid: "${datasource}" };
    expect(named).toEqual(named.map(() => chosen));
  });
});

/** The subnet of a network, and what of it the engine gives to those who ask for no address. */
function poolOf(network: ReadonlyMap<string, unknown> | undefined): {
  readonly subnet: BlockList;
  readonly given: BlockList;
} {
  const [config] = listOf(entriesOf(network?.get("ipam")).get("config"));
  const block = (key: string): BlockList => {
    const [address = "", bits = ""] = String(config?.get(key)).split("/");
    const list = new BlockList();
    list.addSubnet(address, Number(bits));
    return list;
  };
  return { subnet: block("subnet"), given: block("ip_range") };
}

/** The file of this repository that a service has at a place, by a mount of it or of a folder above it. */
function mountedAt({ name, keys }: Service, place: string): string {
  const found = wordsOf(keys.get("volumes")).flatMap((volume) => {
    const [from = "", to = "", mode] = volume.split(":");
    if (!from.startsWith(".") || (place !== to && !place.startsWith(`${to}/`))) return [];
    expect(mode).toBe("ro");
    return [join("examples", from, place.slice(to.length))];
  });
  const [file, ...others] = found;
  if (file === undefined || others.length > 0) throw new Error(`${place} of ${name}: ${found.join()}`);
  return file;
}

function read(path: string): ReadonlyMap<string, unknown> {
  return entriesOf(parse(readText(path)));
}

function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function listOf(value: unknown): readonly ReadonlyMap<string, unknown>[] {
  return Array.isArray(value) ? value.map(entriesOf) : [];
}

function serviceOf(name: string): Service {
  const service = example.services.get(name);
  if (service === undefined) throw new Error(`observability.yaml has no ${name}`);
  return service;
}
