import { type HostPower, hostPowerOf } from "../../src/policy/host-power.ts";
import { parsePowerSet, type PowerSet } from "../../src/policy/power-set.ts";
import { type Noun, nouns } from "../../src/docker/powers/nouns.ts";

/** Every noun of the vocabulary. */
export const everyNoun: readonly Noun[] = Object.keys(nouns).filter((name) => isNoun(name));

function isNoun(name: string): name is Noun {
  return Object.hasOwn(nouns, name);
}

/** The set that a list stands for, which must be right. */
export function powerSet(list: string): PowerSet {
  const parsed = parsePowerSet(list);
  if (!parsed.ok) {
    throw new Error(`${list}: ${JSON.stringify(parsed.error)}`);
  }
  return parsed.value;
}

/** Tells whether a list gives a power, which is written as in a list. */
export function holds(list: string, power: string): boolean {
  return powerSet(list).holds(parsePower(power));
}

/** What a power means that is the host itself, if it is; it is written as in a list. */
export function hostPowerOfText(power: string): HostPower | undefined {
  return hostPowerOf(parsePower(power));
}

function parsePower(text: string): { readonly noun: Noun; readonly value: string } {
  const [noun = "", ...value] = text.split(":");
  if (!isNoun(noun)) {
    throw new Error(`${noun} is no power`);
  }
  return { noun, value: value.join(":") };
}
