import { type Noun, type NounDefinition, nouns } from "../../docker/powers/nouns.ts";
import { explainHostPowersIn, hostPowerOf, mayBeHost } from "../../policy/host-power.ts";
import { noPower, parsePowerSet, type PowerSet } from "../../policy/power-set.ts";
import { MOST_LISTED } from "../limits.ts";
import { addSeen, type Seen } from "../seen.ts";
import type { Tallied } from "../tally.ts";
import { asSeen, type Candidate } from "./candidate.ts";
import { generaliserOf } from "./generalisers.ts";
import { isWhollyRandom } from "./names.ts";

/** An entry of a list of powers, and what it was learnt from. */
export interface LearntEntry {
  readonly text: string;
  /** The powers that were seen, as they are written in a list; none for one that takes away. */
  readonly powers: readonly string[];
  /** Undefined for one that takes away. */
  readonly seen: Seen | undefined;
  /** Which operations asked for it. */
  readonly by: readonly string[];
  /** What it means where it is the host itself, as the rest of a sentence that begins with it. */
  readonly host: string | undefined;
}

/** What was learnt of one noun. */
export interface LearntNoun {
  readonly entries: readonly LearntEntry[];
  /** What no entry gives that is narrow enough to be written unasked: for a person to decide. */
  readonly left: readonly Tallied[];
}

/** A candidate that is right: it gives all of its values. */
interface Proven {
  readonly text: string;
  readonly set: PowerSet;
}

/**
 * The fewest entries that give all powers that were seen of one noun, and what a person would give with them: never the host
 * where that was not seen. `isMore` says that there were more than are known.
 */
export function learnNoun(noun: Noun, seen: readonly Tallied[], isMore: boolean): LearntNoun {
  const values = seen.flatMap(({ key }) => (key === noun ? [] : [valueOf(noun, key)]));
  const isAlone = values.length < seen.length;
  const proven = generaliserOf(noun)(values).flatMap((candidate) => prove(noun, candidate));
  const holds = (key: string): boolean =>
    proven.some(({ set }) => set.holds({ noun, value: valueOf(noun, key) }));
  const lacking = seen.filter(({ key }) => !holds(key));
  if (isAlone && isValueless(noun)) return { entries: [entryOf(noun, noun, seen)], left: [] };
  if (!isWhollyByDefault(noun)) return { entries: fewest(noun, proven, seen), left: lacking };
  const rest = allButOrders(noun);
  const isTooMany =
    isMore ||
    // What is too long to be a value is given by the noun alone, where that is not an order too.
    lacking.some(({ key }) => rest.holds({ noun, value: valueOf(noun, key) })) ||
    proven.length > MOST_LISTED ||
    (namesOwn(noun) && values.some(isWhollyRandom));
  return isTooMany
    ? wholeWithoutOrders(noun, rest, seen, lacking)
    : { entries: fewest(noun, proven, seen), left: lacking };
}

/** What is known of a pattern that is right; its values one by one where it is not, or gives too much. */
function prove(noun: Noun, { pattern, values }: Candidate): readonly Proven[] {
  const set = setOf(`${noun}:${pattern}`);
  const isGeneral = values.length !== 1 || values[0] !== pattern;
  const isRight =
    set !== undefined &&
    values.every((value) => set.holds({ noun, value })) &&
    // A pattern that is the host, or all values, is nobody's to give who saw some of them.
    !(isGeneral && (set.holdsAll(noun) || explainHostPowersIn(set).length > 0));
  if (isRight) return [{ text: set.entries.at(-1) ?? "", set }];
  return isGeneral ? asSeen(values).flatMap((single) => prove(noun, single)) : [];
}

/** Without those that the others make needless; what gives the most stays. */
function fewest(noun: Noun, proven: readonly Proven[], seen: readonly Tallied[]): readonly LearntEntry[] {
  const rows = proven.map(({ text, set }) => ({
    text,
    powers: seen.filter(({ key }) => set.holds({ noun, value: valueOf(noun, key) })),
  }));
  const holders = new Map<string, number>();
  for (const { key } of rows.flatMap(({ powers }) => powers)) holders.set(key, (holders.get(key) ?? 0) + 1);
  const kept = new Set(rows);
  for (const row of rows.toSorted((one, other) => one.powers.length - other.powers.length)) {
    if (row.powers.some(({ key }) => (holders.get(key) ?? 0) < 2)) continue;
    kept.delete(row);
    for (const { key } of row.powers) holders.set(key, (holders.get(key) ?? 0) - 1);
  }
  return rows
    .filter((row) => kept.has(row))
    .map(({ text, powers }) => entryOf(noun, text, powers))
    .toSorted((one, other) => (one.text < other.text ? -1 : 1));
}

/** All values of a noun, but for what `default` keeps back. */
function allButOrders(noun: Noun): PowerSet {
  const removals = (definitionOf(noun).byDefault ?? []).filter((entry) => entry !== "*");
  const entries = [noun, ...removals.map((entry) => entry.replace(/^(?<sign>-?)/u, `$<sign>${noun}:`))];
  return setOf(entries.join(",")) ?? noPower;
}

/** All values of a noun without its orders, but for those that were seen; `lacking` is what no entry of its own gives. */
function wholeWithoutOrders(
  noun: Noun,
  rest: PowerSet,
  seen: readonly Tallied[],
  lacking: readonly Tallied[],
): LearntNoun {
  const ordered = seen.filter(({ key }) => !rest.holds({ noun, value: valueOf(noun, key) }));
  const left = ordered.filter((each) => lacking.includes(each));
  const entries = [
    entryOf(
      noun,
      noun,
      seen.filter((each) => !left.includes(each)),
    ),
    ...rest.entries.slice(2).map((text) => entryOf(noun, text, [])),
    ...ordered.filter((each) => !left.includes(each)).map((each) => entryOf(noun, each.key, [each])),
  ];
  return { entries, left };
}

function entryOf(noun: Noun, text: string, powers: readonly Tallied[]): LearntEntry {
  const means = powers.map(({ key }) => hostPowerOf({ noun, value: valueOf(noun, key) })?.means);
  return {
    text,
    powers: powers.map(({ key }) => key),
    seen: powers.reduce<Seen | undefined>((sum, each) => addSeen(sum, each), undefined),
    by: [...new Set(powers.flatMap(({ by }) => by))].toSorted(),
    host: means.find((each) => each !== undefined),
  };
}

/** What stands behind the noun of a power and its colon. */
export function valueOf(noun: Noun, key: string): string {
  return key.slice(noun.length + 1);
}

/** Of a word there is no value, and of what may hold passwords the log has none. Of others the noun alone would say too much. */
function isValueless(noun: Noun): boolean {
  return definitionOf(noun).kind === "word" || definitionOf(noun).isPrivate === true;
}

/** Whether `default` gives all values of a noun, but for orders: none of them is the host. */
export function isWhollyByDefault(noun: Noun): boolean {
  return definitionOf(noun).byDefault?.[0] === "*" && !mayBeHost(noun);
}

/** Whether its values are names that a container gets, and no name of what somebody else has. */
function namesOwn(noun: Noun): boolean {
  return noun === "alias" || noun === "name" || noun === "rename";
}

function definitionOf(noun: Noun): NounDefinition {
  return nouns[noun];
}

function setOf(entries: string): PowerSet | undefined {
  const parsed = parsePowerSet(`none,${entries}`);
  return parsed.ok ? parsed.value : undefined;
}
