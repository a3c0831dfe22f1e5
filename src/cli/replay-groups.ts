import type { JournalRecord } from "../journal/journal-record.ts";
import { copyText } from "../kernel/copy-text.ts";
import { RECORDED_PATH_LIMIT } from "../kernel/log-words.ts";
import { beginCount, type Counted, countAgain, type Seen } from "../learn/seen.ts";

/** One exchange, as it can be found again. */
export interface RecordedExample {
  readonly time: string;
  readonly method: string | undefined;
  readonly path: string | undefined;
}

/** Exchanges of one client that have one outcome, for one reason. */
export interface RecordGroup extends Seen {
  readonly client: string;
  readonly operation: string;
  /** What was missing, or would be. */
  readonly missing: readonly string[];
  /** A sentence without a subject. */
  readonly reason: string;
  /** Some of them, of different paths. */
  readonly examples: readonly RecordedExample[];
}

/** All exchanges that have one outcome. */
export interface RecordGroups {
  readonly count: number;
  /** The largest first. */
  readonly groups: readonly RecordGroup[];
  /** How many exchanges are in none of them, because there would have been too many. */
  readonly ungrouped: number;
}

/** The most groups of one outcome: who varies what it asks for must not fill the memory. */
const MOST_GROUPS = 1_000;
/** The most characters of what tells one apart: fifty powers and the sentence that has them are half of it. */
const LONGEST_GROUP = 40_000;
/** The most examples of a group. */
const MOST_EXAMPLES = 3;

interface OpenGroup extends Omit<RecordGroup, keyof Seen>, Counted {
  readonly examples: RecordedExample[];
}

/** Gathers the exchanges of one outcome. */
export class GroupedRecords {
  readonly #groups = new Map<string, OpenGroup>();
  #count = 0;
  #ungrouped = 0;

  /** Adds what a line tells of a client, by its name in the policy. */
  add(
    client: string,
    record: JournalRecord,
    { missing, reason }: Pick<RecordGroup, "missing" | "reason">,
  ): void {
    const { operation = "(no operation)", time, repeated } = record;
    this.#count += repeated;
    const key = JSON.stringify([client, operation, missing, reason]);
    const group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= MOST_GROUPS || key.length > LONGEST_GROUP) {
        this.#ungrouped += repeated;
        return;
      }
      const examples = [exampleOf(record)];
      const opened = { client, operation, missing, reason, ...beginCount(time, repeated), examples };
      this.#groups.set(key, opened);
      return;
    }
    countAgain(group, time, repeated);
    const { examples } = group;
    const example = exampleOf(record);
    if (examples.length < MOST_EXAMPLES && examples.every(({ path }) => example.path !== path)) {
      examples.push(example);
    }
  }

  /** What was gathered, in an order that the records' own does not change where the counts are the same. */
  get outcome(): RecordGroups {
    const groups = [...this.#groups.values()].toSorted(
      (one, other) =>
        other.count - one.count ||
        compare(one.client, other.client) ||
        compare(one.operation, other.operation) ||
        compare(one.reason, other.reason) ||
        compare(one.missing.join(), other.missing.join()),
    );
    return { count: this.#count, groups, ungrouped: this.#ungrouped };
  }
}

/** No longer than a gate writes it, whoever wrote the log. */
function exampleOf({ time, method, path }: JournalRecord): RecordedExample {
  const [shownMethod, shownPath] = [method, path].map((text) =>
    text === undefined || text.length <= RECORDED_PATH_LIMIT
      ? text
      : copyText(text.slice(0, RECORDED_PATH_LIMIT)),
  );
  return { time, method: shownMethod, path: shownPath };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
