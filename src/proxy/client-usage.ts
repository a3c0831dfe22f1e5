import type { RequestRate } from "../policy/client-limits.ts";

const SECOND = 1_000;

/**
 * What one client uses at the moment, on all its connections. Nothing in it is of its limits: these may change while it is
 * counted on, and neither fill what is spent nor forget what is under way.
 */
export class ClientUsage {
  /** Exchanges under way. */
  exchanges = 0;
  /** Streams among them. */
  streams = 0;
  /** How many thousandths of a request are spent and not yet there again. */
  #spent = 0;
  /** When that was so, in milliseconds. */
  #time = 0;

  /**
   * Spends one request, or spends nothing and gives the milliseconds after which there is one. In any time at most as many
   * are spent as may come at once and as come again in that time.
   */
  spend({ rate, burst }: RequestRate, now: number): number | undefined {
    // A thousandth of a request a millisecond is one a second.
    this.#spent = Math.max(0, this.#spent - Math.max(0, now - this.#time) * rate);
    this.#time = now;
    const over = this.#spent + SECOND - burst * SECOND;
    if (over > 0) {
      return over / rate;
    }
    this.#spent += SECOND;
    return undefined;
  }
}

/**
 * What each client uses, by its name: the same for all who ask under that name, so that a new policy goes on counting where the
 * old one was. What nobody counts on any more is not kept.
 */
export class ClientUsages {
  readonly #usages = new Map<string, WeakRef<ClientUsage>>();

  /** What the client with this name uses. */
  of(client: string): ClientUsage {
    const known = this.#usages.get(client)?.deref();
    if (known !== undefined) {
      return known;
    }
    for (const [name, usage] of this.#usages) {
      if (usage.deref() === undefined) this.#usages.delete(name);
    }
    const usage = new ClientUsage();
    this.#usages.set(client, new WeakRef(usage));
    return usage;
  }
}
