import type { AnswerPart } from "../../docker/answers/answer-table.ts";
import { progressWithoutOthers, type WasSaid } from "../../docker/answers/error-text.ts";
import type { Viewer } from "../../docker/answers/viewer.ts";
import { type JsonBounds, parseJson } from "../../docker/json/parse.ts";
import type { Layout } from "../../docker/json/split.ts";
import type { OperationName } from "../../docker/operations.ts";
import type { RequestHead } from "../../http1/request-head.ts";
import type { ObjectTerms } from "../../policy/scope/object-terms.ts";
import type { Scope } from "../../policy/scope/scope.ts";
import type { Allow } from "../../policy/verdict.ts";
import { type KnownIds, knowing } from "../../policy/view/viewer.ts";
import { ANSWER_VALUES } from "../limits.ts";
import { type ContentReview, ElementReview } from "./element-review.ts";
import { errorReviewOf } from "./error-review.ts";
import { EventQuestions } from "./event-questions.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { ListReview } from "./list-review.ts";
import { MembersReview } from "./members-review.ts";
import { wordsOf } from "./said-words.ts";
import { seeBy, seeByOutline, type SeeElementLater, seenAs } from "./seen-element.ts";

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
    const { scope, answer } = this.#objects;
    if (status >= FIRST_REDIRECTION) return errorReviewOf(this.#objects, status, this.#wasSaid);
    const { hold, onWithheld } = account;
    if (answer?.layout === "members")
      return new MembersReview(answer.members, this.#viewer, hold, onWithheld);
    if (answer?.layout === "list") return this.#openList(answer.part, account);
    if (answer !== undefined) {
      return new ElementReview(
        answer.layout,
        this.#seeBy(answer.part, answer.layout, account),
        hold,
        onWithheld,
      );
    }
    if (!this.#isProgress || scope === undefined) return undefined;
    const see = seeBy((report) => progressWithoutOthers(report, this.#wasSaid), boundsOf("sequence"));
    return new ElementReview("sequence", see, hold, onWithheld);
  }

  abandon(): void {
    this.#questions?.abandon();
  }

  get #viewer(): Viewer {
    const { viewer, scope } = this.#objects;
    return scope === undefined || this.#known === undefined ? viewer : knowing(viewer, this.#known);
  }

  #openList(part: AnswerPart, { hold, onWithheld }: ReviewAccount): ContentReview {
    const { outline, most, viewer: lasting } = this.#objects;
    const viewer = this.#viewer;
    // What was found out for this exchange alone says nothing of the next one.
    const memory =
      viewer === lasting ? this.#ledger.parts.rememberedLists.of(viewer, part).open() : undefined;
    const see = seeByOutline(outline, (entry) => part.review(entry, viewer), boundsOf("list"));
    return new ListReview(see, memory, hold, onWithheld, most);
  }

  #seeBy(part: AnswerPart, layout: Layout, account: ReviewAccount): SeeElementLater {
    const { scope, use } = this.#objects;
    const viewer = this.#viewer;
    return use.use === "events" && scope !== undefined
      ? this.#seeEvents(part, scope, viewer, account)
      : seeBy((element) => part.review(element, viewer), boundsOf(layout));
  }

  /** Whose an event is has to be asked now and then. */
  #seeEvents(part: AnswerPart, scope: Scope, viewer: Viewer, account: ReviewAccount): SeeElementLater {
    const questions = new EventQuestions(this.#ledger, scope, this.#known, account.holdAsked);
    this.#questions = questions;
    const { sight } = questions;
    const ofStream = { ...viewer, knows: sight.knows.bind(sight) };
    const bounds = boundsOf("sequence");
    return (bytes) => {
      const parsed = parseJson(bytes, bounds);
      if (!parsed.ok) return "unreadable";
      const event = parsed.value;
      const isSeen = sight.see(event);
      if (isSeen === false) return "withheld";
      if (isSeen === true) return seenAs(part.review(event, ofStream), event, bytes);
      // The bytes are lent for as long as nobody waits.
      const own = Buffer.from(bytes);
      return isSeen.then((told) =>
        told.ok
          ? { ok: true, value: told.value ? seenAs(part.review(event, ofStream), event, own) : "withheld" }
          : told,
      );
    };
  }
}

function boundsOf(layout: Layout): JsonBounds {
  return { values: ANSWER_VALUES[layout], takesNul: true };
}
