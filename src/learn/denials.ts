import { catalogue } from "../docker/operations.ts";
import { hostPowerOf } from "../policy/host-power.ts";
import { parseRecordedPowers } from "../policy/recorded-powers.ts";
import { narrowestGroupOf } from "../policy/words/groups.ts";
import type { ObservedClient } from "./observed-client.ts";
import { explainSeen } from "./seen.ts";
import { shown, shownOf } from "./shown.ts";
import type { Tallied } from "./tally.ts";

/** What would allow an operation and a power, in the words of a policy file or of an environment. */
export interface Remedies {
  /** What has to be there for an operation, by the name that the log has. */
  readonly operation: (name: string) => string;
  /** The list that powers stand in. */
  readonly powers: string;
}

const IN_POLICY: Remedies = { operation: explainWords, powers: "powers" };

/**
 * Says what a client was denied, how often, and what would allow it, a line each: whether it shall is a person's to decide. In the
 * words of a policy file where nothing else is said.
 */
export function explainDenials(client: ObservedClient, remedies: Remedies = IN_POLICY): readonly string[] {
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
  const hosts = asks.filter(({ key }) => hostOf(key) !== undefined).map(({ key }) => key);
  const others = asks.filter(({ key }) => hostOf(key) === undefined).map(({ key }) => key);
  const powers = others.length === 0 ? "" : `, with ${shownOf(others, MOST_POWERS)} in ${remedies.powers}`;
  const host = hosts.length === 0 ? "" : `; it asked for HOST: ${shownOf(hosts)}`;
  return `${denied.key}, ${explainSeen(denied)}: ${remedies.operation(denied.key)}${powers}${host}`;
}

function explainPower(denied: Tallied, { powers }: Remedies): string {
  const means = hostOf(denied.key);
  const cure = means === undefined ? `that in ${powers} would allow it` : `HOST: it ${means}`;
  return `${shown(denied.key)} by ${shownOf(denied.by)}, ${explainSeen(denied)}: ${cure}`;
}

/** How many powers stand beside an operation. */
const MOST_POWERS = 6;

/** What a power means that is the host itself; undefined for others, and for what is none. */
function hostOf(text: string): string | undefined {
  const [power] = parseRecordedPowers([text]) ?? [];
  return power === undefined ? undefined : hostPowerOf({ noun: power.noun, value: power.value ?? "" })?.means;
}
