import { catalogue } from "../docker/operations.ts";
import { hostPowerOf } from "../policy/host-power.ts";
import { parseRecordedPowers } from "../policy/recorded-powers.ts";
import { narrowestGroupOf } from "../policy/words/groups.ts";
import type { ObservedClient } from "./observed-client.ts";
import { explainSeen } from "./seen.ts";
import { shown, shownOf } from "./shown.ts";
import type { Tallied } from "./tally.ts";

/** Says what a client was denied, how often, and what would allow it, a line each: whether it shall is a person's to decide. */
export function explainDenials({ deniedOperations, deniedPowers }: ObservedClient): readonly string[] {
  const beyond = deniedOperations.beyond + deniedPowers.beyond;
  return [
    ...deniedOperations.entries().map(explainOperation),
    ...deniedPowers.entries().map(explainPower),
    ...(beyond > 0 ? [`and more, ${beyond} times`] : []),
  ];
}

function explainOperation(denied: Tallied): string {
  const name = catalogue.find((operation) => operation.name === denied.key)?.name;
  const group = name === undefined ? undefined : narrowestGroupOf(name);
  const words = group === undefined ? denied.key : `${denied.key} (or ${group.name})`;
  return `${denied.key}, ${explainSeen(denied)}: ${words} in allow would allow it`;
}

function explainPower(denied: Tallied): string {
  const [power] = parseRecordedPowers([denied.key]) ?? [];
  const host = power === undefined ? undefined : hostPowerOf({ noun: power.noun, value: power.value ?? "" });
  const cure = host === undefined ? "that in powers would allow it" : `HOST: it ${host.means}`;
  return `${shown(denied.key)} by ${shownOf(denied.by)}, ${explainSeen(denied)}: ${cure}`;
}
