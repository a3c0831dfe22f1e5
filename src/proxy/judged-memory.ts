import { isFair } from "./fair-places.ts";
import { JUDGED_MEMORY_LIMIT, LARGE_BODY } from "./limits.ts";

/** The part of it that is kept for requests that hold no more than {@link LARGE_BODY}. */
const PART_FOR_SMALL = 1 / 8;

/**
 * One bound, in bytes, on all that is held of requests that are judged. It is shared fairly, and what is small has a part
 * of its own, so that the requests of others get through while one client fills the rest.
 */
export class JudgedMemory {
  readonly #limit: number;
  readonly #ofSharer = new Map<string, number>();
  #held = 0;

  constructor(limit: number = JUDGED_MEMORY_LIMIT) {
    this.#limit = limit;
  }

  /** Goes from what an exchange holds to what it wants to hold, or tells that there is no room. Less is always granted. */
  change(sharer: string, from: number, to: number): boolean {
    const growth = to - from;
    const held = this.#held + growth;
    const ofSharer = (this.#ofSharer.get(sharer) ?? 0) + growth;
    const kept = to > LARGE_BODY ? this.#limit * PART_FOR_SMALL : 0;
    if (growth > 0 && !isFair(ofSharer, this.#limit - kept - held)) {
      return false;
    }
    this.#held = held;
    if (ofSharer === 0) this.#ofSharer.delete(sharer);
    else this.#ofSharer.set(sharer, ofSharer);
    return true;
  }
}
