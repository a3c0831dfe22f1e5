import type { Element, SplitFault } from "../docker/json/gather.ts";
import type { GateError } from "../gate-error.ts";
import type { Result } from "../kernel/result.ts";
import type { ContentCollector } from "./answer-collector.ts";
import { errorOfCut } from "./answer-room.ts";

const OK = 200;

/** Cuts a list into its entries. */
export interface EntrySplitter {
  read(chunk: Buffer): Result<readonly Element[], SplitFault>;
  end(): Result<readonly Element[], SplitFault>;
}

/** Collects a list entry by entry: none takes more room than `hear` keeps of it. */
export class ListContent<Collected> implements ContentCollector<Collected> {
  readonly #splitter: EntrySplitter;
  readonly #hear: (entry: Element) => GateError | undefined;
  readonly #collected: (status: number) => Collected;

  /** `hear` tells where it can't go on. `collected` makes of what it kept what comes of it, also where there was no list. */
  constructor(
    splitter: EntrySplitter,
    hear: (entry: Element) => GateError | undefined,
    collected: (status: number) => Collected,
  ) {
    this.#splitter = splitter;
    this.#hear = hear;
    this.#collected = collected;
  }

  wants(status: number): boolean {
    return status === OK;
  }

  take(part: Buffer): GateError | undefined {
    return this.#hearAll(this.#splitter.read(part));
  }

  finish(status: number): Result<Collected, GateError> {
    const error = this.wants(status) ? this.#hearAll(this.#splitter.end()) : undefined;
    return error === undefined ? { ok: true, value: this.#collected(status) } : { ok: false, error };
  }

  #hearAll(cut: ReturnType<EntrySplitter["read"]>): GateError | undefined {
    if (!cut.ok) return errorOfCut(cut.error);
    for (const entry of cut.value) {
      const error = this.#hear(entry);
      if (error !== undefined) return error;
    }
    return undefined;
  }
}
