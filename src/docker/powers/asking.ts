import { isJsonObject, isJsonNumber, type JsonValue } from "../json/value.ts";
import { serializeJson } from "../json/write.ts";
import { longestName, longestShownValue, mostPowerCharacters, mostPowers } from "../limits.ts";
import { type Noun, nouns } from "./nouns.ts";
import { encodeValue, type Power } from "./power.ts";

/** An object of the engine that a request names: what it is decides what the name gives. */
export type Lookup =
  | ThingLookup
  | ContainerLookup
  | ReferenceLookup
  | ObjectLookup
  | MentionLookup
  | EngineLookup;

interface NamedObject {
  readonly name: string;
  /** Where the request names it. */
  readonly place: string;
}

/** A volume or a network, whose own settings count. */
export interface ThingLookup extends NamedObject {
  readonly kind: "volume" | "network";
  /** Set where the engine is to give its files other SELinux labels. */
  readonly isRelabelled?: true;
}

/** A container, which is asked for by its own name and goes on by its whole id. */
export interface ContainerLookup extends NamedObject, ContainerUse {
  readonly kind: "container";
  /** The keys and indexes that lead to the client's word. */
  readonly at: readonly (string | number)[];
}

/** What a container that is named is for. */
export interface ContainerUse {
  readonly noun: "volumes-from" | "join" | "link";
  /** What stands before the name in the power: `pid:` in `join:pid:web`. */
  readonly before: string;
  /** Writes what the client wrote with an id in the place of the name. */
  readonly withId: (id: string) => string;
}

/** A secret or a configuration by its id, which is a new one each time it is made. */
export interface ReferenceLookup extends NamedObject {
  readonly kind: "secret" | "config";
  /** The name that the request gives it, where there is one. */
  readonly called: string | undefined;
}

/** What a path deletes or reads by its name, its id or the beginning of one: it is not used, so only its name counts. */
export interface ObjectLookup extends NamedObject {
  readonly kind: "object";
  readonly noun: "volume" | "network" | "secret" | "config";
}

/** What a request names without asking for a power by it: it counts only for a client that has a scope. */
export interface MentionLookup extends NamedObject {
  readonly kind: "mention";
  readonly object: "container" | "image" | "network" | "volume" | "service" | "node";
  readonly role: MentionRole;
  /** The keys and indexes that lead to the client's word. */
  readonly at: readonly (string | number)[];
  /**
   * Set where it is looked for again by what the request says, at each step of a build or, by a swarm, whenever a task starts:
   * whose it is then, nobody asks.
   */
  readonly isLater?: true;
  /** An id under which it is there for the client whatever the scope says. */
  readonly heldId?: string;
}

/**
 * What becomes of it. `base`: what is made has its labels. `given`: a name that something gets, and others lose. `spare`:
 * where there is no such thing, the engine does without. `started`: it gets its networks anew.
 */
export type MentionRole = "used" | "base" | "given" | "spare" | "started";

/** What gives less or more by what the engine itself is: `name` is the value of the power, as far as it is known. */
export interface EngineLookup extends NamedObject {
  readonly kind: "engine";
  readonly about: "cgroupns" | "read-only container" | "read-only service";
}

/** What a request turned out to ask for. */
export interface Asked {
  readonly powers: readonly Power[];
  readonly lookups: readonly Lookup[];
}

/** Stands for an empty value: the noun alone would be all of its values, to whoever reads a refusal and copies it. */
const EMPTY = "(empty)";

/** What knows which powers a value asks for. */
interface Judging {
  readonly judge: (value: JsonValue, asking: Asking) => void;
}

/** Collects what one request asks for, and remembers where in it the reader stands. */
export class Asking {
  readonly #powers: Power[] = [];
  readonly #lookups: Lookup[] = [];
  readonly #mentions: MentionLookup[] = [];
  readonly #path: (string | number)[] = [];
  readonly #base: string;
  #characters = 0;
  #fault: string | undefined;

  /** `base` is the place that leads to what is read, where it is not the request itself. */
  constructor(base = "") {
    this.#base = base;
  }

  get asked(): Asked {
    return { powers: this.#powers, lookups: this.#lookups };
  }

  /** What is only mentioned, for a client that has a scope. */
  get mentions(): readonly MentionLookup[] {
    return this.#mentions;
  }

  /** Why the request can't be judged, if it can't. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Goes on with what stands below a key or at an index; not at all once it is known that nothing comes of it. */
  within(step: string | number, judge: () => void): void {
    if (this.#fault !== undefined) return;
    this.#path.push(step);
    judge();
    this.#path.pop();
  }

  /** The same for one value by what it means: nothing is made for a field, of which a body has many. */
  judgeAt(step: string | number, meaning: Judging, value: JsonValue): void {
    if (this.#fault !== undefined) return;
    this.#path.push(step);
    meaning.judge(value, this);
    this.#path.pop();
  }

  /** Notes a power; `shown` is the value that asks for it, unless nobody may read it. */
  ask(noun: Noun, asked: string, shown?: JsonValue): void {
    const value = asked === "" && nouns[noun].kind !== "word" ? EMPTY : asked;
    if (this.#powers.length >= mostPowers) {
      this.#fault ??= `it asks for more than ${mostPowers} powers`;
      return;
    }
    this.#characters += value.length;
    if (this.#characters > mostPowerCharacters) {
      this.#fault ??= `it asks for powers of more than ${mostPowerCharacters} characters together`;
      return;
    }
    // What the engine says is not repeated: a volume's options may hold a password that this client never saw.
    const known = this.#base === "" ? shown : undefined;
    this.#powers.push(new AskedPower(noun, value, this.#base, this.#path.slice(), known));
  }

  /** Notes that the engine has to be asked what a name stands for. */
  lookUp(kind: ThingLookup["kind"], name: string, isRelabelled = false): void {
    const asked = askable(name);
    const isKnown = (lookup: Lookup): boolean =>
      lookup.kind === kind && lookup.name === asked && (lookup.isRelabelled ?? false) === isRelabelled;
    if (!this.#lookups.some((lookup) => isKnown(lookup))) {
      const relabelling = isRelabelled ? ({ isRelabelled } as const) : {};
      this.#note({ kind, name: asked, ...relabelling, place: this.#placeOf(name) });
    }
  }

  /** The same for a container; `shown` is what names it. */
  lookUpContainer(name: string, use: ContainerUse, shown: string): void {
    this.#note({
      kind: "container",
      name: askable(name),
      ...use,
      at: this.#path.slice(),
      place: this.#placeOf(shown),
    });
  }

  /** The same for what a service mounts, by its id. */
  lookUpReference(kind: ReferenceLookup["kind"], id: string, called: string | undefined): void {
    this.#note({ kind, name: askable(id), called, place: this.#placeOf(id) });
  }

  /** The same for what a path names. */
  lookUpObject(noun: ObjectLookup["noun"], name: string): void {
    this.#note({ kind: "object", noun, name: askable(name), place: this.#placeOf(name) });
  }

  /** The same for what is only mentioned; `name` is how the engine is asked for it. */
  mention(object: MentionLookup["object"], name: string, role: MentionRole = "used", isLater = false): void {
    const at = this.#path.slice();
    const later = isLater ? ({ isLater } as const) : {};
    const place = this.#placeOf(name);
    this.#noteIn(this.#mentions, { kind: "mention", object, role, name: askable(name), at, place, ...later });
  }

  /** The same for what gives less or more by what the engine itself is. */
  lookUpEngine(about: EngineLookup["about"], name: string, shown: string): void {
    this.#note({ kind: "engine", about, name, place: this.#placeOf(shown) });
  }

  #note(lookup: Lookup): void {
    this.#noteIn(this.#lookups, lookup);
  }

  #noteIn<Noted>(list: Noted[], lookup: Noted): void {
    if (list.length < mostPowers) list.push(lookup);
    else this.#fault ??= `it asks for more than ${mostPowers} powers`;
  }

  #placeOf(shown: string): string {
    return placeOf(this.#base, this.#path, shown);
  }

  /** Tells that the value here is not what the engine's documentation knows; the first of several is kept. */
  refuse(reason: string): void {
    this.#fault ??= `${this.place} ${reason}`;
  }

  /** Where the reader stands: `HostConfig.Binds[0]`; a key of the query stands behind a `?`. */
  get place(): string {
    return placeOf(this.#base, this.#path, undefined);
  }

  /** The same without indexes, as the value of a power `field:`. */
  get fieldPath(): string {
    const steps = this.#path.filter((step) => typeof step === "string");
    // Each is cut before they are joined: below a key of megabytes may stand thousands of others.
    const path = steps.map((step) => step.slice(0, longestShownValue)).join(".");
    return encodeValue(path.slice(0, longestShownValue));
  }
}

/** A name of which an engine can be asked; of one that is too long the beginning, which is too long as well. */
function askable(name: string): string {
  return name.slice(0, longestName + 1);
}

/** A power, whose place is worked out when somebody wants to read it: it is for a sentence that is hardly ever said. */
class AskedPower implements Power {
  readonly noun: Noun;
  readonly value: string;
  readonly #base: string;
  readonly #path: readonly (string | number)[];
  readonly #shown: JsonValue | undefined;

  constructor(
    noun: Noun,
    value: string,
    base: string,
    path: readonly (string | number)[],
    shown: JsonValue | undefined,
  ) {
    this.noun = noun;
    this.value = value;
    this.#base = base;
    this.#path = path;
    this.#shown = shown;
  }

  get place(): string {
    return placeOf(this.#base, this.#path, this.#shown);
  }
}

function placeOf(base: string, path: readonly (string | number)[], shown: JsonValue | undefined): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${printable(step)}`));
  const inner = steps.join("").replace(/^\./u, "");
  const place = [base, inner].filter((part) => part !== "").join(", ") || "the body";
  return shown === undefined ? place : `${place} = ${show(shown)}`;
}

function show(value: JsonValue): string {
  return printable(typeof value === "string" ? value : serializeJson(value));
}

/** Makes a client's text fit for one line of an error, and short. */
function printable(text: string): string {
  const isLong = text.length > longestShownValue;
  const shown = isLong ? `${text.slice(0, longestShownValue)}...` : text;
  return shown.replaceAll(/[^\u0020-\u007e]/gu, "?");
}

/** Tells whether a value says no more than its absence: `null`, `false`, 0 or `""`. An empty list may say something. */
export function isZero(value: JsonValue): boolean {
  return value === null || value === false || value === "" || (isJsonNumber(value) && value.isZero);
}

/** Tells whether a value is empty in any way. */
export function isEmpty(value: JsonValue): boolean {
  return (
    isZero(value) || (Array.isArray(value) && value.length === 0) || (isJsonObject(value) && value.size === 0)
  );
}
