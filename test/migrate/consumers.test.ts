import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { readSettings } from "../../src/config/read-settings.ts";
import { linuxserverSwitches } from "../../src/config/linuxserver.ts";
import { decide } from "../../src/policy/decide.ts";
import { CONSUMERS, EXEMPT, matchConsumer, UNKNOWN_CONSUMER } from "../../src/migrate/consumers.ts";
import { switchesOf } from "../../src/migrate/needed-switches.ts";
import { migrated } from "./golden-files.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"] as const;

interface Row {
  readonly image: string;
  /** Further settings of the service, a line each. */
  readonly settings?: readonly string[];
  /** All that it was seen to call, or that its own source calls, besides the ping and the version. */
  readonly calls: readonly string[];
  /** What lies nearest to that and stays closed. */
  readonly closed: readonly string[];
}

const LIST = ["GET /containers/json", "GET /containers/c/json"];
const STATS = "GET /containers/c/stats";
const LOGS = "GET /containers/c/logs";
const ACT = ["start", "stop", "restart"].map((action) => `POST /containers/c/${action}`);
const REPLACE = [
  ...[
    "POST /containers/c/kill",
    "DELETE /containers/c",
    "POST /containers/create",
    "POST /containers/c/start",
  ],
  ...["POST /containers/c/rename", "POST /images/create", "DELETE /images/i", "POST /networks/n/connect"],
];
/** Of one container, what is dangerous to read and is often opened along. */
const FILES = ["GET /containers/c/archive", "GET /containers/c/export", "HEAD /containers/c/archive"];
const NO_LOGS = [...FILES, LOGS, ...ACT, "POST /containers/c/exec", "POST /containers/create"];

const rows: readonly Row[] = [
  {
    image: "traefik:v3",
    calls: [...LIST, "GET /events"],
    closed: [...NO_LOGS, "GET /services", "GET /nodes", "GET /info"],
  },
  {
    image: "traefik:v3",
    settings: ["command: --providers.swarm"],
    calls: ["GET /services", "GET /networks", "GET /tasks", "GET /nodes/n"],
    closed: [...LIST, ...NO_LOGS, "GET /events", "POST /services/s/update", "GET /secrets", "GET /configs"],
  },
  {
    image: "lucaslorentz/caddy-docker-proxy:ci-alpine",
    calls: [...LIST, "GET /info", "GET /networks", "GET /networks/n", "GET /events"],
    closed: [...NO_LOGS, "GET /configs", "POST /networks/create"],
  },
  {
    image: "nginxproxy/nginx-proxy",
    calls: [...LIST, "GET /networks", "GET /events"],
    closed: [...NO_LOGS, "GET /info"],
  },
  {
    image: "nginxproxy/docker-gen",
    calls: [...LIST, "GET /networks", "GET /events"],
    closed: [...NO_LOGS, "GET /info", "POST /containers/c/kill"],
  },
  {
    image: "nginxproxy/acme-companion",
    calls: [...LIST, "POST /containers/c/kill", "POST /containers/c/restart"],
    closed: [...FILES, LOGS, "POST /containers/c/exec", "POST /exec/e/start", "POST /containers/create"],
  },
  { image: "ghcr.io/gethomepage/homepage", calls: [...LIST, STATS], closed: [...NO_LOGS, "GET /services"] },
  { image: "glanceapp/glance", calls: ["GET /containers/json"], closed: [...NO_LOGS, "GET /events"] },
  {
    image: "nicolargo/glances",
    calls: [...LIST, STATS, "GET /images/i/json"],
    closed: [...NO_LOGS, "POST /images/create", "GET /info", "GET /events"],
  },
  { image: "henrygd/beszel-agent", calls: [...LIST, STATS, LOGS, "GET /info"], closed: [...FILES, ...ACT] },
  {
    image: "ghcr.io/amir20/dozzle:v8",
    calls: [...LIST, STATS, LOGS, "GET /info", "GET /events"],
    closed: [
      ...FILES,
      ...ACT,
      "POST /containers/c/exec",
      "POST /containers/c/attach",
      "DELETE /containers/c",
    ],
  },
  {
    image: "crazymax/diun",
    calls: [...LIST, "GET /images/i/json"],
    closed: [...NO_LOGS, "POST /images/create"],
  },
  {
    image: "getwud/wud:8",
    calls: [...LIST, "GET /images/i/json", "GET /events"],
    closed: [...NO_LOGS, "POST /images/create", "DELETE /images/i"],
  },
  { image: "louislam/uptime-kuma:2", calls: LIST, closed: [...NO_LOGS, "GET /events", "GET /info"] },
  {
    image: "gcr.io/cadvisor/cadvisor",
    calls: ["GET /containers/c/json", "GET /info", "GET /images/json"],
    closed: NO_LOGS,
  },
  { image: "netdata/netdata", calls: [...LIST, "GET /info", "GET /images/json"], closed: NO_LOGS },
  { image: "telegraf:1.34", calls: [...LIST, STATS, "GET /info"], closed: [...NO_LOGS, "GET /system/df"] },
  { image: "prom/prometheus", calls: ["GET /containers/json", "GET /networks"], closed: NO_LOGS },
  { image: "grafana/promtail", calls: [...LIST, "GET /networks", LOGS], closed: [...FILES, ...ACT] },
  { image: "grafana/alloy", calls: [...LIST, "GET /networks", LOGS], closed: [...FILES, ...ACT] },
  { image: "timberio/vector:0.46-alpine", calls: [...LIST, LOGS, "GET /events"], closed: [...FILES, ...ACT] },
  {
    image: "crowdsecurity/crowdsec",
    calls: [...LIST, LOGS, "GET /info", "GET /events"],
    closed: [...FILES, ...ACT],
  },
  { image: "ghcr.io/homarr-labs/homarr", calls: [...LIST, STATS, LOGS], closed: [...FILES, ...ACT] },
  {
    image: "willfarrell/autoheal",
    calls: ["GET /containers/json", "POST /containers/c/restart"],
    closed: [...FILES, LOGS, "POST /containers/create", "POST /containers/c/start", "DELETE /containers/c"],
  },
  {
    image: "sablierapp/sablier",
    calls: [...LIST, "GET /events", "POST /containers/c/start", "POST /containers/c/stop"],
    closed: [...FILES, LOGS, "POST /containers/create", "POST /containers/c/restart"],
  },
  {
    image: "mcuadros/ofelia",
    calls: [...LIST, "POST /containers/c/exec", "POST /exec/e/start", "GET /exec/e/json"],
    closed: [...FILES, LOGS, "GET /info", "POST /images/create", "GET /networks", "GET /secrets"],
  },
  {
    image: "containrrr/watchtower",
    calls: [...LIST, ...REPLACE, "GET /images/i/json", "POST /networks/n/disconnect"],
    closed: [
      ...FILES,
      LOGS,
      "GET /info",
      "POST /exec/e/start",
      "GET /volumes",
      "POST /build",
      "GET /secrets",
    ],
  },
  {
    image: "portainer/portainer-ce:lts",
    calls: [
      ...LIST,
      ...REPLACE,
      ...ACT,
      LOGS,
      "GET /info",
      "GET /images/json",
      "GET /volumes",
      "GET /networks",
    ],
    closed: [
      ...FILES,
      "POST /exec/e/start",
      "POST /build",
      "GET /secrets",
      "POST /swarm/init",
      "GET /plugins",
    ],
  },
  {
    image: "louislam/dockge:1",
    calls: [
      ...LIST,
      ...REPLACE,
      ...ACT,
      LOGS,
      STATS,
      "GET /networks",
      "POST /networks/create",
      "GET /volumes/v",
    ],
    closed: [...FILES, "POST /exec/e/start", "POST /build", "GET /secrets"],
  },
  {
    image: "ghcr.io/ofkm/arcane",
    calls: [...LIST, ...REPLACE, ...ACT, LOGS, STATS, "GET /info", "GET /system/df", "POST /volumes/create"],
    closed: [...FILES, "POST /exec/e/start", "POST /build", "GET /secrets"],
  },
  {
    image: "registry.example.com/own/program",
    calls: [...LIST, STATS, "GET /events"],
    closed: [...NO_LOGS, "GET /images/json", "GET /networks", "GET /info"],
  },
];

/** What the gate that a service gets lets through. */
function allowedBy({ image, settings = [] }: Row): (request: string) => boolean {
  const text = [
    "services:",
    "  consumer:",
    `    image: ${image}`,
    "    volumes: [/var/run/docker.sock:/var/run/docker.sock]",
    ...settings.map((line) => `    ${line}`),
  ].join("\n");
  const environment: unknown = parseDocument(migrated(text).text).getIn([
    "services",
    "quaygate",
    "environment",
  ]);
  const plain: unknown = JSON.parse(JSON.stringify(environment));
  const variables = Object.entries(plain ?? {}).map(([name, value]) => [name, String(value)] as const);
  const read = readSettings(Object.fromEntries(variables), { terminal: false });
  if (!read.ok || read.value.warnings.length > 0) {
    throw new Error(`the gate does not understand ${JSON.stringify(plain)}: ${JSON.stringify(read)}`);
  }
  const [{ grant }] = read.value.clients;
  return (request) => {
    const [word = "", path = ""] = request.split(" ");
    const method = METHODS.find((each) => each === word);
    if (method === undefined) {
      throw new Error(`${request} is no request`);
    }
    return decide(grant, { method, path, hasBody: false, contentTypes: [] }).kind === "allow";
  };
}

describe("the gate of a consumer", () => {
  test.each(rows)("lets $image make all its own calls, and no others near them ($settings)", (row) => {
    const isAllowed = allowedBy(row);
    expect(
      ["GET /_ping", "HEAD /_ping", "GET /version", ...row.calls].filter((call) => !isAllowed(call)),
    ).toEqual([]);
    expect(row.closed.filter((call) => isAllowed(call))).toEqual([]);
  });
});

describe("the table of consumers", () => {
  test("has a row here for each of its entries", () => {
    const tested = new Set(rows.map(({ image }) => matchConsumer(image)));
    expect(CONSUMERS.filter((consumer) => !tested.has(consumer))).toEqual([]);
  });

  test("names no switch that LinuxServer's proxy has not", () => {
    const names = [UNKNOWN_CONSUMER, ...CONSUMERS].flatMap(({ needs }) => switchesOf(needs, true));
    expect(names.filter((name) => !linuxserverSwitches.has(name))).toEqual([]);
  });

  test.each([
    { image: "traefik/whoami" },
    { image: "example/traefik-forward-auth" },
    { image: "portainer/agent" },
    { image: "grafana/grafana" },
    { image: "ghcr.io/example/my-homepage" },
  ])("does not take $image for a consumer that it knows", ({ image }) => {
    expect(matchConsumer(image)).toBeUndefined();
  });

  test("gives a reason for each program that keeps the socket", () => {
    expect(EXEMPT.filter(({ reason }) => !/^\S.{20,}[^.]$/u.test(reason))).toEqual([]);
  });
});
