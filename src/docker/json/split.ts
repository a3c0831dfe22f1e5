import type { Result } from "../../kernel/result.ts";
import {
  type Element,
  ElementGatherer,
  type ElementReader,
  type HoldBytes,
  isSpace,
  type SplitFault,
} from "./gather.ts";

/**
 * What is cut: one value; the entries of a list; or one value behind the other, with or without white space between them,
 * as an engine writes what goes on.
 */
export type Layout = "value" | "list" | "sequence";

/** What a text is cut with. */
export interface SplitBounds {
  /** The longest element, in bytes: of a longer one nothing is kept. */
  readonly most: number;
  readonly hold: HoldBytes;
}

/** An object that was known by its bytes where it stood in a chunk, and where it ends there. */
export interface KnownElement {
  readonly end: number;
}

/** Knows an object that begins at a place of a chunk, where all of it stands there: one that was cut before, byte by byte. */
export type KnowElement<Known extends KnownElement> = (chunk: Buffer, start: number) => Known | undefined;

type Outcome<Known> = Result<readonly (Element | Known)[], SplitFault>;

const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

/** What an engine writes for a list that it never made. */
const NO_LIST = Buffer.from("null");

/** Where a text is outside of its elements. */
type Place =
  /** Before the list. */
  | "before"
  /** In the word that stands for an empty one. */
  | "null"
  /** Behind the list's bracket: an entry or the end. */
  | "first"
  /** Behind a comma: an entry. */
  | "next"
  /** Behind an entry: a comma or the end. */
  | "behind"
  /** Where a value may begin, which is no entry. */
  | "value"
  /** Where nothing follows. */
  | "after";

/**
 * Cuts a JSON text (RFC 8259) that comes in chunks into its elements, each as soon as it is whole; what stands between them
 * is read strictly. Whether an element is itself JSON is for its reader to say: here only its brackets are counted.
 */
export class ElementSplitter<Known extends KnownElement = never> {
  readonly #layout: Layout;
  readonly #most: number;
  readonly #gatherer: ElementGatherer;
  readonly #reader: ElementReader = {
    step: (byte) => this.#step(byte),
    take: (element) => this.#take(element),
    takeKnown: (chunk, start) => this.#takeKnown(chunk, start),
  };
  readonly #know: KnowElement<Known> | undefined;
  #place: Place;
  /** Those that end in the chunk that is read. */
  readonly #elements: (Element | Known)[] = [];
  /** How much of the word for an empty list has come. */
  #spelt = 0;

  /** What `know` knows is given as that gives it, and its bytes are not looked at again. */
  constructor(layout: Layout, { most, hold }: SplitBounds, know?: KnowElement<Known>) {
    this.#layout = layout;
    this.#know = know;
    this.#most = most;
    this.#gatherer = new ElementGatherer(hold);
    this.#place = layout === "list" ? "before" : "value";
  }

  /** Gives the elements that end in a chunk; parts of the chunk itself where they stand in it as a whole. */
  read(chunk: Buffer): Outcome<Known> {
    const error = this.#gatherer.read(chunk, this.#reader);
    return error === undefined ? done(this.#elements.splice(0)) : { ok: false, error };
  }

  /** The text ends: gives the element that only its end made whole, or tells that it was not all. */
  end(): Outcome<Known> {
    const last = this.#layout === "list" ? "none" : this.#gatherer.end();
    const isWhole = this.#layout === "sequence" ? this.#place === "value" : this.#place === "after";
    return !isWhole || this.#gatherer.isGathering ? BREAKS_OFF : done(last === "none" ? [] : [last]);
  }

  #take(element: Element): undefined {
    this.#elements.push(element);
  }

  #takeKnown(chunk: Buffer, start: number): number | undefined {
    const known = this.#know?.(chunk, start);
    if (known !== undefined) this.#elements.push(known);
    return known?.end;
  }

  #step(byte: number): string | undefined {
    if (isSpace(byte) && this.#place !== "null") return undefined;
    switch (this.#place) {
      case "before":
        if (byte !== openBracket) return this.#spellNull(byte);
        this.#place = "first";
        return undefined;
      case "null":
        return this.#spellNull(byte);
      case "first":
        if (byte !== closeBracket) return this.#begin(byte);
        this.#place = "after";
        return undefined;
      case "behind":
        if (byte !== comma && byte !== closeBracket) return "two entries have no comma between them";
        this.#place = byte === comma ? "next" : "after";
        return undefined;
      case "next":
      case "value":
        return this.#begin(byte);
      case "after":
        return "something follows its end";
    }
  }

  #spellNull(byte: number): string | undefined {
    if (byte !== NO_LIST[this.#spelt]) return "it is no list";
    this.#spelt += 1;
    this.#place = this.#spelt === NO_LIST.length ? "after" : "null";
    return undefined;
  }

  #begin(byte: number): string | undefined {
    if (!this.#gatherer.begin(byte, this.#most)) return "a value is missing";
    this.#place = this.#layout === "list" ? "behind" : this.#layout === "value" ? "after" : "value";
    return undefined;
  }
}

function done<Known>(elements: readonly (Element | Known)[]): Outcome<Known> {
  return { ok: true, value: elements };
}

/** What a text comes to that ends too early. */
export const BREAKS_OFF: { readonly ok: false; readonly error: SplitFault } = {
  ok: false,
  error: { kind: "malformed", reason: "it breaks off" },
};
