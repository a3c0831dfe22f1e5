import { sharerOf } from "./address.ts";

/** Remembers of which clients something was told already: a log must not grow with what clients make up. */
export class FirstTimes {
  readonly #limit: number;
  readonly #told = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether it is the first time for whoever has this address. When there are too many to remember, no more are told. */
  isNew(address: string): boolean {
    const sharer = sharerOf(address);
    if (this.#told.has(sharer) || this.#told.size >= this.#limit) {
      return false;
    }
    this.#told.add(sharer);
    return true;
  }
}
