import { catalogue, type OperationName } from "../docker/operations.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { NOBODY } from "../kernel/log-words.ts";
import { LONGEST_KEPT, MOST_ADDRESSES, MOST_CLIENTS, MOST_KEPT } from "./limits.ts";
import { ObservedClient } from "./observed-client.ts";
import { type Counted, beginCount, countAgain } from "./seen.ts";
import { type Room, Tally } from "./tally.ts";

const OPERATIONS: ReadonlyMap<string, OperationName> = new Map(catalogue.map(({ name }) => [name, name]));

/**
 * Takes a log record by record, and keeps of each client what it was seen to use, or of one alone. What it keeps is bounded,
 * and the same in whatever order records come, as long as no bound is met.
 */
export class Observation {
  readonly #room: Room = { left: MOST_KEPT };
  readonly #clients: Map<string, ObservedClient> = new Map();
  readonly #strangers: Tally = new Tally(MOST_ADDRESSES, this.#room);
  readonly #only: string | undefined;
  readonly #others: Set<string> = new Set();
  #span: Counted | undefined;
  #beyond = 0;

  constructor(only?: string) {
    this.#only = only;
  }

  /** Takes one record, in whatever order they come. */
  note(record: JournalRecord): void {
    const { client: name, time, repeated } = record;
    if (this.#only !== undefined && this.#only !== name) {
      if (this.#others.size < MOST_CLIENTS && name.length <= LONGEST_KEPT) this.#others.add(name);
      return;
    }
    if (this.#span === undefined) this.#span = beginCount(time, repeated);
    else countAgain(this.#span, time, repeated);
    if (name === NOBODY) {
      this.#strangers.note(record.address, time, repeated);
      return;
    }
    const client = this.#clientOf(name, record);
    if (client === undefined) this.#beyond += repeated;
    else client.note(record, OPERATIONS.get(record.operation ?? ""));
  }

  /** Those that called, in the alphabet's order. */
  get clients(): readonly ObservedClient[] {
    return [...this.#clients.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The names of clients that were passed over, as one alone was asked for. */
  get others(): readonly string[] {
    return [...this.#others];
  }

  /** The addresses from where callers came that are no client. */
  get strangers(): Tally {
    return this.#strangers;
  }

  /** How many exchanges there were, and between which times; undefined where there were none. */
  get span(): Counted | undefined {
    return this.#span;
  }

  /** How many exchanges were of clients of which nothing is kept, because they are too many, or called what no client can be. */
  get beyond(): number {
    return this.#beyond;
  }

  /** Whether there was more than is kept, of clients taken together. */
  get isFull(): boolean {
    return this.#room.left <= 0;
  }

  #clientOf(name: string, record: JournalRecord): ObservedClient | undefined {
    const known = this.#clients.get(name);
    const isBeyond = this.#clients.size >= MOST_CLIENTS || name.length > LONGEST_KEPT;
    if (known !== undefined || isBeyond) return known;
    const made = new ObservedClient(name, record, this.#room);
    this.#clients.set(name, made);
    return made;
  }
}
