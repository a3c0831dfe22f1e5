import { catalogue } from "../docker/operations.ts";
import { hostPowerOf } from "../policy/host-power.ts";
import { parseRecordedPowers } from "../policy/recorded-powers.ts";
import { narrowestGroupOf } from "../policy/words/groups.ts";
import type { ObservedClient } from "./observed-client.ts";
import { explainSeen } from "./seen.ts";
import { shown, shownOf } from "./shown.ts";
import type { Tallied } from "./tally.ts";

/** Says what a client was denied, how often, and what would allow it, a line each: whether it shall is a person's to decide. */
export function explainDenials(client: ObservedClient): readonly string[] {
  const { deniedOperations, deniedPowers, deniedAsks } = client;
  const beyond = deniedOperations.beyond + deniedPowers.beyond;
  return [
    ...deniedOperations.entries().map((denied) => {
      const [, asks] = [...deniedAsks].find(([name]) => name === denied.key) ?? [];
      return explainOperation(denied, asks?.entries() ?? []);
    }),
    ...deniedPowers.entries().map(explainPower),
    ...(beyond > 0 ? [`and more, ${beyond} times`] : []),
  ];
}

function explainOperation(denied: Tallied, asks: readonly Tallied[]): string {
  const name = catalogue.find((operation) => operation.name === denied.key)?.name;
  const group = name === undefined ? undefined : narrowestGroupOf(name);
  const words = group === undefined ? denied.key : `${denied.key} (or ${group.name})`;
  const hosts = asks.filter(({ key }) => hostOf(key) !== undefined).map(({ key }) => key);
  const others = asks.filter(({ key }) => hostOf(key) === undefined).map(({ key }) => key);
  const powers = others.length === 0 ? "" : `, with ${shownOf(others, MOST_POWERS)} in powers`;
  const host = hosts.length === 0 ? "" : `; it asked for HOST: ${shownOf(hosts)}`;
  return `${denied.key}, ${explainSeen(denied)}: ${words} in allow would allow it${powers}${host}`;
}

function explainPower(denied: Tallied): string {
  const means = hostOf(denied.key);
  const cure = means === undefined ? "that in powers would allow it" : `HOST: it ${means}`;
  return `${shown(denied.key)} by ${shownOf(denied.by)}, ${explainSeen(denied)}: ${cure}`;
}

/** How many powers stand beside an operation. */
const MOST_POWERS = 6;

/** What a power means that is the host itself; undefined for others, and for what is none. */
function hostOf(text: string): string | undefined {
  const [power] = parseRecordedPowers([text]) ?? [];
  return power === undefined ? undefined : hostPowerOf({ noun: power.noun, value: power.value ?? "" })?.means;
}
