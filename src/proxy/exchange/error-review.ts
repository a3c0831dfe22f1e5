import { errorWithoutOthers, type WasSaid, withoutOthers } from "../../docker/answers/error-text.ts";
import { hidesTrouble } from "../../docker/answers/free-text.ts";
import { HIDDEN_REASON, isPlainReason } from "../../docker/answers/plain-reason.ts";
import { parseJson } from "../../docker/json/parse.ts";
import { writeJson } from "../../docker/json/write.ts";
import { notUnderstood } from "../../gate-error.ts";
import { GatheredBytes } from "../../kernel/gathered-bytes.ts";
import type { ClientObjects } from "../../policy/scope/object-terms.ts";
import { ANSWER_ERROR_LIMIT } from "../limits.ts";
import type { ContentReview, Reviewed } from "./element-review.ts";

/** What is malformed, or not there: both are about what the request itself named. */
const OF_REQUEST: ReadonlySet<number> = new Set([400, 404]);

type Tell = (sentence: string) => string;

/**
 * Reads why the engine did not do something, for a client that may not know all of it; undefined where it may: then it is told
 * as it comes.
 */
export function errorReviewOf(
  { scope, view }: Pick<ClientObjects, "scope" | "view">,
  status: number,
  wasSaid: WasSaid,
): ContentReview | undefined {
  const hides = view !== undefined && hidesTrouble(view.hides) ? view.hides : undefined;
  if (scope === undefined && hides === undefined) return undefined;
  return new ErrorReview((sentence) => {
    const plain =
      hides === undefined || isPlainReason(sentence, !hides("state"), wasSaid) ? sentence : HIDDEN_REASON;
    return scope === undefined ? plain : withoutOthers(plain, wasSaid, OF_REQUEST.has(status));
  });
}

/** Tells what the engine says with other words. */
class ErrorReview implements ContentReview {
  readonly flows = false;
  readonly #tell: Tell;
  readonly #bytes: GatheredBytes = new GatheredBytes(ANSWER_ERROR_LIMIT);

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  read(data: readonly Buffer[], isLast: boolean): Reviewed {
    for (const part of data) {
      if (this.#bytes.length + part.length > ANSWER_ERROR_LIMIT) {
        return { kind: "fault", error: notUnderstood("its error is longer than any of an engine") };
      }
      this.#bytes.add(part);
    }
    return { kind: "written", content: isLast ? [this.#write(this.#bytes.whole)] : [] };
  }

  /** Engines write JSON; where there is no such endpoint, or to old clients, plain text. */
  #write(bytes: Buffer): Buffer {
    const parsed = parseJson(bytes);
    const error = parsed.ok ? errorWithoutOthers(parsed.value, this.#tell) : undefined;
    if (error !== undefined) return Buffer.concat([writeJson(error), Buffer.from("\n")]);
    return Buffer.from(this.#tell(bytes.toString("utf8")), "utf8");
  }
}
