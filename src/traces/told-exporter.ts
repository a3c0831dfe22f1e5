import { ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { NoteListener } from "../proxy/old-clients.ts";

/** Passes spans on to an exporter, and tells once when that begins to fail and once when it works again. */
export class ToldExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #place: string;
  readonly #note: NoteListener;
  #exported = 0;
  /** How many spans could not be exported since the last ones were; undefined while all is well. */
  #lost: number | undefined;

  /** `place` is where the exporter sends to, for the log. */
  constructor(exporter: SpanExporter, place: string, note: NoteListener) {
    this.#exporter = exporter;
    this.#place = place;
    this.#note = note;
  }

  /** How many spans have arrived. */
  get exported(): number {
    return this.#exported;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter["export"]>[1]): void {
    this.#exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) {
        this.#hearOfSuccess(spans.length);
      } else {
        this.#hearOfFailure(spans.length, result.error);
      }
      // Whoever batches has nothing more to do with a failure, and would tell of each.
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  #hearOfSuccess(count: number): void {
    this.#exported += count;
    if (this.#lost !== undefined) {
      this.#note("notice", `traces go to ${this.#place} again; at least ${this.#lost} spans were lost`);
      this.#lost = undefined;
    }
  }

  #hearOfFailure(count: number, error: Error | undefined): void {
    if (this.#lost === undefined) {
      const reason = error === undefined || error.message === "" ? "no reason was told" : error.message;
      this.#note("warning", `traces can't be exported to ${this.#place}: ${reason}`);
    }
    this.#lost = (this.#lost ?? 0) + count;
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
