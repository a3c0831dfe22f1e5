import { LONGEST_KEPT } from "./limits.ts";
import { addSeen, beginCount, type Counted, countAgain, type Seen } from "./seen.ts";

/** How many more distinct things may be kept, of all tallies together. */
export interface Room {
  left: number;
}

interface Entry extends Counted {
  readonly by: Set<string>;
}

/** What was seen under one key. */
export interface Tallied extends Seen {
  readonly key: string;
  /** Which operations it was seen with, in the alphabet's order. */
  readonly by: readonly string[];
}

/**
 * Counts distinct keys, of which it keeps a bounded number: the first ones of the alphabet, so that it is the same in whatever
 * order they come, as long as there is room. None is longer than a gate writes one.
 */
export class Tally {
  readonly #most: number;
  readonly #room: Room;
  readonly #entries: Map<string, Entry> = new Map();
  #total = 0;

  constructor(most: number, room: Room) {
    this.#most = most;
    this.#room = room;
  }

  /** Counts a key that was seen so many times, by an operation where that is told. */
  note(key: string, time: string, times: number, by?: string): void {
    this.#total += times;
    if (key.length > LONGEST_KEPT) return;
    const known = this.#entries.get(key);
    if (known !== undefined) {
      countAgain(known, time, times);
      if (by !== undefined) known.by.add(by);
      return;
    }
    // Twice as many as are kept, so that what is too much is sorted out now and then.
    if (this.#entries.size >= 2 * this.#most) this.#trim();
    if (this.#room.left <= 0) return;
    this.#room.left -= 1;
    const entry = { ...beginCount(time, times), by: new Set(by === undefined ? [] : [by]) };
    this.#entries.set(key, entry);
  }

  /** What is kept, in the alphabet's order. */
  entries(): readonly Tallied[] {
    return [...this.#entries]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, this.#most)
      .map(([key, { count, first, last, by }]) => ({ key, count, first, last, by: [...by].toSorted() }));
  }

  /** How many times something was seen that is not kept. */
  get beyond(): number {
    return this.entries().reduce((rest, { count }) => rest - count, this.#total);
  }

  /** A key that is among the first ones at the end was among them at all times, so its count is whole. */
  #trim(): void {
    for (const key of [...this.#entries.keys()].toSorted().slice(this.#most)) {
      this.#entries.delete(key);
      this.#room.left += 1;
    }
  }
}

/** The same of several tallies, each key once, in the alphabet's order. */
export function mergeTallied(all: readonly Tallied[]): readonly Tallied[] {
  const merged = new Map<string, Tallied>();
  for (const each of all) {
    const known = merged.get(each.key);
    const by = [...new Set([...(known?.by ?? []), ...each.by])].toSorted();
    merged.set(each.key, { ...addSeen(known, each), key: each.key, by });
  }
  return [...merged.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
}
