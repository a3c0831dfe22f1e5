import { explainListening, formatAddress, isOneNetworks } from "../kernel/address.ts";
import type { ShimScope } from "../policy/api-shim.ts";
import type { Origins } from "../policy/origins.ts";
import { type ClientReport, clientReportOf, explainClient } from "./client-report.ts";
import { learningWarnings } from "./learning-report.ts";
import { remakingWarnings } from "./objects-report.ts";
import { recreationWarnings } from "./recreation.ts";
import type { ClientSettings, Settings } from "./settings.ts";
import type { TraceSettings } from "./traces.ts";

/** Which policy file it is. */
export interface PolicyReport {
  readonly file: string;
  readonly hash: string;
  /** How many policies a gate has gone by, with this one; undefined where none runs. */
  readonly generation?: number;
}

/** What a gate with given settings does, for a person. */
export interface Report {
  /** The policy file that says who may do what, with what tells its text from others; undefined where there is none. */
  readonly policy: PolicyReport | undefined;
  readonly engine: string;
  readonly listen: readonly string[];
  /** Where `GET /health` is served, or "off". */
  readonly admin: string;
  /** Where the environment lets in only who comes by the network of that address. */
  readonly ownNetwork: readonly string[];
  /** Whether `GET /metrics` is served there as well. */
  readonly metrics: Settings["metrics"];
  readonly clients: readonly ClientReport[];
  /** What of browsers is let in, and on which connections pages are refused. */
  readonly origins: Origins;
  /** How far requests in API versions go on that the engine no longer speaks. */
  readonly apiShim: Settings["apiShim"];
  /** Where traces are exported to, and what says so; undefined where they are not. */
  readonly traces: Pick<TraceSettings, "url" | "setting"> | undefined;
  readonly warnings: readonly string[];
}

/** Works out what is open and what that exposes, from the same decisions that requests meet. */
export function reportOf(settings: Settings): Report {
  const { policy } = settings;
  return {
    policy: policy === undefined ? undefined : { file: policy.file, hash: policy.hash },
    engine: formatAddress(settings.engine),
    listen: settings.listen.map(explainListening),
    admin: settings.admin === "off" ? "off" : formatAddress(settings.admin),
    ownNetwork: placesOfOneNetwork(settings),
    metrics: settings.metrics,
    clients: settings.clients.map(clientReportOf),
    origins: settings.origins,
    apiShim: settings.apiShim,
    traces: settings.traces,
    warnings: [...settings.warnings.map(({ message }) => message), ...settings.clients.flatMap(warningsOf)],
  };
}

/** With a policy file the places of its clients are told with these. */
function placesOfOneNetwork({ networks, listen, policy, admin }: Settings): readonly string[] {
  const places = [
    ...(policy === undefined && networks.listen === "own" ? listen : []),
    ...(admin !== "off" && networks.admin === "own" ? [admin] : []),
  ];
  return places.flatMap((place) =>
    place.kind === "tcp" && isOneNetworks(place.host) ? [formatAddress(place)] : [],
  );
}

/** What is refused nothing loses no container by that. */
function warningsOf({ name, grant }: ClientSettings): readonly string[] {
  return grant.warns === true
    ? [
        `${name} ONLY WARNS (clients.${name}.mode): what it does not hold is let through, and recorded as "verdict": "warn"`,
      ]
    : [...learningWarnings(name, grant), ...recreationWarnings(grant), ...remakingWarnings(name, grant)];
}

/** The lines about one client of a policy, and what a person should look at of it. */
export function explainClientAlone(settings: Settings, client: ClientSettings): readonly string[] {
  const ofIts = settings.warnings.filter(({ setting }) => setting.startsWith(`clients.${client.name}.`));
  const warnings = [...ofIts.map(({ message }) => message), ...warningsOf(client)];
  return [...explainClient(clientReportOf(client)), ...warnings.map(explainWarning)];
}

function explainWarning(warning: string): string {
  return `warning: ${warning}`;
}

function explainAdmin({ admin, metrics }: Report): string {
  if (admin === "off") return "health is not served (QUAYGATE_ADMIN=off)";
  const place = admin.replace(/^tcp:/u, "http:");
  return `health at ${place}/health${metrics === "on" ? `, metrics at ${place}/metrics` : ""}`;
}

/** The lines of a report. Every line can stand alone, so that a log may carry them one by one. */
export function explainReport(report: Report): readonly string[] {
  return [
    ...(report.policy === undefined ? [] : [explainPolicy(report.policy)]),
    `engine ${report.engine}`,
    `listening on ${report.listen.join(", ")}`,
    explainAdmin(report),
    ...report.clients.flatMap(explainClient),
    ...explainOrigins(report.origins),
    ...(report.ownNetwork.length === 0
      ? []
      : [
          `networks: only callers of its own network are let in at ${report.ownNetwork.join(", ")} (QUAYGATE_NETWORKS=own)`,
        ]),
    ...(report.traces === undefined ? [] : [`traces go to ${report.traces.url} (${report.traces.setting})`]),
    ...(report.apiShim === "off" ? [] : [SHIMMED[report.apiShim]]),
    ...report.warnings.map(explainWarning),
  ];
}

/** Those of its lines that another policy may change. */
export function explainRights(report: Report): readonly string[] {
  return [...report.clients.flatMap(explainClient), ...report.warnings.map(explainWarning)];
}

/** Says which policy it is: `policy /etc/quaygate/policy.yaml (3f2a9c01d4e7), generation 2`. */
export function explainPolicy({ file, hash, generation }: PolicyReport): string {
  return `policy ${file} (${hash})${generation === undefined ? "" : `, generation ${generation}`}`;
}

const SHIMMED: Readonly<Record<ShimScope, string>> = {
  reads: "old API versions: what only reads goes on in the oldest version that the engine speaks",
  lifecycle:
    "old API versions: what only reads, and start, stop, restart, kill, pause, wait and remove, go on in the oldest version that the engine speaks",
};

/** Nothing is said of what is so by default: pages are refused that call from this machine. */
function explainOrigins({ everywhere, pages, hosts }: Origins): readonly string[] {
  const listed = [...pages, ...hosts];
  if (listed.length === 0 && !everywhere) {
    return [];
  }
  const place = everywhere ? "on every TCP connection" : "on connections from this machine";
  return [
    listed.length === 0
      ? `browsers: ${place} no web page is let in`
      : `browsers: ${place} only ${listed.join(", ")} may come in`,
  ];
}
