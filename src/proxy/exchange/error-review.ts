import { errorWithoutOthers, type WasSaid, withoutOthers } from "../../docker/answers/error-text.ts";
import { parseJson } from "../../docker/json/parse.ts";
import { writeJson } from "../../docker/json/write.ts";
import { notUnderstood } from "../../gate-error.ts";
import { GatheredBytes } from "../../kernel/gathered-bytes.ts";
import { ANSWER_ERROR_LIMIT } from "../limits.ts";
import type { ContentReview, Reviewed } from "./element-review.ts";

/** What is malformed, or not there: both are about what the request itself named. */
const OF_REQUEST: ReadonlySet<number> = new Set([400, 404]);

/** Reads why the engine did not do something, and tells it without the objects of others. */
export class ErrorReview implements ContentReview {
  readonly flows = false;
  readonly #tell: (sentence: string) => string;
  readonly #bytes: GatheredBytes = new GatheredBytes(ANSWER_ERROR_LIMIT);

  constructor(status: number, wasSaid: WasSaid) {
    const keepsQuoted = OF_REQUEST.has(status);
    this.#tell = (sentence) => withoutOthers(sentence, wasSaid, keepsQuoted);
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
