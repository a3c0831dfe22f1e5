import { operationObjects } from "../docker/objects/operation-objects.ts";
import type { OperationName } from "../docker/operations.ts";
import type { Noun } from "../docker/powers/nouns.ts";
import { powerText } from "../docker/powers/power.ts";
import { operationPowers } from "../docker/powers/operations.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { isUndecided } from "../journal/undecided.ts";
import { parseRecordedPowers } from "../policy/recorded-powers.ts";
import { MOST_ADDRESSES, MOST_TROUBLES, MOST_VALUES } from "./limits.ts";
import { beginCount, type Counted, countAgain } from "./seen.ts";
import { SharedObjects } from "./shared-objects.ts";
import { type Room, Tally } from "./tally.ts";

/** What one client used of an operation. */
export interface UsedOperation extends Counted {
  /** How often it was let through only because the client was not held to its grant. */
  warned: number;
  /** How often it is not known, or not to the end, what it asked for. */
  unjudged: number;
}

/** What the log tells of one client: all that it used, and all that it did not get, each with how often and when. */
export class ObservedClient {
  readonly name: string;
  readonly span: Counted;
  readonly addresses: Tally;
  readonly used: Map<OperationName, UsedOperation> = new Map();
  /** What was asked for and given, by noun, each as it is written in a list. */
  readonly powers: Map<Noun, Tally> = new Map();
  /** Operations that were denied. */
  readonly deniedOperations: Tally;
  /** What these asked for besides, by operation. */
  readonly deniedAsks: Map<OperationName, Tally> = new Map();
  /** Powers that were denied to operations that are open. */
  readonly deniedPowers: Tally;
  /** The codes of what was refused, whatever a policy says. */
  readonly refused: Tally;
  /** The codes of what was neither decided nor sent, or who ended it: nobody knows whether its client would have used that. */
  readonly undecided: Tally;
  /** Operations and powers that this version does not know, or of which only the beginning was recorded. */
  readonly notUnderstood: Tally;
  readonly objects: SharedObjects = new SharedObjects();
  readonly #room: Room;

  constructor(name: string, { time, repeated }: JournalRecord, room: Room) {
    this.name = name;
    this.span = { ...beginCount(time, repeated), count: 0 };
    this.#room = room;
    this.addresses = new Tally(MOST_ADDRESSES, room);
    this.deniedOperations = new Tally(MOST_TROUBLES, room);
    this.deniedPowers = new Tally(MOST_TROUBLES, room);
    this.refused = new Tally(MOST_TROUBLES, room);
    this.undecided = new Tally(MOST_TROUBLES, room);
    this.notUnderstood = new Tally(MOST_TROUBLES, room);
  }

  /** Takes one exchange of this client; `operation` is undefined where this version knows none of that name. */
  note(record: JournalRecord, operation: OperationName | undefined): void {
    const { time, repeated, address, verdict, code } = record;
    countAgain(this.span, time, repeated);
    this.addresses.note(address, time, repeated);
    if (operation === undefined) {
      if (record.operation !== undefined) this.notUnderstood.note(record.operation, time, repeated);
      else this.refused.note(code ?? verdict, time, repeated);
      return;
    }
    if (isUndecided(record)) this.undecided.note(code ?? `ended by ${record.end}`, time, repeated);
    else if (verdict === "deny") this.#noteDenial(record, operation);
    else if (verdict === "refuse") this.refused.note(code ?? verdict, time, repeated);
    else this.#noteUse(record, operation);
  }

  #noteUse(record: JournalRecord, operation: OperationName): void {
    const { time, repeated, verdict, powers, scope, object, status } = record;
    const used = this.used.get(operation) ?? {
      ...beginCount(time, repeated),
      count: 0,
      warned: 0,
      unjudged: 0,
    };
    this.used.set(operation, used);
    countAgain(used, time, repeated);
    if (verdict === "warn") used.warned += repeated;
    const isWhole =
      powers === undefined ? asksForNothing(operation) : this.#notePowers(record, powers, operation);
    // What the engine refused gave nothing, so that nobody needs more powers for it: one broken body would give `default`.
    if (!isWhole && status < FIRST_REFUSAL) used.unjudged += repeated;
    const { use } = operationObjects[operation];
    // What the client was told is not there is nothing that it acted on; what it made has only the labels that it gave it itself.
    const isThere = scope === undefined && (object !== undefined || status !== NOT_FOUND);
    const isMade = use === "create" && object?.labels !== undefined && object.kind !== "image";
    if ((isThere && use === "one") || isMade) this.objects.note(object);
  }

  /** Counts what was asked for; tells whether that is all of it. */
  #notePowers(record: JournalRecord, texts: readonly string[], operation: OperationName): boolean {
    const { time, repeated } = record;
    const whole = parseRecordedPowers(texts);
    const known = whole ?? texts.flatMap((text) => parseRecordedPowers([text]) ?? []);
    let isWhole = whole !== undefined;
    for (const { noun, value = "" } of known) {
      const text = powerText({ noun, value });
      if (!WRITABLE.test(value)) {
        isWhole = false;
        this.notUnderstood.note(text, time, repeated, operation);
        continue;
      }
      this.#tallyOf(noun).note(text, time, repeated, operation);
    }
    return isWhole;
  }

  #tallyOf(noun: Noun): Tally {
    const known = this.powers.get(noun);
    if (known !== undefined) return known;
    const made = new Tally(MOST_VALUES, this.#room);
    this.powers.set(noun, made);
    return made;
  }

  #noteDenial({ time, repeated, code, missing, powers }: JournalRecord, operation: OperationName): void {
    if (code !== "power_denied") {
      this.deniedOperations.note(operation, time, repeated);
      const asks = this.deniedAsks.get(operation) ?? new Tally(MOST_TROUBLES, this.#room);
      this.deniedAsks.set(operation, asks);
      for (const power of powers ?? []) asks.note(power, time, repeated);
      return;
    }
    for (const power of missing) this.deniedPowers.note(power, time, repeated, operation);
  }
}

const FIRST_REFUSAL = 400;
const NOT_FOUND = 404;

/** What a gate writes as a value: printable, and without the comma and the star that mean something in a list. */
const WRITABLE = /^(?! )[\x20-\x29\x2b\x2d-\x7e]*(?<! )$/u;

/**
 * Tells whether a record without powers says that there were none to tell of. One of a client that learns has a list of them
 * where it could be read what was asked for, be it an empty one.
 */
function asksForNothing(operation: OperationName): boolean {
  return !operationPowers.has(operation);
}
