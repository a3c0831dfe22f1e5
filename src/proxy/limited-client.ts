import type { ErrorCode } from "../gate-error.ts";
import type { BodyBound } from "../http1/bounded-reader.ts";
import { type ClientLimits, countOf, explainBodyLimit, limitPlace } from "../policy/client-limits.ts";
import type { ClientUsage } from "./client-usage.ts";

/** What a request would count for. */
export interface Demand {
  readonly isStream: boolean;
  /** Of its body, in bytes, as far as its head tells it. */
  readonly length: number;
}

/** Which limit a request is beyond. */
export interface Excess {
  readonly code: ErrorCode;
  /** What the client may have, and where that is written. */
  readonly reason: string;
  /** After how many whole seconds it may be tried again; undefined where time does not help. */
  readonly retryAfter?: number;
}

/** What is full is free again as soon as something ends, and nobody knows when: the shortest time that can be said. */
const SOON = 1;

/** A client that may use so much and no more, with what it uses. */
export class LimitedClient {
  /** The bound on a body whose head does not tell its length. */
  readonly body: BodyBound | undefined;
  readonly #name: string;
  readonly #limits: ClientLimits;
  readonly #usage: ClientUsage;

  constructor(name: string, limits: ClientLimits, usage: ClientUsage) {
    this.#name = name;
    this.#limits = limits;
    this.#usage = usage;
    const { body } = limits;
    this.body = body === undefined ? undefined : { most: body, reason: explainBodyLimit(name, body) };
  }

  /** Counts a request, until {@link leave}; or tells what it is beyond, and then only its rate knows of it. */
  enter({ isStream, length }: Demand, now: number): Excess | undefined {
    const excess = this.#spend(now) ?? this.#findFull(isStream);
    if (excess !== undefined) {
      return excess;
    }
    if (this.body !== undefined && length > this.body.most) {
      return { code: "body_too_large", reason: this.body.reason };
    }
    this.#usage.exchanges += 1;
    this.#usage.streams += isStream ? 1 : 0;
    return undefined;
  }

  /** Ends the count of a request that entered, once. */
  leave(isStream: boolean): void {
    this.#usage.exchanges -= 1;
    this.#usage.streams -= isStream ? 1 : 0;
  }

  #spend(now: number): Excess | undefined {
    const { requests } = this.#limits;
    const wait = requests === undefined ? undefined : this.#usage.spend(requests, now);
    if (requests === undefined || wait === undefined) {
      return undefined;
    }
    const retryAfter = Math.max(SOON, Math.ceil(wait / 1_000));
    const allowance = `${countOf(requests.rate, "request")} a second, ${requests.burst} at once`;
    const reason = this.#explain(allowance, "requests", retryAfter);
    return { code: "too_many_requests", reason, retryAfter };
  }

  #findFull(isStream: boolean): Excess | undefined {
    const { concurrent, streams } = this.#limits;
    if (concurrent !== undefined && this.#usage.exchanges >= concurrent) {
      const reason = this.#explain(`${countOf(concurrent, "request")} at a time`, "concurrent", SOON);
      return { code: "too_many_at_once", reason, retryAfter: SOON };
    }
    if (isStream && streams !== undefined && this.#usage.streams >= streams) {
      const reason = this.#explain(`${countOf(streams, "stream")} at a time`, "streams", SOON);
      return { code: "too_many_streams", reason, retryAfter: SOON };
    }
    return undefined;
  }

  #explain(allowance: string, key: keyof ClientLimits, retryAfter: number): string {
    const when = countOf(retryAfter, "second");
    return `${this.#name} may have ${allowance} (${limitPlace(this.#name, key)}); try again in ${when}`;
  }
}
