import { CHAIN_START, chainOf, readChainedLine } from "./chain.ts";

/** What is wrong at a line. */
export type ChainFault =
  /** It is not whole: its end is missing, or it is longer than a line can be. */
  | "cut"
  /** It has no chain, although lines before it have, be it that they are gone. */
  | "unchained"
  /** It does not follow from the line before it. */
  | "broken"
  /** It begins a chain although it is not the first line. */
  | "beginning"
  /** It is the first line with a chain, and neither begins one nor follows from what was said. */
  | "unknown-start";

/** One line, by its bytes. */
export interface LogLine {
  /** Without its end. */
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/**
 * Looks whether lines follow from each other. Who can write the log can also chain it anew, so it finds only what was changed without
 * that; and that lines are missing at the end is found by whoever knows a later chain.
 */
export class ChainVerifier {
  #last: string | undefined;
  #lines = 0;
  #unchained = 0;
  readonly #start: string | undefined;
  readonly #expected: string | undefined;
  #hasExpected = false;

  /**
   * `start` is the chain of the line before the first one, {@link CHAIN_START} where there is none; undefined where nobody knows it, and
   * then the first line is taken as it is. `expected` is a chain that a line should have.
   */
  constructor(start: string | undefined, expected?: string) {
    this.#start = start;
    this.#expected = expected;
    this.#hasExpected = expected === undefined;
  }

  /** How many lines were chained. */
  get lines(): number {
    return this.#lines;
  }

  /** How many lines came before the first one with a chain. */
  get unchained(): number {
    return this.#unchained;
  }

  /** The chain of the last line; undefined where none had one. */
  get last(): string | undefined {
    return this.#last;
  }

  /** Whether a line had the chain that was expected. */
  get hasExpected(): boolean {
    return this.#hasExpected;
  }

  /** Takes the next line; gives what is wrong with it. */
  read({ bytes, isWhole }: LogLine): ChainFault | undefined {
    const line = isWhole ? readChainedLine(bytes) : undefined;
    if (line === undefined) {
      if (!isWhole) return "cut";
      // Who knows of a line with a chain before the first one knows that there was a chain.
      if (this.#last !== undefined || this.#start !== CHAIN_START) return "unchained";
      this.#unchained += 1;
      return undefined;
    }
    const last = this.#last;
    this.#lines += 1;
    this.#last = line.chain;
    this.#hasExpected ||= line.chain === this.#expected;
    const follows = (from: string): boolean => chainOf(from, line.body) === line.chain;
    if (last === undefined) {
      return this.#start === undefined || follows(this.#start) ? undefined : "unknown-start";
    }
    if (follows(last)) return undefined;
    return follows(CHAIN_START) ? "beginning" : "broken";
  }
}
