import { nouns } from "../docker/powers/nouns.ts";
import { type Power, powerText } from "../docker/powers/power.ts";
import { type Grant, grantFromSwitches } from "../policy/grant.ts";
import { everyPowerSeen } from "../policy/power-set.ts";

/** Lets everything through, and has all of it looked into. */
export const everythingSeen: Grant = grantFromSwitches(
  { requirementOf: () => [[]] },
  () => true,
  undefined,
  everyPowerSeen,
);

/** One power that a request asks for, as a person reads it. */
export interface AskedPower {
  readonly power: Power;
  /** `bind:/etc:ro (HostConfig.Binds[0] = /etc:/x:ro)`; of values in which passwords stand only the name. */
  readonly text: string;
}

/** Says what a request asks for, each power once a place, in the request's order. */
export function describePowers(powers: readonly Power[]): readonly AskedPower[] {
  const described = new Map<string, AskedPower>();
  for (const power of powers) {
    const name = nouns[power.noun].isPrivate === true ? power.noun : powerText(power);
    // What a request asks for by being what it is stands in no place of it.
    const text = power.place === "" ? name : `${name} (${power.place})`;
    if (!described.has(text)) described.set(text, { power, text });
  }
  return [...described.values()];
}
