import type { Method } from "../../src/docker/operation.ts";
import type { Operation } from "../../src/docker/operations.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Grant } from "../../src/policy/grant.ts";
import type { HaproxyFront, Question } from "./haproxy-front.ts";

/** A request and what the comparison knows of it. */
export interface Probe extends Question {
  /** Whether the engine routes this method at this path; where it does not, no decision can matter. */
  readonly routed: boolean;
}

/** The methods of HTTP that are tried at every path. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] as const;

/** Every path of a catalogue with every method: the template with a name put in, without and with versions of the API. */
export function probesOf(
  catalogue: readonly Operation[],
  versionsOf: (operation: Operation) => readonly string[],
): readonly Probe[] {
  const probes = new Map<string, Probe>();
  for (const { template, methods, operation } of catalogue.map((each) => ({ ...each, operation: each }))) {
    const path = template.replaceAll(/\{\w+(?:\.\.\.)?\}/gu, "web");
    for (const version of versionsOf(operation)) {
      for (const method of METHODS) {
        const key = `${method} ${version}${path}`;
        const routed = methods.some((known) => known === method) && method !== "OPTIONS";
        probes.set(key, {
          method,
          path: `${version}${path}`,
          routed: routed || probes.get(key)?.routed === true,
        });
      }
    }
  }
  return [...probes.values()];
}

/** How the two differed, by class. Only `unexplained` is a fault. */
export interface Tally {
  compared: number;
  allowedByBoth: number;
  deniedByBoth: number;
  /** The original forwards a method that the engine does not route; Quaygate refuses it. */
  notRouted: number;
  /** The original forwards OPTIONS, which dockerd answers with nothing; no setting of Quaygate opens it. */
  options: number;
  readonly unexplained: string[];
}

/** A tally of nothing. */
export function newTally(): Tally {
  return { compared: 0, allowedByBoth: 0, deniedByBoth: 0, notRouted: 0, options: 0, unexplained: [] };
}

/** Asks both about every probe and counts; what no documented class explains is named. */
export async function compare(
  front: HaproxyFront,
  grant: Grant,
  on: readonly string[],
  probes: readonly Probe[],
  tally: Tally,
): Promise<void> {
  const originals = await front.ask(probes, on);
  for (const [at, probe] of probes.entries()) {
    const original = originals[at] === true;
    const ours = isAllowed(grant, probe);
    tally.compared += 1;
    if (original === ours) {
      tally[ours ? "allowedByBoth" : "deniedByBoth"] += 1;
    } else if (original && probe.method === "OPTIONS") {
      tally.options += 1;
    } else if (original && !probe.routed) {
      tally.notRouted += 1;
    } else if (tally.unexplained.length < 20) {
      const verdicts = original ? "the original allows, we do not" : "we allow, the original does not";
      tally.unexplained.push(`${probe.method} ${probe.path}: ${verdicts}, with ${on.join(" ")}`);
    }
  }
}

const KNOWN_METHODS: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

function isAllowed(grant: Grant, { method: word, path }: Probe): boolean {
  // Any other method is refused before a policy is asked.
  const method = KNOWN_METHODS.find((known) => known === word);
  return (
    method !== undefined && decide(grant, { method, path, hasBody: false, contentTypes: [] }).kind === "allow"
  );
}
