import { explainListening, formatAddress } from "../kernel/address.ts";
import type { ShimScope } from "../policy/api-shim.ts";
import type { Origins } from "../policy/origins.ts";
import { type ClientReport, clientReportOf, explainClient } from "./client-report.ts";
import { recreationWarnings } from "./recreation.ts";
import type { Settings } from "./settings.ts";

/** What a gate with given settings does, for a person. */
export interface Report {
  readonly engine: string;
  readonly listen: readonly string[];
  /** Where `GET /health` is served, or "off". */
  readonly admin: string;
  readonly clients: readonly ClientReport[];
  /** What of browsers is let in, and on which connections pages are refused. */
  readonly origins: Origins;
  /** How far requests in API versions go on that the engine no longer speaks. */
  readonly apiShim: Settings["apiShim"];
  readonly warnings: readonly string[];
}

/** Works out what is open and what that exposes, from the same decisions that requests meet. */
export function reportOf(settings: Settings): Report {
  return {
    engine: formatAddress(settings.engine),
    listen: settings.listen.map(explainListening),
    admin: settings.admin === "off" ? "off" : formatAddress(settings.admin),
    clients: settings.clients.map(clientReportOf),
    origins: settings.origins,
    apiShim: settings.apiShim,
    warnings: [
      ...settings.warnings.map(({ message }) => message),
      ...settings.clients.flatMap(({ grant }) => recreationWarnings(grant)),
    ],
  };
}

/** The lines of a report. Every line can stand alone, so that a log may carry them one by one. */
export function explainReport(report: Report): readonly string[] {
  return [
    `engine ${report.engine}`,
    `listening on ${report.listen.join(", ")}`,
    report.admin === "off"
      ? "health is not served (QUAYGATE_ADMIN=off)"
      : `health at ${report.admin.replace(/^tcp:/u, "http:")}/health`,
    ...report.clients.flatMap(explainClient),
    ...explainOrigins(report.origins),
    ...(report.apiShim === "off" ? [] : [SHIMMED[report.apiShim]]),
    ...report.warnings.map((warning) => `warning: ${warning}`),
  ];
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
