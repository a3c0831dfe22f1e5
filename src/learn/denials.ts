import { catalogue } from "../docker/operations.ts";
import { hostPowerOf } from "../policy/host-power.ts";
import type { PowerSet } from "../policy/power-set.ts";
import { parseRecordedPowers } from "../policy/recorded-powers.ts";
import { holdsRecorded } from "../policy/still-holds.ts";
import { narrowestGroupOf } from "../policy/words/groups.ts";
import { MOST_LISTED } from "./limits.ts";
import type { ObservedClient } from "./observed-client.ts";
import { explainSeen } from "./seen.ts";
import { shown, shownOf } from "./shown.ts";
import type { Tallied } from "./tally.ts";

/** What would allow an operation and a power, in the words of a policy file or of an environment, beside what is there already. */
export interface Remedies {
  /** What has to be there for an operation, by the name that the log has, or that it is open. */
  readonly operation: (name: string) => string;
  /** Tells of a power, as the log has it, whether it is given already. */
  readonly gives: (power: string) => boolean;
  /** The list that powers stand in. */
  readonly powers: string;
}

/** Those in a policy file, in which these operations are open and these powers given. */
export function remediesInPolicy(isOpen: (name: string) => boolean, given: PowerSet): Remedies {
  return {
    operation: (name) => (isOpen(name) ? "allow opens it" : explainWords(name)),
    gives: (power) => holdsRecorded(given, [power]),
    powers: "powers",
  };
}

/** Says what a client was denied, how often, and what would allow it, a line each: whether it shall is a person's to decide. */
export function explainDenials(client: ObservedClient, remedies: Remedies): readonly string[] {
  const { deniedOperations, deniedPowers, deniedAsks } = client;
  const beyond = deniedOperations.beyond + deniedPowers.beyond;
  return [
    ...deniedOperations.entries().map((denied) => {
      const [, asks] = [...deniedAsks].find(([name]) => name === denied.key) ?? [];
      return explainOperation(denied, asks?.entries() ?? [], remedies);
    }),
    ...deniedPowers.entries().map((denied) => explainPower(denied, remedies)),
    ...(beyond > 0 ? [`and more, ${beyond} times`] : []),
  ];
}

function explainWords(denied: string): string {
  const name = catalogue.find((operation) => operation.name === denied)?.name;
  const group = name === undefined ? undefined : narrowestGroupOf(name);
  return `${group === undefined ? denied : `${denied} (or ${group.name})`} in allow would allow it`;
}

function explainOperation(denied: Tallied, asks: readonly Tallied[], remedies: Remedies): string {
  const lacking = asks.map(({ key }) => key).filter((power) => !remedies.gives(power));
  const hosts = lacking.filter((power) => hostOf(power) !== undefined);
  const others = lacking.filter((power) => hostOf(power) === undefined);
  const powers = others.length === 0 ? "" : `, with ${shownOf(others, MOST_LISTED)} in ${remedies.powers}`;
  const host = hosts.length === 0 ? "" : `; it asked for HOST: ${shownOf(hosts)}`;
  return `${denied.key}, ${explainSeen(denied)}: ${remedies.operation(denied.key)}${powers}${host}`;
}

function explainPower(denied: Tallied, remedies: Remedies): string {
  return `${shown(denied.key)} by ${shownOf(denied.by)}, ${explainSeen(denied)}: ${explainCure(denied.key, remedies)}`;
}

function explainCure(power: string, { gives, powers }: Remedies): string {
  if (gives(power)) return `${powers} gives it`;
  const means = hostOf(power);
  return means === undefined ? `that in ${powers} would allow it` : `HOST: it ${means}`;
}

/** What a power means that is the host itself; undefined for others, and for what is none. */
function hostOf(text: string): string | undefined {
  const [power] = parseRecordedPowers([text]) ?? [];
  return power === undefined ? undefined : hostPowerOf({ noun: power.noun, value: power.value ?? "" })?.means;
}
