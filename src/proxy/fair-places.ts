import { FAIR_MULTIPLE } from "./limits.ts";

/**
 * Whether one who holds so many places may take one more while so many are free. Somebody alone gets 7/8 of all, two
 * get 7/15 each, and there is always something left for who has none yet.
 */
export function isFair(held: number, free: number): boolean {
  return held < FAIR_MULTIPLE * free;
}

/** A bound on how many share something scarce at one time, of which no sharer can take all. */
export class FairPlaces {
  readonly #held = new Map<string, number>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a place, or tells that there is none for this sharer. */
  take(sharer: string): boolean {
    const held = this.#held.get(sharer) ?? 0;
    if (!isFair(held, this.#free)) {
      return false;
    }
    this.#held.set(sharer, held + 1);
    this.#free -= 1;
    return true;
  }

  /** Gives a place back that this sharer took. */
  release(sharer: string): void {
    const held = this.#held.get(sharer) ?? 0;
    if (held > 1) {
      this.#held.set(sharer, held - 1);
    } else {
      this.#held.delete(sharer);
    }
    this.#free += 1;
  }
}

/** A place that one of those who share them holds for a time, or does not. */
export class HeldPlace {
  readonly #places: FairPlaces;
  readonly #sharer: string;
  #isHeld = false;

  constructor(places: FairPlaces, sharer: string) {
    this.#places = places;
    this.#sharer = sharer;
  }

  /** Takes it unless it is held already, or tells that there is none. */
  take(): boolean {
    this.#isHeld ||= this.#places.take(this.#sharer);
    return this.#isHeld;
  }

  /** Gives it back; a second time does nothing. */
  release(): void {
    if (this.#isHeld) {
      this.#isHeld = false;
      this.#places.release(this.#sharer);
    }
  }
}
