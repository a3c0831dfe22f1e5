import { isDeepStrictEqual } from "node:util";
import { copyText } from "../kernel/copy-text.ts";
import type { ToldRecord } from "./record.ts";

/** How long what is identical is summed up, in milliseconds: a log shows soon that it goes on, and has one line a minute of it. */
const WINDOW = 60_000;
/** The most that is summed at the same time: who varies what it asks for has its lines written, and takes no memory. */
const MOST_SUMS = 256;

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

/**
 * Sums up records that are the same in all but time, bytes and how long they took. The first is written at once; those that follow within
 * a minute are one record at its end, with the time of the first of them, and so on for as long as they come.
 */
export class RepeatSums<Entry extends ToldRecord> {
  readonly #write: (record: Entry) => void;
  /** By their paths, which hardly any two share. */
  readonly #sums = new Map<string, Sum<Entry>[]>();
  #size = 0;

  constructor(write: (record: Entry) => void) {
    this.#write = write;
  }

  /** Writes a record, or adds it to its sum. `now` is in milliseconds, as all of this takes it. */
  add(record: Entry, now: () => number): void {
    const sum = this.#sums.get(record.path ?? "")?.find(({ first }) => isSame(first, record));
    if (sum !== undefined) {
      addTo(sum, record);
      return;
    }
    if (this.#size < MOST_SUMS) this.#open(record, now() + WINDOW);
    this.#write(record);
  }

  /** Writes what had its minute, and goes on with it; what did not come again is forgotten. Gives when the next one is over. */
  closeWindows(now: number): number | undefined {
    let next: number | undefined;
    for (const [path, sums] of this.#sums) {
      const left = sums.filter((sum) => sum.until > now || sum.count > 0);
      this.#size -= sums.length - left.length;
      if (left.length === 0) this.#sums.delete(path);
      else this.#sums.set(path, left);
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

  #open(record: Entry, until: number): void {
    // It may be a part of a request's head, and would keep all of it.
    const path = copyText(record.path ?? "");
    const first = record.path === undefined ? record : { ...record, path };
    const sum = { ...NOTHING, first, until };
    const sums = this.#sums.get(path);
    if (sums === undefined) this.#sums.set(path, [sum]);
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
  if (sum.count === 0) sum.first = { ...record, path: sum.first.path };
  sum.count += record.repeated ?? 1;
  sum.bytesIn += record.bytesIn;
  sum.bytesOut += record.bytesOut;
  sum.duration += record.duration;
  if (record.engineTime !== undefined) sum.engineTime = (sum.engineTime ?? 0) + record.engineTime;
}

/** What tells no records apart. */
type Varying = "time" | "bytesIn" | "bytesOut" | "duration" | "engineTime" | "trace" | "span" | "repeated";

/** What does: all other fields, to which the compiler holds it. */
const TELLING: Readonly<Record<Exclude<keyof ToldRecord, Varying>, true>> = {
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

function isTelling(name: string): name is keyof typeof TELLING {
  return Object.hasOwn(TELLING, name);
}

function isSame(one: ToldRecord, other: ToldRecord): boolean {
  return TELLING_NAMES.every(
    (name) => one[name] === other[name] || isDeepStrictEqual(one[name], other[name]),
  );
}
