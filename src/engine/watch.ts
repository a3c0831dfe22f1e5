import type { Clock } from "../kernel/clock.ts";
import type { EngineState } from "./probe.ts";

/** What has become of the engine since it was last asked. */
export type EngineNews =
  | { readonly kind: "answers"; readonly apiVersion: string | undefined }
  | { readonly kind: "lost"; readonly reason: string; readonly isStranger: boolean }
  /** Nobody has taken a connection for as long as was allowed, in milliseconds. */
  | { readonly kind: "gone"; readonly reason: string; readonly after: number };

/**
 * Makes news of what the engine says when it is asked: one piece for each change, also of why it can't be
 * reached. An engine that takes connections and
 * does not answer is busy and never gone.
 */
export class EngineWatch {
  readonly #clock: Clock;
  readonly #goneAfter: number | undefined;
  #last: EngineNews | undefined;
  /** Since when nobody takes connections. */
  #absentSince: number | undefined;

  /** Without `goneAfter`, in milliseconds, an engine is lost and never gone. */
  constructor(clock: Clock, goneAfter: number | undefined) {
    this.#clock = clock;
    this.#goneAfter = goneAfter;
  }

  /** Takes what a probe found; gives undefined where that is nothing new. */
  observe(state: EngineState): EngineNews | undefined {
    if (state.reachable) {
      this.#absentSince = undefined;
      return this.#change({ kind: "answers", apiVersion: state.apiVersion });
    }
    const { reason } = state;
    const now = this.#clock.now();
    const isAbsent = state.who === "nobody";
    this.#absentSince = isAbsent ? (this.#absentSince ?? now) : undefined;
    const after = this.#absentSince === undefined ? 0 : now - this.#absentSince;
    if (this.#goneAfter !== undefined && isAbsent && after >= this.#goneAfter) {
      return this.#change({ kind: "gone", reason, after });
    }
    return this.#last?.kind === "gone"
      ? undefined
      : this.#change({ kind: "lost", reason, isStranger: state.who === "stranger" });
  }

  #change(news: EngineNews): EngineNews | undefined {
    const last = this.#last;
    this.#last = news;
    return news.kind === last?.kind && reasonOf(news) === reasonOf(last) ? undefined : news;
  }
}

/** Why an engine is lost; one that is gone is told once. */
function reasonOf(news: EngineNews): string | undefined {
  return news.kind === "lost" ? news.reason : undefined;
}
