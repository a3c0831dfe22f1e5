import { type Decision, isLimited } from "../policy/grant.ts";
import { explainHostPowersIn } from "../policy/host-power.ts";
import type { ClientSettings } from "./settings.ts";

/** What one rule opens. */
export interface Opening {
  /** The settings that opened it: `POST=1 and CONTAINERS=1`. */
  readonly rule: string;
  /** What a client gains by it, without doubles. */
  readonly exposes: readonly string[];
}

/** What one client may do, for a person. */
export interface ClientReport {
  readonly name: string;
  /** Who it is, in words; empty where whoever calls is taken for it. */
  readonly whence: string;
  readonly openings: readonly Opening[];
  /** How many operations are open, of those that its grant is about. */
  readonly open: number;
  readonly total: number;
  /** How many of all are Podman's own; the others are Docker's. */
  readonly podman: number;
  /** The list of powers that requests are held to; empty when they may ask for anything. */
  readonly powers: readonly string[];
  /** What those of them mean that are the host itself, as sentences without an end. */
  readonly hostPowers: readonly string[];
  /** Whether what is not held is let through, and only recorded. */
  readonly warns: boolean;
}

/** Works out what is open to a client and what that exposes, from the same decisions that requests meet. */
export function clientReportOf({ name, whence, grant, operations }: ClientSettings): ClientReport {
  const openings = new Map<string, Set<string>>();
  let open = 0;
  for (const operation of operations) {
    const decision = grant.decisions.get(operation.name);
    if (decision?.kind === "allow") {
      open += 1;
      const exposes = openings.get(decision.rule) ?? new Set();
      openings.set(decision.rule, exposes.add(`${operation.exposes}${heldTo(decision)}`));
    }
  }
  return {
    name,
    whence,
    openings: [...openings].map(([rule, exposes]) => ({ rule, exposes: [...exposes] })),
    open,
    total: operations.length,
    podman: operations.filter(({ template }) => template.startsWith("/libpod/")).length,
    powers: grant.powers.isEverything ? [] : grant.powers.entries,
    hostPowers: grant.powers.isEverything ? [] : explainHostPowersIn(grant.powers),
    warns: grant.warns === true,
  };
}

/** An exposure is told of an operation without limits; this says that its requests have some. */
function heldTo(decision: Extract<Decision, { kind: "allow" }>): string {
  return isLimited(decision) ? " (held to the powers below)" : "";
}

/** The lines about one client; each can stand alone, and with several clients begins with whom it is about. */
export function explainClient(report: ClientReport): readonly string[] {
  const subject = report.whence === "" ? "" : `${report.name}: `;
  return [
    `${report.whence === "" ? "" : `client ${report.name}, ${report.whence}: `}${explainCount(report)}`,
    ...(report.warns
      ? [`${subject}ONLY WARNS: what is not open is let through, and recorded as "verdict": "warn"`]
      : []),
    ...report.openings.flatMap(({ rule, exposes }) =>
      exposes.map((phrase) => `${subject}${rule}: ${phrase}`),
    ),
    ...(report.powers.length === 0
      ? []
      : [
          `${subject}powers: ${report.powers.join(", ")}: requests that ask for more are ${report.warns ? "recorded" : "refused"}`,
          ...report.hostPowers.map((sentence) => `${subject}powers: ${sentence}`),
        ]),
  ];
}

function explainCount(report: ClientReport): string {
  return report.open === 0
    ? `nothing is open: 0 of ${explainTotal(report)}`
    : `${report.open} of ${explainTotal(report)} are open, all others are ${report.warns ? "let through" : "refused"}`;
}

function explainTotal({ total, podman }: ClientReport): string {
  return podman === 0
    ? `${total} operations`
    : `${total} operations (${total - podman} of Docker's API and ${podman} of Podman's own)`;
}
