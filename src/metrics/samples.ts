import type { ErrorCode } from "../gate-error.ts";
import type { Histogram } from "./histogram.ts";
import type { Label } from "./labels.ts";
import type { ClientTally } from "./tally.ts";

/** One number of a metric, with what tells it from the others. */
export interface Sample {
  readonly labels: Readonly<Partial<Record<Label | "le", string>>>;
  readonly value: number;
  /** Which part of a histogram it is. */
  readonly part?: "bucket" | "sum" | "count";
}

const MILLI = 1_000;

/** The one number of a metric without labels. */
export function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

/** One number for each value of a label. */
export function byLabel(label: Label, values: ReadonlyMap<string, number>): readonly Sample[] {
  return [...values].map(([word, value]) => ({ labels: { [label]: word }, value }));
}

/** How many requests of a client came to each end. */
export function requestsOf({ client, rows }: ClientTally): readonly Sample[] {
  return rows.map(({ operation, verdict, code, statusClass, count: value }) => {
    const status = statusClass === 0 ? "none" : `${statusClass}xx`;
    return {
      labels: {
        client,
        ...(operation === undefined ? {} : { operation }),
        verdict,
        ...(code === undefined ? {} : { code }),
        status,
      },
      value,
    };
  });
}

/** What tells that a limit was met, by its key in the policy file. */
const LIMIT_CODES = {
  requests: "too_many_requests",
  concurrent: "too_many_at_once",
  streams: "too_many_streams",
  body: "body_too_large",
} as const satisfies Readonly<Record<string, ErrorCode>>;

/**
 * How often a client was beyond each limit, also where it never was: Prometheus does not notice the first step of a series
 * that begins with it.
 */
export function limitHitsOf({ client, rows }: ClientTally): readonly Sample[] {
  return Object.entries(LIMIT_CODES).map(([limit, code]) => ({
    labels: { client, limit },
    value: rows.filter((row) => row.code === code).reduce((sum, { count }) => sum + count, 0),
  }));
}

/** The numbers of a histogram; each bucket has all that took as long or less. */
export function durationsOf({ bounds, counts, sum }: Histogram, labels: Sample["labels"]): readonly Sample[] {
  const samples: Sample[] = [];
  let count = 0;
  for (const [bucket, more] of counts.entries()) {
    count += more;
    const bound = bounds[bucket];
    const le = bound === undefined ? "+Inf" : String(bound / MILLI);
    samples.push({ labels: { ...labels, le }, value: count, part: "bucket" });
  }
  return [...samples, { labels, value: sum / MILLI, part: "sum" }, { labels, value: count, part: "count" }];
}
