import type { RequestHead } from "../../http1/request-head.ts";
import { judgeMade, madeBy } from "../../policy/scope/making.ts";
import type { Allow } from "../../policy/verdict.ts";
import type { KnownIds } from "../../policy/view/viewer.ts";
import type { AnswerOutcome, AnswerPassage } from "./answer-passage.ts";
import { reviewOf } from "./answer-review.ts";
import { openKnowing } from "./known-objects.ts";
import type { ExchangeLedger } from "./ledger.ts";
import { holdFreedById, holdInPath, holdPruned, holdUsed } from "./names-held.ts";
import { ReviewedAnswer } from "./reviewed-answer.ts";
import { openScoping } from "./scoping.ts";

/** All that only exchanges under a scope, a view or labels are carried out with: `late-objects` loads it where a client has one. */
export interface ObjectExchanges {
  readonly holdFreedById: typeof holdFreedById;
  readonly holdInPath: typeof holdInPath;
  readonly holdPruned: typeof holdPruned;
  readonly holdUsed: typeof holdUsed;
  readonly judgeMade: typeof judgeMade;
  readonly madeBy: typeof madeBy;
  readonly openKnowing: typeof openKnowing;
  readonly openScoping: typeof openScoping;
  readonly readAnswer: typeof readAnswer;
}

/** The only one that there is. */
export const objectExchanges: ObjectExchanges = {
  holdFreedById,
  holdInPath,
  holdPruned,
  holdUsed,
  judgeMade,
  madeBy,
  openKnowing,
  openScoping,
  readAnswer,
};

/** What an answer is read with beside its terms. */
interface Reading {
  /** What is in scope of the kinds that it needs. */
  readonly known?: KnownIds | undefined;
  /** Whether the connection may turn raw behind a 200. */
  readonly turnsRaw?: boolean;
  /** Told what came of the rest when an answer that waited goes on. */
  readonly goOn: (outcome: AnswerOutcome) => void;
}

/** Reads the answer to a request for its client; undefined where nothing is withheld from it. */
function readAnswer(
  ledger: ExchangeLedger,
  head: RequestHead,
  verdict: Allow,
  { known, turnsRaw, goOn }: Reading,
): AnswerPassage | undefined {
  const review = reviewOf(ledger, head, verdict, known);
  return review && new ReviewedAnswer(ledger, review, goOn, turnsRaw);
}
