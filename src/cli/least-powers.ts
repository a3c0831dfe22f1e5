import { type Power, powerText } from "../docker/powers/power.ts";
import { hostPowerOf, mayBeHost } from "../policy/host-power.ts";
import { parsePowerSet, POWER_NAMES, type PowerSet } from "../policy/power-set.ts";

const DEFAULT = "default";

/** The entries that a command needs beyond `default`: to be set, and those that nobody should set for it. */
export interface NeededEntries {
  readonly set: readonly string[];
  /** They are the host itself. */
  readonly host: readonly string[];
}

/** Parts what is beyond `default` by whether it is the host itself. */
export function neededEntries(powers: readonly Power[]): NeededEntries {
  return {
    set: entriesBeyondDefault(powers.filter((power) => !isHost(power))),
    host: entriesBeyondDefault(powers.filter(isHost)),
  };
}

/** What only the noun gives is the host where any of its values is. */
function isHost(power: Power): boolean {
  return hostPowerOf(power) !== undefined || (entryFor(power) === power.noun && mayBeHost(power.noun));
}

/** Tells whether a power is in the set `default`. */
export function isInDefault(power: Power): boolean {
  return setOf([DEFAULT])?.holds(power) === true;
}

/**
 * The entries behind `default` with which a list gives all these powers, none of them without need. What reaches furthest
 * stands first, and the same powers give the same list, in whatever order a client asks for them.
 */
export function entriesBeyondDefault(powers: readonly Power[]): readonly string[] {
  const holdsAll = (entries: readonly string[]): boolean => {
    const set = setOf([DEFAULT, ...entries]);
    return powers.every((power) => set?.holds(power) === true);
  };
  const lacking = powers
    .filter((power) => !isInDefault(power))
    .toSorted((one, other) => rankOf(one) - rankOf(other) || (one.value < other.value ? -1 : 1));
  const all = new Set(lacking.map((power) => entryFor(power)));
  // `bind:/srv` gives `bind:/srv:ro` as well.
  return [...all].reduce<readonly string[]>(
    (kept, entry) => {
      const others = kept.filter((other) => other !== entry);
      return holdsAll(others) ? others : kept;
    },
    [...all],
  );
}

function rankOf({ noun }: Power): number {
  return POWER_NAMES.indexOf(noun);
}

/** A line for an environment file and for a shell. */
export function settingOf(entries: readonly string[]): string {
  const list = entries.join(",");
  const isPlain = /^[\w@%+=:,./-]*$/u.test(list);
  return `QUAYGATE_POWERS=${isPlain ? list : `'${list.replaceAll("'", "'\\''")}'`}`;
}

/** What no pattern stands for, such as an image that only the engine will know, is given by the noun alone. */
function entryFor(power: Power): string {
  const text = powerText(power);
  return setOf([DEFAULT, text])?.holds(power) === true ? text : power.noun;
}

function setOf(entries: readonly string[]): PowerSet | undefined {
  const parsed = parsePowerSet(entries.join(","));
  return parsed.ok ? parsed.value : undefined;
}
