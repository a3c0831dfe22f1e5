import type { JsonValue } from "../json/value.ts";
import type { Edit } from "../json/edit.ts";
import type { OperationName } from "../operations.ts";
import {
  Asking,
  type ContainerLookup,
  type EngineLookup,
  type Lookup,
  type MentionLookup,
  type ObjectLookup,
  type ThingLookup,
} from "./asking.ts";
import { hostsControlGroups } from "./cgroup-namespace.ts";
import { askForContainer, containerTargets, readContainer } from "./container-name.ts";
import { editsOfMention, mentionTargets } from "./mention.ts";
import { type EngineFact, mostOfFact, powersOfFact, usualOfFact } from "./engine-fact.ts";
import { namedTargets, namesMeant } from "./named-object.ts";
import type { Noun } from "./nouns.ts";
import { PLAIN_NAME, PLAIN_NETWORK } from "./plain-name.ts";
import { encodeValue, type Power, powerText } from "./power.ts";
import { networkInspectPowers, networkNouns } from "./network-endpoint.ts";
import { networksMeant, networkTargets } from "./network-name.ts";
import { readOnlyOfContainer, readOnlyOfService } from "./read-only-bind.ts";
import { judgeReference, referenceTargets } from "./swarm-reference.ts";
import { volumeInspectPowers, volumeNouns } from "./volume.ts";

/** What the names of volumes and networks can turn out to ask for, by the kind of what they name. */
export const lookupNouns: Readonly<Record<ThingLookup["kind"], readonly Noun[]>> = {
  volume: volumeNouns,
  network: networkNouns,
};

/** What a name can turn out to ask for. */
export function nounsOfLookup(lookup: Lookup): readonly Noun[] {
  switch (lookup.kind) {
    case "volume":
    case "network":
      return [...lookupNouns[lookup.kind], ...(lookup.isRelabelled === true ? (["relabel"] as const) : [])];
    case "container":
    case "object":
      return [lookup.noun];
    case "secret":
    case "config":
      return [lookup.kind];
    case "mention":
      return [];
    case "engine":
      return powersOfUnknown(lookup).map(({ noun }) => noun);
  }
}

/** A name of something. */
export type NamedLookup = Exclude<Lookup, EngineLookup>;

/** A name that asks for powers by what it stands for. */
type AskingLookup = Exclude<NamedLookup, MentionLookup>;

/** What it is that a name stands for. */
export function objectOf(
  lookup: NamedLookup,
): Exclude<NamedLookup["kind"], "object" | "mention"> | MentionLookup["object"] {
  if (lookup.kind === "mention") return lookup.object;
  return lookup.kind === "object" ? lookup.noun : lookup.kind;
}

/** What the engine is asked, behind "asked". */
export function questionOf(lookup: Lookup): string {
  return lookup.kind === "engine"
    ? FACTS[lookup.about].question
    : `what the ${objectOf(lookup)} is that the request names`;
}

/** What engines differ in. */
const FACTS: Readonly<Record<EngineLookup["about"], EngineFact>> = {
  cgroupns: hostsControlGroups,
  "read-only container": readOnlyOfContainer,
  "read-only service": readOnlyOfService,
};

/**
 * What a look-up of the engine itself asks for where it needs not be asked: because it makes no difference to whom holds
 * the most, or because the request's version decides.
 */
export function powersUnasked(
  lookup: Lookup,
  version: string | undefined,
  holds: (power: Power) => boolean,
): readonly Power[] | undefined {
  if (lookup.kind !== "engine") return undefined;
  const fact = FACTS[lookup.about];
  const most = mostOfFact(fact, lookup);
  if (fact.target(version) === undefined) return most;
  return most.every((power) => holds(power)) ? usualOfFact(fact, lookup) : undefined;
}

/** The operation that tells a client what the gate asks about a name. */
const READ_BY: Readonly<Record<Exclude<AskingLookup["kind"], "object">, OperationName>> = {
  volume: "VolumeInspect",
  network: "NetworkInspect",
  container: "ContainerInspect",
  secret: "SecretInspect",
  config: "ConfigInspect",
};

/** Stands for a driver that nobody knows; no real name can be spelt so. */
const UNKNOWN = "(unknown)";

/** A swarm's ids; a node that is no manager knows only the networks that it takes part in. */
const SWARM_ID = /^[0-9a-z]{25}$/u;

/** What may be the beginning of the id of a network that is made later: engines look again when a container starts. */
const NETWORK_ID_START = /^[0-9a-f]{1,64}$/u;

/** What may be the beginning of one. */
const SWARM_ID_START = /^[0-9a-z]{1,25}$/u;

/** What may be an id or the beginning of one, or the name that a link gives: what it means has another name then. */
const OTHER_NAME = /^[0-9a-f]+$|^[0-9a-z]{25}$|\//u;

/**
 * Returns where to ask the engine what a name stands for, in the version that the request speaks: nowhere for names that
 * no path can carry beyond doubt.
 */
export function lookupTargets(lookup: Lookup, version: string | undefined): readonly string[] {
  if (lookup.kind === "engine") {
    const target = FACTS[lookup.about].target(version);
    return target === undefined ? [] : [target];
  }
  const prefix = version === undefined ? "" : `/v${version}`;
  return pathsOf(lookup).map((path) => `${prefix}${path}`);
}

function pathsOf(lookup: NamedLookup): readonly string[] {
  const { name } = lookup;
  if (lookup.kind === "mention") return mentionTargets(lookup);
  if (lookup.kind === "container") return containerTargets(name);
  if (lookup.kind === "secret" || lookup.kind === "config") return referenceTargets(lookup);
  if (!(objectOf(lookup) === "network" ? PLAIN_NETWORK : PLAIN_NAME).test(name)) return [];
  if (lookup.kind === "object") return namedTargets(lookup);
  return lookup.kind === "volume" ? [`/volumes/${name}`] : networkTargets(name);
}

/** What became of a name. */
export interface Resolved {
  readonly powers: readonly Power[];
  /** How it goes on, where that is not as the client wrote it. */
  readonly edits: readonly Edit[];
  /** Whether the request can't go on, because there is nothing of that name that could. */
  readonly isMissing: boolean;
}

/** Works out a name from what the engine answered to {@link lookupTargets}; a 404 is no answer. */
export function resolveLookup(lookup: Lookup, answers: readonly JsonValue[]): Resolved {
  switch (lookup.kind) {
    case "volume":
    case "network":
      return unedited(powersOfThing(lookup, answers));
    case "secret":
    case "config":
      return unedited(askedFor(lookup, (asking) => judgeReference(lookup, answers[0], asking)));
    case "container":
      return resolveContainer(lookup, answers[0]);
    case "object":
      return unedited(askedFor(lookup, (asking) => askForObject(lookup, answers, asking)));
    case "mention":
      return { powers: [], edits: editsOfMention(lookup, answers[0]), isMissing: false };
    case "engine":
      return unedited(powersOfFact(FACTS[lookup.about], lookup, answers[0]));
  }
}

function unedited(powers: readonly Power[]): Resolved {
  return { powers, edits: [], isMissing: false };
}

function resolveContainer(lookup: ContainerLookup, answer: JsonValue = null): Resolved {
  const container = readContainer(answer);
  if (container === undefined) return { powers: powersOfAbsent(lookup), edits: [], isMissing: true };
  return {
    powers: askedFor(lookup, (asking) => askForContainer(lookup, container.name, asking)),
    edits: [{ at: lookup.at, text: lookup.withId(container.id) }],
    isMissing: false,
  };
}

/** What is deleted or read asks for the name it has, whatever the request calls it; what is not there, for that. */
function askForObject(lookup: ObjectLookup, answers: readonly JsonValue[], asking: Asking): void {
  const names = new Set(namesMeant(lookup, answers));
  for (const name of names) asking.ask(lookup.noun, name === undefined ? UNKNOWN : encodeValue(name));
  if (names.size === 0) askByWord(lookup, asking);
}

function powersOfThing(lookup: ThingLookup, answers: readonly JsonValue[]): readonly Power[] {
  const { kind, name, isRelabelled } = lookup;
  const things = kind === "network" ? networksMeant(name, answers) : answers;
  if (things.length === 0) return powersOfAbsent(lookup);
  const powers = askedFor(lookup, (asking) => {
    if (kind === "volume") asking.ask("volume", encodeValue(name));
    for (const thing of things) {
      if (kind === "volume") volumeInspectPowers(thing, asking, isRelabelled);
      else networkInspectPowers(thing, asking);
    }
  });
  // A network is seen twice: in the list and on its own.
  return [...new Map(powers.map((power) => [powerText(power), power])).values()];
}

/** Returns what a name asks for that the engine does not know yet; of the engine itself what nearly each one gives. */
export function powersOfAbsent(lookup: Lookup): readonly Power[] {
  if (lookup.kind === "engine") return usualOfFact(FACTS[lookup.about], lookup);
  if (lookup.kind === "mention") return [];
  const { kind, name } = lookup;
  const isHidden = kind === "network" && SWARM_ID.test(name);
  const mayBeLater = kind === "network" && NETWORK_ID_START.test(name);
  return askedFor(lookup, (asking) => {
    if (mayBeLater) {
      asking.ask("network", UNKNOWN);
      asking.ask("network-driver", UNKNOWN);
    } else {
      (isHidden ? askForAnything : askByWord)(lookup, asking);
    }
  });
}

/** Returns what a name asks for whatever it stands for, where nobody asks the engine; nothing where it may be no name. */
export function powersByWord(lookup: Lookup): readonly Power[] {
  const { kind } = lookup;
  const isReference = kind === "secret" || kind === "config";
  if (kind === "engine" || kind === "mention" || isReference || mayHaveOtherName(lookup)) return [];
  return askedFor(lookup, (asking) => askByWord(lookup, asking));
}

/** Returns what a name asks for of which the engine can't be asked: it may be anything. */
export function powersOfUnknown(lookup: Lookup): readonly Power[] {
  if (lookup.kind === "engine") return mostOfFact(FACTS[lookup.about], lookup);
  if (lookup.kind === "mention") return [];
  const asking = new Asking(lookup.place);
  askForAnything(lookup, asking);
  return asking.asked.powers;
}

function askForAnything(lookup: AskingLookup, asking: Asking): void {
  const { kind } = lookup;
  // A name of other letters is no id, and no part of one.
  if (kind === "object" && PLAIN_NAME.test(lookup.name)) {
    asking.ask(lookup.noun, UNKNOWN);
    return;
  }
  askByWord(lookup, asking);
  if (kind === "container") askForContainer(lookup, undefined, asking);
  if (kind === "volume" || kind === "network") asking.ask(`${kind}-driver`, UNKNOWN);
  // The built-in driver's options can be anything too.
  if (kind === "volume") {
    if (lookup.isRelabelled === true) asking.ask("relabel", "/");
    asking.ask("bind", "/");
    asking.ask("mount", UNKNOWN);
  }
}

/** Takes the client's word for the name of what is meant. */
function askByWord(lookup: AskingLookup, asking: Asking): void {
  if (lookup.kind === "container") askForContainer(lookup, lookup.name, asking);
  else asking.ask(lookup.kind === "object" ? lookup.noun : lookup.kind, encodeValue(lookup.name));
}

/** Tells whether the client's word may be no name: then it would teach nothing to repeat it. */
function mayHaveOtherName(lookup: AskingLookup): boolean {
  switch (lookup.kind) {
    case "network":
    case "container":
      return OTHER_NAME.test(lookup.name);
    case "object":
      return (isOfSwarm(lookup) ? SWARM_ID_START : OTHER_NAME).test(lookup.name);
    default:
      return false;
  }
}

function isOfSwarm({ noun }: ObjectLookup): boolean {
  return noun === "secret" || noun === "config";
}

/** Collects what was found of a name, with what of it is for a client that may not look itself. */
function askedFor(lookup: AskingLookup, judge: (asking: Asking) => void): readonly Power[] {
  const { place } = lookup;
  const asking = new Asking(place);
  judge(asking);
  // What can't be read to its end may be anything.
  const unread = new Asking(place);
  if (asking.fault !== undefined) askForAnything(lookup, unread);
  const byWord = new Asking(place);
  askByWord(lookup, byWord);
  const hasOtherName = mayHaveOtherName(lookup);
  return [...asking.asked.powers, ...unread.asked.powers].map((power): Power => {
    const word = byWord.asked.powers.find(({ noun }) => noun === power.noun)?.value;
    const told = { isName: word !== undefined, word: hasOtherName ? undefined : word };
    const found = { readBy: READ_BY[lookup.kind === "object" ? lookup.noun : lookup.kind], ...told, place };
    return { noun: power.noun, value: power.value, place: power.place, found };
  });
}
