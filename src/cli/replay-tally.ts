import { REQUEST_METHODS } from "../http1/request-head.ts";
import type { JournalRecord } from "../journal/journal-record.ts";
import { isUndecided } from "../journal/undecided.ts";
import { isAtLimit } from "../kernel/at-limit.ts";
import { NOBODY, RECORDED_PATH_LIMIT } from "../kernel/log-words.ts";
import { type Grant, grantOfNobody } from "../policy/grant.ts";
import { judgeRecorded, type RecordedJudgement } from "../policy/judge-recorded.ts";
import { GroupedRecords, type RecordGroups } from "./replay-groups.ts";

/** By whose rights the exchanges of a log are judged. */
export interface ReplayTerms {
  /** The grant of a client, by its name in the policy; undefined where there is no such client. */
  readonly grantOf: (client: string) => Grant | undefined;
  /** What recorded clients are called in the policy, where that is another name. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The one client that is judged, by its name in the policy; undefined for all. */
  readonly only: string | undefined;
}

/** What a policy makes of a log. Of a line that stands for several exchanges each counts. */
export interface ReplayOutcome {
  /** How many were judged: the sum of the four that follow. */
  readonly judged: number;
  /** How many would end as they did. */
  readonly unchanged: number;
  /**
   * Of how many it is presumed that they asked for nothing that hardly any request does, because nobody looked: of those that would
   * pass.
   */
  readonly presumed: number;
  /** What passed then, and would not now. */
  readonly refused: RecordGroups;
  /** What did not pass then, and would now. */
  readonly allowed: RecordGroups;
  /** What can't be told, because the record does not say enough. */
  readonly unknown: RecordGroups;
  /** How many of these passed then, and so may be refused now. */
  readonly unknownPassed: number;
  /** How many were refused for what they said, whatever their client may do: that is not judged again. */
  readonly malformed: number;
  /** How many were refused because their client was at its limits, or the gate: likewise. */
  readonly limited: number;
  /** How many ended before they were decided or sent: there is nothing to compare with. */
  readonly undecided: number;
  /** How many are of other clients than the one that was asked for. */
  readonly others: number;
  /** Recorded clients that the policy does not have, of which {@link MOST_STRANGERS} are told. */
  readonly strangers: readonly string[];
}

/** What became of an exchange when it was recorded. */
type Then = "passed" | "denied" | "malformed" | "limited" | "undecided";

/** The most recorded clients that are told of as no clients of a policy, and the longest of their names. */
const MOST_STRANGERS = 200;
const LONGEST_STRANGER = 256;

/** Judges the records of a log one by one, and counts what comes of it. */
export class ReplayTally {
  readonly #terms: ReplayTerms;
  readonly #refused = new GroupedRecords();
  readonly #allowed = new GroupedRecords();
  readonly #unknown = new GroupedRecords();
  readonly #strangers = new Set<string>();
  #unchanged = 0;
  #presumed = 0;
  #unknownPassed = 0;
  #malformed = 0;
  #limited = 0;
  #undecided = 0;
  #others = 0;

  constructor(terms: ReplayTerms) {
    this.#terms = terms;
  }

  /** Judges one record. */
  add(record: JournalRecord): void {
    const { only, renamed } = this.#terms;
    const { repeated } = record;
    const client = renamed.get(record.client) ?? record.client;
    if (only !== undefined && client !== only) {
      this.#others += repeated;
      return;
    }
    const then = outcomeOf(record);
    if (then === "malformed") this.#malformed += repeated;
    else if (then === "limited") this.#limited += repeated;
    else if (then === "undecided") this.#undecided += repeated;
    else this.#compare(client, record, then === "passed", this.#judge(client, record));
  }

  get outcome(): ReplayOutcome {
    const [refused, allowed, unknown] = [this.#refused.outcome, this.#allowed.outcome, this.#unknown.outcome];
    return {
      judged: this.#unchanged + refused.count + allowed.count + unknown.count,
      unchanged: this.#unchanged,
      presumed: this.#presumed,
      refused,
      allowed,
      unknown,
      unknownPassed: this.#unknownPassed,
      malformed: this.#malformed,
      limited: this.#limited,
      undecided: this.#undecided,
      others: this.#others,
      strangers: [...this.#strangers].toSorted(),
    };
  }

  #judge(client: string, record: JournalRecord): RecordedJudgement {
    const { method, path, powers, object, code, missing } = record;
    const known = REQUEST_METHODS.find((each) => each === method);
    if (known === undefined || path === undefined || path.length >= RECORDED_PATH_LIMIT) {
      return { kind: "unknown", reason: "its path is not recorded to its end" };
    }
    const lacked = code === "power_denied" ? missing : [];
    return judgeRecorded(this.#grantOf(client), { method: known, path, powers, lacked, object });
  }

  #grantOf(client: string): Grant {
    const grant = this.#terms.grantOf(client);
    if (grant !== undefined) return grant;
    if (client === NOBODY) return grantOfNobody("who was no client is none");
    if (this.#strangers.size < MOST_STRANGERS && client.length <= LONGEST_STRANGER)
      this.#strangers.add(client);
    return grantOfNobody(`the policy has no client ${client}`);
  }

  #compare(client: string, record: JournalRecord, hasPassed: boolean, judgement: RecordedJudgement): void {
    const { repeated } = record;
    if (judgement.kind === "allow" && judgement.isPresumed === true) this.#presumed += repeated;
    if (judgement.kind === "unknown") {
      if (hasPassed) this.#unknownPassed += repeated;
      this.#unknown.add(client, record, { missing: [], reason: judgement.reason });
    } else if (hasPassed === (judgement.kind === "allow")) {
      this.#unchanged += repeated;
    } else if (judgement.kind === "deny") {
      this.#refused.add(client, record, judgement);
    } else {
      this.#allowed.add(client, record, { missing: record.missing, reason: explainThen(record) });
    }
  }
}

function outcomeOf(record: JournalRecord): Then {
  const { verdict, code, scope } = record;
  if (isAtLimit(record)) return "limited";
  if (verdict === "refuse") return "malformed";
  if (verdict === "deny") return "denied";
  if (isUndecided(record)) return "undecided";
  // What is not there has passed, as far as a policy goes: the engine would have said so.
  return scope === "out" || code === "scope_denied" ? "denied" : "passed";
}

function explainThen({ missing, reason, code }: JournalRecord): string {
  return missing.length > 0
    ? `lacked ${missing.join(", ")} then`
    : `was refused then: ${reason ?? code ?? "denied"}`;
}
