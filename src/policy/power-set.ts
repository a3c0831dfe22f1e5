import { isWholeId } from "../docker/powers/container-name.ts";
import { nounValues } from "../docker/powers/noun-values.ts";
import { type Noun, type NounDefinition, nouns, type PatternKind } from "../docker/powers/nouns.ts";
import { isCut, type Power } from "../docker/powers/power.ts";
import type { Result } from "../kernel/result.ts";
import { parseCapabilityPattern } from "./power-capability.ts";
import { parseImagePattern } from "./power-image.ts";
import { parsePathPattern } from "./power-path.ts";
import { type Effect, everything, fault, type Matcher, type PatternParser } from "./power-pattern.ts";
import { parsePortPattern } from "./power-port.ts";
import { parseTextPattern } from "./power-text.ts";

/** Which powers a client holds. */
export interface PowerSet {
  /** Whether nothing can be asked for that is not held. */
  readonly isEverything: boolean;
  readonly holds: (power: Pick<Power, "noun" | "value">) => boolean;
  /** Whether every value of the noun is held, so that nobody has to look. */
  readonly holdsAll: (noun: Noun) => boolean;
  /** Whether some value of the noun may be held: where none is, it need not be known which one was asked for. */
  readonly holdsSome: (noun: Noun) => boolean;
  /** The list that it was read from, each entry in its one spelling. */
  readonly entries: readonly string[];
}

/** Why an entry of a list of powers can't be used. */
export type PowerFault =
  /** There is no power of that name. */
  | { readonly kind: "unknown"; readonly name: string }
  /** It takes away none of the values that there are. */
  | {
      readonly kind: "misspelt";
      readonly entry: string;
      readonly value: string;
      readonly values: readonly string[];
    }
  /** The reason is the rest of a sentence that begins with the entry. */
  | { readonly kind: "malformed"; readonly entry: string; readonly reason: string };

/** The sets that a list may begin with. */
export const POWER_SETS = ["all", "default", "none"] as const;
type SetName = (typeof POWER_SETS)[number];

interface Entry {
  readonly noun: Noun;
  readonly effect: Effect;
  readonly matcher: Matcher;
}

/** What is held of one noun: the last rule that matches decides, and `otherwise` without one. */
interface Holding {
  otherwise: boolean;
  rules: { readonly gives: boolean; readonly matches: (value: string) => boolean }[];
  /** What was decided about the last values: programs ask for the same ones again, and patterns take the time of a request. */
  readonly decided: Map<string, boolean>;
  /** Whether passwords may stand in its values, of which none is remembered. */
  readonly isPrivate: boolean;
}

/** The most values of one noun that are remembered. */
const MOST_DECIDED = 256;
/** The longest of them. */
const LONGEST_DECIDED = 128;

const definitions: ReadonlyMap<string, NounDefinition> = new Map(Object.entries(nouns));

const PARSERS: Readonly<Record<PatternKind, PatternParser>> = {
  word: () => fault("has a value, and this power has none"),
  text: parseTextPattern,
  path: parsePathPattern,
  image: parseImagePattern,
  port: parsePortPattern,
  capability: parseCapabilityPattern,
};

/** The names of all powers. */
export const POWER_NAMES: readonly string[] = [...definitions.keys()];

/** Reads a list of powers, or tells all that is wrong with it. */
export function parsePowerSet(text: string): Result<PowerSet, readonly PowerFault[]> {
  const words = text.split(",").map((word) => word.trim());
  const [first = ""] = words;
  const set = POWER_SETS.find((name) => name === first);
  const faults: PowerFault[] = [];
  const entries: Entry[] = [];
  for (const [index, word] of words.slice(set === undefined ? 0 : 1).entries()) {
    const parsed = parseEntry(word, set === undefined && index === 0);
    if (parsed.ok) entries.push(parsed.value);
    else faults.push(parsed.error);
  }
  if (faults.length > 0) {
    return { ok: false, error: faults };
  }
  const named = [...(set === undefined ? [] : [set]), ...entries.map((entry) => entryText(entry))];
  return { ok: true, value: powerSet(set ?? "none", entries, named) };
}

function parseEntry(word: string, isFirst: boolean): Result<Entry, PowerFault> {
  const malformed = (reason: string): Result<Entry, PowerFault> => ({
    ok: false,
    error: { kind: "malformed", entry: word, reason },
  });
  const isRemoval = word.startsWith("-");
  const [name = "", ...rest] = (isRemoval ? word.slice(1) : word).split(":");
  if (name === "" && rest.length === 0) {
    return malformed("is an empty entry: write none for no power");
  }
  if (POWER_SETS.some((set) => set === name)) {
    return malformed("is a set: a set stands first, once and alone");
  }
  if (!isNoun(name)) {
    return { ok: false, error: { kind: "unknown", name } };
  }
  if (isRemoval && isFirst) {
    return malformed("is a removal, and a list can't begin with one: begin with default or all");
  }
  const effect = isRemoval ? "removal" : "grant";
  const pattern = rest.length === 0 ? undefined : rest.join(":");
  if (pattern === "") {
    return malformed("has nothing behind its colon: without the colon it stands for all of them");
  }
  const parsed = parsePattern(name, pattern, effect);
  if (!parsed.ok) {
    return malformed(parsed.error);
  }
  const values = nounValues[name];
  // What is misspelt in a grant gives nothing; in a removal it would leave what was to go.
  if (isRemoval && values !== undefined && !values.some((value) => parsed.value.matches(value))) {
    return { ok: false, error: { kind: "misspelt", entry: word, value: parsed.value.text, values } };
  }
  return { ok: true, value: { noun: name, effect, matcher: parsed.value } };
}

function parsePattern(noun: Noun, pattern: string | undefined, effect: Effect): Result<Matcher, string> {
  return pattern === undefined
    ? { ok: true, value: everything }
    : PARSERS[nouns[noun].kind](noun, pattern, effect);
}

function isNoun(name: string): name is Noun {
  return definitions.has(name);
}

function entryText({ noun, effect, matcher }: Entry): string {
  const sign = effect === "removal" ? "-" : "";
  return `${sign}${noun}${matcher.isEverything ? "" : `:${matcher.text}`}`;
}

/** Read when a list first begins with `default`. */
let defaults: readonly Entry[] | undefined;

/** The entries that the vocabulary has in the set `default`. */
function defaultEntries(): readonly Entry[] {
  return (defaults ??= [...definitions].flatMap(([noun, { byDefault = [] }]) =>
    byDefault.map((text) => {
      const entry = parseEntry(text === "*" ? noun : text.replace(/^(?<sign>-?)/u, `$<sign>${noun}:`), false);
      if (!entry.ok) {
        throw new Error(`the vocabulary has ${noun} by default as ${text}`);
      }
      return entry.value;
    }),
  ));
}

/** Every power there is, and those of tomorrow. */
export const everyPower: PowerSet = powerSet("all", [], ["all"]);

/** Every power, and yet each request is looked into: to see what it asks for, and not to refuse it. */
export const everyPowerSeen: PowerSet = {
  isEverything: false,
  holds: () => true,
  holdsAll: () => false,
  holdsSome: () => true,
  entries: ["all"],
};

/** No power at all. */
export const noPower: PowerSet = powerSet("none", [], ["none"]);

let usual: PowerSet | undefined;

/** The set `default`: what can't reach the host. */
export function defaultPowers(): PowerSet {
  return (usual ??= powerSet("default", [], ["default"]));
}

function powerSet(set: SetName, entries: readonly Entry[], named: readonly string[]): PowerSet {
  const holdings = new Map<string, Holding>(
    [...definitions].map(([noun, { isPrivate = false }]) => [
      noun,
      { otherwise: set === "all", rules: [], decided: new Map(), isPrivate },
    ]),
  );
  for (const entry of [...(set === "default" ? defaultEntries() : []), ...entries]) {
    const holding = holdings.get(entry.noun);
    if (holding !== undefined) addRule(holding, entry);
    const kept = entry.effect === "grant" ? keptName(entry) : undefined;
    const renaming = holdings.get("rename");
    if (kept !== undefined && renaming !== undefined) addRule(renaming, kept);
  }
  const holdsAll = (noun: Noun): boolean => isWhole(holdings.get(noun));
  return {
    isEverything: [...holdings.values()].every((holding) => isWhole(holding)),
    holds: ({ noun, value }) => {
      const holding = holdings.get(noun);
      return (
        holding !== undefined && (holding.rules.length === 0 ? holding.otherwise : decide(holding, value))
      );
    },
    holdsAll,
    holdsSome: (noun) => {
      const holding = holdings.get(noun);
      return holding !== undefined && (holding.otherwise || holding.rules.some(({ gives }) => gives));
    },
    entries: named,
  };
}

function decide(holding: Holding, value: string): boolean {
  const { decided, rules, otherwise, isPrivate } = holding;
  const known = decided.get(value);
  if (known !== undefined) return known;
  const gives = rules.findLast(({ matches }) => matches(value))?.gives ?? otherwise;
  if (!isPrivate && value.length <= LONGEST_DECIDED) {
    if (decided.size >= MOST_DECIDED) decided.clear();
    decided.set(value, gives);
  }
  return gives;
}

/** What stands before a container's name in the powers that mean one by it. */
const BEFORE_NAMES: Readonly<Partial<Record<Noun, readonly string[]>>> = {
  "volumes-from": [""],
  link: [""],
  join: ["pid:", "network:", "ipc:", "cgroup:", "uts:", "userns:", "cgroupns:"],
};

/**
 * A list that means containers by their names means those that have them: no other container may get one. Nor may one
 * get a name that is a whole id: once the container of that id is gone, it would be taken for it.
 */
function keptName({ noun, matcher: { isEverything, text, matches } }: Entry): Entry | undefined {
  const before = BEFORE_NAMES[noun];
  if (before === undefined || isEverything) return undefined;
  // Of a name that was cut nobody knows whether it is one.
  const isKept = (name: string): boolean =>
    isWholeId(name) || isCut(name) || before.some((start) => matches(`${start}${name}`));
  return { noun: "rename", effect: "removal", matcher: { text, isEverything: false, matches: isKept } };
}

/** A rule that decides about every value leaves nothing to those before it; one that changes nothing is left out. */
function addRule(holding: Holding, { effect, matcher: { isEverything, matches } }: Entry): void {
  const gives = effect === "grant";
  if (isEverything) {
    holding.otherwise = gives;
    holding.rules = [];
  } else if (holding.rules.length > 0 || holding.otherwise !== gives) {
    holding.rules.push({ gives, matches });
  }
}

function isWhole(holding: Holding | undefined): boolean {
  return holding !== undefined && holding.otherwise && holding.rules.length === 0;
}
