/** How many times something took how long: counted in buckets, in plain numbers. */
export interface Histogram {
  /** The upper bounds of the buckets in milliseconds, each in its own; what is longer than the last is in one more. */
  readonly bounds: readonly number[];
  /** How many were in each bucket and in none before it. */
  readonly counts: readonly number[];
  /** In milliseconds. */
  readonly sum: number;
}

/** For requests that are answered at once: most of an engine's answers take between one millisecond and one second. */
const REQUEST_BOUNDS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** For what lasts as long as it is wished: from a tenth of a second to a day. */
const STREAM_BOUNDS: readonly number[] = [
  100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000,
];

/** A {@link Histogram} that goes on counting. */
export class Durations implements Histogram {
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds in rising order */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** One for requests that are answered at once. */
  static ofRequests(): Durations {
    return new Durations(REQUEST_BOUNDS);
  }

  /** One for streams and whatever else lasts. */
  static ofStreams(): Durations {
    return new Durations(STREAM_BOUNDS);
  }

  get counts(): readonly number[] {
    return this.#counts;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Counts one more; from the shortest bucket on, because most are in one of the first. */
  add(milliseconds: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (milliseconds > (bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += milliseconds;
  }
}
