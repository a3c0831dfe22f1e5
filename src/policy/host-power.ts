import { type HostValues, hostValues } from "../docker/powers/host-values.ts";
import { type Noun, nouns } from "../docker/powers/nouns.ts";
import { isCut, type Power } from "../docker/powers/power.ts";
import { parsePowerSet } from "./power-set.ts";

/** What it means to hold a power that is the host itself. */
export interface HostPower {
  /** The rest of a sentence that begins with the power. */
  readonly means: string;
  /** Whether it is a way to an engine, for which the gate itself does as well. */
  readonly isEngine: boolean;
}

type Test = (power: Pick<Power, "noun" | "value">) => boolean;

interface Prepared extends Pick<HostPower, "means"> {
  readonly isHost: Test;
  readonly isEngine: Test;
}

const prepared: ReadonlyMap<string, Prepared> = new Map(
  Object.entries(hostValues).map(([noun, values]) => [noun, prepare(noun, values)]),
);

/** Tells what a power means that is the host itself; undefined for any other. */
export function hostPowerOf(power: Pick<Power, "noun" | "value">): HostPower | undefined {
  const known = prepared.get(power.noun);
  return known?.isHost(power) === true ? { means: known.means, isEngine: known.isEngine(power) } : undefined;
}

/** Tells whether values of a noun can be the host itself, so that one that is not known may be. */
export function mayBeHost(noun: Noun): boolean {
  return prepared.has(noun);
}

function prepare(noun: string, { values, written = [], engine = [], means }: HostValues): Prepared {
  const [isOne, isWritten, isEngine] = [values, written, engine].map((list) => testOf(noun, list));
  return {
    means,
    isHost: (power) =>
      isOne?.(power) === true ||
      (isWritten?.(power) === true && !power.value.endsWith(":ro")) ||
      // Every capability is in the one word, and what was cut is given by the noun alone: all of its values.
      (nouns[power.noun].kind === "capability" && power.value === "ALL") ||
      isCut(power.value),
    isEngine: (power) => isEngine?.(power) === true,
  };
}

function testOf(noun: string, values: readonly string[]): Test {
  if (values.length === 0) return () => false;
  const entries = values.map((value) =>
    value === "*" ? noun : value.replace(/^(?<sign>-?)/u, `$<sign>${noun}:`),
  );
  const set = parsePowerSet(entries.join(","));
  if (!set.ok) throw new Error(`the table of the host's values has ${noun} as ${entries.join(",")}`);
  return set.value.holds;
}
