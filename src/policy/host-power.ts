import { type HostValues, hostValues } from "../docker/powers/host-values.ts";
import { type Noun, nouns } from "../docker/powers/nouns.ts";
import { isCut, type Power, powerText } from "../docker/powers/power.ts";
import { READ_ONLY, READ_ONLY_TOP } from "../docker/powers/read-only-bind.ts";
import { parsePowerSet, type PowerSet } from "./power-set.ts";

/** What it means to hold a power that is the host itself. */
export interface HostPower {
  /** The rest of a sentence that begins with the power. */
  readonly means: string;
  /** Whether it is a way to an engine, for which the gate itself does as well. */
  readonly isEngine: boolean;
}

const POWER_NOUNS: readonly Noun[] = Object.keys(hostValues).filter((name) => isNoun(name));

function isNoun(name: string): name is Noun {
  return Object.hasOwn(nouns, name);
}

type Test = (power: Pick<Power, "noun" | "value">) => boolean;

interface Prepared extends Pick<HostPower, "means"> {
  readonly isHost: Test;
  readonly isEngine: Test;
}

/** Filled as nouns are asked about: most gates never need one, and all of them cost a twentieth of a start. */
const prepared: Map<Noun, Prepared> = new Map();

function preparedOf(noun: Noun): Prepared | undefined {
  const known = prepared.get(noun);
  const values = hostValues[noun];
  if (known !== undefined || values === undefined) return known;
  const made = prepare(noun, values);
  prepared.set(noun, made);
  return made;
}

/** Tells what a power means that is the host itself; undefined for any other. */
export function hostPowerOf(power: Pick<Power, "noun" | "value">): HostPower | undefined {
  const known = preparedOf(power.noun);
  return known?.isHost(power) === true ? { means: known.means, isEngine: known.isEngine(power) } : undefined;
}

/** Tells whether values of a noun can be the host itself, so that one that is not known may be. */
export function mayBeHost(noun: Noun): boolean {
  return hostValues[noun] !== undefined;
}

/** Says what powers mean that are the host itself, those together that mean the same: `privileged is root on ...`. */
export function explainHostPowers(
  powers: readonly { readonly text: string; readonly means: string }[],
): readonly string[] {
  const texts = new Map<string, Set<string>>();
  for (const { text, means } of powers) {
    texts.set(means, (texts.get(means) ?? new Set()).add(text));
  }
  return [...texts].map(([means, names]) => `${explainNames([...names])} ${means}`);
}

/** How many powers a sentence names. */
const MOST_NAMED = 4;

function explainNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(", ");
  if (names.length === 1) return shown;
  return `Each of ${shown}${names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ""}`;
}

/** Says of a set of powers which of them are the host itself, one of each noun. */
export function explainHostPowersIn(powers: PowerSet): readonly string[] {
  const held = POWER_NOUNS.flatMap((noun) => {
    const { values = [], written = [], means = "" } = hostValues[noun] ?? {};
    const read =
      nouns[noun].kind === "path"
        ? values.flatMap((value) => [`${value}${READ_ONLY}`, `${value}${READ_ONLY_TOP}`])
        : [];
    const samples = [...values, ...written, ...read].flatMap((value) =>
      samplesOf(value).map((sample) => ({ noun, value: sample })),
    );
    const sample = samples.find((power) => powers.holds(power)) ?? namedHostPower(noun, powers);
    if (sample === undefined) return [];
    return [{ text: powers.holdsAll(noun) ? noun : powerText(sample), means }];
  });
  return explainHostPowers(held);
}

/** What an entry of the list itself names, where the table has it only by a pattern. */
function namedHostPower(noun: Noun, powers: PowerSet): Pick<Power, "noun" | "value"> | undefined {
  return powers.entries
    .filter((entry) => entry.startsWith(`${noun}:`))
    .flatMap((entry) => samplesOf(entry.slice(noun.length + 1)).map((value) => ({ noun, value })))
    .find((power) => hostPowerOf(power) !== undefined && powers.holds(power));
}

/** Values that an entry stands for: of a folder with all below it that itself too. */
function samplesOf(entry: string): readonly string[] {
  if (entry === "*") return [""];
  const folder = entry.endsWith(ALL_BELOW) ? [entry.slice(0, -ALL_BELOW.length)] : [];
  return [...folder, entry].map((text) => text.replaceAll(/\*+/gu, "x"));
}

const ALL_BELOW = "/**";

/** Behind a path of which the top at least is only read. */
const READ = new RegExp(`(?:${READ_ONLY}|${READ_ONLY_TOP})$`, "u");

function prepare(noun: string, { values, written = [], engine = [], means }: HostValues): Prepared {
  const [isOne, isWritten, isEngine] = [values, written, engine].map((list) => testOf(noun, list));
  return {
    means,
    isHost: (power) =>
      isOne?.(power) === true ||
      (isWritten?.(power) === true && !READ.test(power.value)) ||
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
