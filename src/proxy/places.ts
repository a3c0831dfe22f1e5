/** A bound on how many share something scarce at one time. */
export class Places {
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a place, or tells that there is none. */
  take(): boolean {
    if (this.#free === 0) {
      return false;
    }
    this.#free -= 1;
    return true;
  }

  /** Gives a place back. */
  release(): void {
    this.#free += 1;
  }
}
