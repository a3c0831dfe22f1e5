import type { AnswerTable } from "../../docker/answers/answer-table.ts";
import { progressWithoutOthers, type WasSaid } from "../../docker/answers/error-text.ts";
import type { JsonValue } from "../../docker/json/value.ts";
import type { OperationName } from "../../docker/operations.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { ObjectTerms } from "../../policy/scope/object-terms.ts";
import type { Allow } from "../../policy/verdict.ts";
import { type KnownIds, viewerOf } from "../../policy/view/viewer.ts";
import { type ContentReview, ElementReview, type ReviewElement } from "./element-review.ts";
import { errorReviewOf } from "./error-review.ts";
import { EventQuestions } from "./event-questions.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { wordsOf } from "./said-words.ts";

/** What a review takes and tells while the answer comes. */
export interface ReviewAccount {
  /** Asked for the memory of what is gathered, in bytes; 0 gives it back. */
  readonly hold: (bytes: number) => boolean;
  /** The same for what the engine says when it is asked. */
  readonly holdAsked: (bytes: number) => boolean;
  /** Told of each element that the client does not get. */
  readonly onWithheld: () => void;
}

/** How the answer to one request is read for its client. */
export interface AnswerReview {
  /** Opens the review of the content of an answer; undefined where it passes as it comes. */
  open(status: number, account: ReviewAccount): ContentReview | undefined;
  /** Nobody wants the answer any more. */
  abandon(): void;
}

/** Answers that tell how it goes, and at the end whether it went well. */
const PROGRESS: ReadonlySet<OperationName> = new Set<OperationName>([
  ...(["ImageCreate", "ImagePush", "ImageBuild"] as const),
  ...(["ImagePullLibpod", "ImagePushLibpod"] as const),
]);

/** From this status on, the content is not what was asked for. */
export const FIRST_REDIRECTION = 300;

/** How the answer to a request is to be read, or undefined where nothing of it is withheld from its client. */
export function reviewOf(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: Allow,
  known?: KnownIds,
): AnswerReview | undefined {
  const { objects } = verdict;
  if (objects === undefined) return undefined;
  const { scope, view, answer } = objects;
  return scope === undefined && view === undefined && answer === undefined
    ? undefined
    : new TermsReview(ledger, head, verdict, objects, known);
}

class TermsReview implements AnswerReview {
  readonly #ledger: ExchangeLedger;
  readonly #objects: ObjectTerms;
  readonly #known: KnownIds | undefined;
  readonly #isProgress: boolean;
  readonly #wasSaid: WasSaid;
  #questions: EventQuestions | undefined;

  constructor(
    ledger: ExchangeLedger,
    head: RequestHead,
    { operation, path }: Allow,
    objects: ObjectTerms,
    known: KnownIds | undefined,
  ) {
    this.#ledger = ledger;
    this.#objects = objects;
    this.#known = known;
    this.#isProgress = PROGRESS.has(operation.name);
    // Worked out when an error comes.
    let said: WasSaid | undefined;
    this.#wasSaid = (word) => (said ??= wordsOf(head, path))(word);
  }

  open(status: number, account: ReviewAccount): ContentReview | undefined {
    const { scope, answer, most } = this.#objects;
    if (status >= FIRST_REDIRECTION) return errorReviewOf(this.#objects, status, this.#wasSaid);
    const { hold, onWithheld } = account;
    if (answer !== undefined) {
      return new ElementReview(answer.layout, this.#reviewBy(answer, account), hold, onWithheld, most);
    }
    const review: ReviewElement = (report) => progressWithoutOthers(report, this.#wasSaid);
    return this.#isProgress && scope !== undefined
      ? new ElementReview("sequence", review, hold, onWithheld)
      : undefined;
  }

  abandon(): void {
    this.#questions?.abandon();
  }

  #reviewBy({ part }: AnswerTable, account: ReviewAccount): ReviewElement {
    const { scope, use } = this.#objects;
    const viewer = viewerOf(this.#objects, this.#known);
    if (use.use !== "events" || scope === undefined) return (element) => part.review(element, viewer);
    const questions = new EventQuestions(this.#ledger, scope, this.#known, account.holdAsked);
    this.#questions = questions;
    const { sight } = questions;
    const ofStream = { ...viewer, knows: sight.knows.bind(sight) };
    const seen = (event: JsonValue): JsonValue | undefined => part.review(event, ofStream);
    return (event) => {
      const isSeen = sight.see(event);
      if (typeof isSeen === "boolean") return isSeen ? seen(event) : undefined;
      return isSeen.then((told) =>
        told.ok ? { ok: true, value: told.value ? seen(event) : undefined } : told,
      );
    };
  }
}
