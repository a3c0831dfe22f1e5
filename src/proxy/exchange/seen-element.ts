import { ExcerptReader } from "../../docker/json/excerpt.ts";
import type { Outline } from "../../docker/json/outline.ts";
import { type JsonBounds, parseJson } from "../../docker/json/parse.ts";
import type { JsonValue } from "../../docker/json/value.ts";
import { writeJson } from "../../docker/json/write.ts";
import type { GateError } from "../../gate-error.ts";
import type { Result } from "../../kernel/result.ts";

/** An element as its client gets it: the very bytes where nothing changes. Or why it does not get it. */
export type Seen = Buffer | "unreadable" | "withheld";

/** What the bytes of an element are for the client. */
export type SeeElement = (bytes: Buffer) => Seen;

/** The same where the engine may have to be asked first. */
export type SeeElementLater = (bytes: Buffer) => Seen | Promise<Result<Seen, GateError>>;

/** What a value is for the client; undefined where it does not get it. The same value where nothing changes. */
export type ReviewValue = (value: JsonValue) => JsonValue | undefined;

/** Sees elements as a review has their values. */
export function seeBy(review: ReviewValue, bounds: JsonBounds): SeeElement {
  return (bytes) => {
    const parsed = parseJson(bytes, bounds);
    return parsed.ok ? seenAs(review(parsed.value), parsed.value, bytes) : "unreadable";
  };
}

/** The same of objects of which the review looks at no more than an outline says, and changes nothing else. */
export function seeByOutline(
  outline: Outline | undefined,
  review: ReviewValue,
  bounds: JsonBounds,
): SeeElement {
  const seeWhole = seeBy(review, bounds);
  if (outline?.kind !== "object") return seeWhole;
  const reader = new ExcerptReader(outline, bounds);
  return (bytes) => {
    const excerpt = reader.read(bytes);
    if (excerpt === undefined) return seeWhole(bytes);
    const seen = review(excerpt.value);
    if (seen === undefined) return "withheld";
    return seen === excerpt.value ? bytes : (excerpt.rewrite(seen) ?? seeWhole(bytes));
  };
}

/** An element whose value was reviewed. */
export function seenAs(seen: JsonValue | undefined, value: JsonValue, bytes: Buffer): Seen {
  if (seen === undefined) return "withheld";
  return seen === value ? bytes : writeJson(seen);
}
