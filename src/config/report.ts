import { formatAddress } from "../kernel/address.ts";
import type { ShimScope } from "../policy/api-shim.ts";
import { type Decision, isLimited } from "../policy/grant.ts";
import { explainHostPowersIn } from "../policy/host-power.ts";
import type { Origins } from "../policy/origins.ts";
import { recreationWarnings } from "./recreation.ts";
import type { Settings } from "./settings.ts";

/** What one rule opens. */
export interface Opening {
  /** The settings that opened it: `POST=1 and CONTAINERS=1`. */
  readonly rule: string;
  /** What a client gains by it, without doubles. */
  readonly exposes: readonly string[];
}

/** What a gate with given settings does, for a person. */
export interface Report {
  readonly engine: string;
  readonly listen: readonly string[];
  /** Where `GET /health` is served, or "off". */
  readonly admin: string;
  readonly openings: readonly Opening[];
  /** How many operations are open, of those that the dialect is about. */
  readonly open: number;
  readonly total: number;
  /** How many of all are Podman's own; the others are Docker's. */
  readonly podman: number;
  /** The list of powers that requests are held to; empty when they may ask for anything. */
  readonly powers: readonly string[];
  /** What those of them mean that are the host itself, as sentences without an end. */
  readonly hostPowers: readonly string[];
  /** What of browsers is let in, and on which connections pages are refused. */
  readonly origins: Origins;
  /** How far requests in API versions go on that the engine no longer speaks. */
  readonly apiShim: Settings["apiShim"];
  readonly warnings: readonly string[];
}

/** Works out what is open and what that exposes, from the same decisions that requests meet. */
export function reportOf(settings: Settings): Report {
  const { operations } = settings.dialect;
  const openings = new Map<string, Set<string>>();
  let open = 0;
  for (const operation of operations) {
    const decision = settings.grant.decisions.get(operation.name);
    if (decision?.kind === "allow") {
      open += 1;
      const exposes = openings.get(decision.rule) ?? new Set();
      openings.set(decision.rule, exposes.add(`${operation.exposes}${heldTo(decision)}`));
    }
  }
  return {
    engine: formatAddress(settings.engine),
    listen: settings.listen.map((address) => formatAddress(address)),
    admin: settings.admin === "off" ? "off" : formatAddress(settings.admin),
    openings: [...openings].map(([rule, exposes]) => ({ rule, exposes: [...exposes] })),
    open,
    total: operations.length,
    podman: operations.filter(({ template }) => template.startsWith("/libpod/")).length,
    powers: settings.grant.powers.isEverything ? [] : settings.grant.powers.entries,
    hostPowers: settings.grant.powers.isEverything ? [] : explainHostPowersIn(settings.grant.powers),
    origins: settings.origins,
    apiShim: settings.apiShim,
    warnings: [...settings.warnings.map(({ message }) => message), ...recreationWarnings(settings.grant)],
  };
}

/** An exposure is told of an operation without limits; this says that its requests have some. */
function heldTo(decision: Extract<Decision, { kind: "allow" }>): string {
  return isLimited(decision) ? " (held to the powers below)" : "";
}

/** The lines of a report. Every line can stand alone, so that a log may carry them one by one. */
export function explainReport(report: Report): readonly string[] {
  return [
    `engine ${report.engine}`,
    `listening on ${report.listen.join(", ")}`,
    report.admin === "off"
      ? "health is not served (QUAYGATE_ADMIN=off)"
      : `health at ${report.admin.replace(/^tcp:/u, "http:")}/health`,
    report.open === 0
      ? `nothing is open: 0 of ${explainTotal(report)}`
      : `${report.open} of ${explainTotal(report)} are open, all others are refused`,
    ...report.openings.flatMap(({ rule, exposes }) => exposes.map((phrase) => `${rule}: ${phrase}`)),
    ...(report.powers.length === 0
      ? []
      : [
          `powers: ${report.powers.join(", ")}: requests that ask for more are refused`,
          ...report.hostPowers.map((sentence) => `powers: ${sentence}`),
        ]),
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

function explainTotal({ total, podman }: Report): string {
  return podman === 0
    ? `${total} operations`
    : `${total} operations (${total - podman} of Docker's API and ${podman} of Podman's own)`;
}
