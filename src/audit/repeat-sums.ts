import { isDeepStrictEqual } from "node:util";
import { copyText } from "../kernel/copy-text.ts";
import type { ToldRecord } from "./record.ts";

/** How long what is identical is summed up, in milliseconds: a log shows soon that it goes on, and has one line a minute of it. */
const WINDOW = 60_000;
/** What is summed of identical records. */
interface Sum<Entry> {
  /** The first of those that are not written; where there is none, the one before. */
  first: Entry;
  /** How many exchanges are not written. */
  count: number;
  bytesIn: number;
  bytesOut: number;
  duration: number;
  engineTime: number | undefined;
  /** When it is written. */
  until: number;
}

/** Which records are one sum. */
export interface Sameness {
  /** The most sums at the same time: who varies what it asks for has its lines written beyond, and takes no memory. */
  readonly most: number;
  /** What hardly any two sums share, and all records of one do. */
  readonly keyOf: (record: ToldRecord) => string;
  /** The fields that are the same in all records of one. */
  readonly fields: readonly TellingField[];
}

/**
 * Sums up records that are the same, as is said of them, in all but time, bytes and how long they took. The first is written at once;
 * those that follow within a minute are one record at its end, with what the first of them was, and so on for as long as they come.
 */
export class RepeatSums<Entry extends ToldRecord> {
  readonly #write: (record: Entry) => void;
  readonly #sameness: Sameness;
  readonly #sums = new Map<string, Sum<Entry>[]>();
  #size = 0;

  constructor(write: (record: Entry) => void, sameness: Sameness = IDENTICAL) {
    this.#write = write;
    this.#sameness = sameness;
  }

  /** Writes a record, or adds it to its sum. `now` is in milliseconds, as all of this takes it. */
  add(record: Entry, now: () => number): void {
    const { keyOf, fields, most } = this.#sameness;
    const key = keyOf(record);
    const sum = this.#sums.get(key)?.find(({ first }) => isSame(fields, first, record));
    if (sum !== undefined) {
      addTo(sum, record);
      return;
    }
    if (this.#size < most) this.#open(key, record, now() + WINDOW);
    this.#write(record);
  }

  /** Writes what had its minute, and goes on with it; what did not come again is forgotten. Gives when the next one is over. */
  closeWindows(now: number): number | undefined {
    let next: number | undefined;
    for (const [key, sums] of this.#sums) {
      const left = sums.filter((sum) => sum.until > now || sum.count > 0);
      this.#size -= sums.length - left.length;
      if (left.length === 0) this.#sums.delete(key);
      else this.#sums.set(key, left);
      for (const sum of left) {
        if (sum.until <= now) {
          this.#writeSum(sum);
          sum.until = now + WINDOW;
        }
        next = Math.min(next ?? sum.until, sum.until);
      }
    }
    return next;
  }

  /** Writes all that is summed, and begins anew. */
  writeAll(): void {
    for (const sums of this.#sums.values()) {
      for (const sum of sums) this.#writeSum(sum);
    }
    this.#sums.clear();
    this.#size = 0;
  }

  #open(key: string, record: Entry, until: number): void {
    const sum = { ...NOTHING, first: withOwnPath(record), until };
    const sums = this.#sums.get(key);
    if (sums === undefined) this.#sums.set(copyText(key), [sum]);
    else sums.push(sum);
    this.#size += 1;
  }

  #writeSum(sum: Sum<Entry>): void {
    const { first, count, bytesIn, bytesOut } = sum;
    if (count === 0) return;
    const duration = toMicroseconds(sum.duration);
    const engineTime = sum.engineTime === undefined ? undefined : toMicroseconds(sum.engineTime);
    // Each of several was a part of a trace of its own.
    const several = count === 1 ? undefined : { trace: undefined, span: undefined, repeated: count };
    this.#write({ ...first, bytesIn, bytesOut, duration, engineTime, ...several });
    Object.assign(sum, NOTHING);
  }
}

const NOTHING = { count: 0, bytesIn: 0, bytesOut: 0, duration: 0, engineTime: undefined } as const;

/** Milliseconds as a record has them. */
function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function addTo<Entry extends ToldRecord>(sum: Sum<Entry>, record: Entry): void {
  if (sum.count === 0) {
    const { path } = sum.first;
    sum.first = record.path === path ? { ...record, path } : withOwnPath(record);
  }
  sum.count += record.repeated ?? 1;
  sum.bytesIn += record.bytesIn;
  sum.bytesOut += record.bytesOut;
  sum.duration += record.duration;
  if (record.engineTime !== undefined) sum.engineTime = (sum.engineTime ?? 0) + record.engineTime;
}

/** The path may be a part of a request's head, and would keep all of it. */
function withOwnPath<Entry extends ToldRecord>(record: Entry): Entry {
  return record.path === undefined ? record : { ...record, path: copyText(record.path) };
}

/** What tells no records apart. */
type Varying = "time" | "bytesIn" | "bytesOut" | "duration" | "engineTime" | "trace" | "span" | "repeated";

type TellingField = Exclude<keyof ToldRecord, Varying>;

/** What does: all other fields, to which the compiler holds it. */
const TELLING: Readonly<Record<TellingField, true>> = {
  client: true,
  address: true,
  method: true,
  path: true,
  operation: true,
  verdict: true,
  code: true,
  reason: true,
  rule: true,
  missing: true,
  powers: true,
  object: true,
  scope: true,
  learning: true,
  status: true,
  withheld: true,
  stream: true,
  end: true,
};

const TELLING_NAMES = Object.keys(TELLING).filter(isTelling);

function isTelling(name: string): name is TellingField {
  return Object.hasOwn(TELLING, name);
}

/** The same request with the same outcome. */
const IDENTICAL: Sameness = { most: 256, keyOf: ({ path = "" }) => path, fields: TELLING_NAMES };

/**
 * What one address asked of one operation, with the same outcome: whatever the path, and whenever it may be tried again. More sums than
 * of polls, for whoever floods the gate can ask for each operation; one takes a kilobyte or two.
 */
export const SAME_OPERATION: Sameness = {
  most: 1024,
  keyOf: ({ client, address, code = "", operation = "" }) => `${client} ${address} ${code} ${operation}`,
  fields: TELLING_NAMES.filter((name) => name !== "path" && name !== "reason"),
};

function isSame(fields: readonly TellingField[], one: ToldRecord, other: ToldRecord): boolean {
  return fields.every((name) => one[name] === other[name] || isDeepStrictEqual(one[name], other[name]));
}
