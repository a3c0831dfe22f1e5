import type { Result } from "../../kernel/result.ts";
import {
  type Element,
  ElementGatherer,
  type ElementReader,
  type HoldBytes,
  isSpace,
  type SplitFault,
} from "./gather.ts";
import { parseJson } from "./parse.ts";
import { BREAKS_OFF } from "./split.ts";

/** How the value of a member is cut: not at all; into the entries of a list; or again into members. What is no such value is not cut. */
export type Cut =
  | { readonly kind: "whole" }
  | { readonly kind: "list" }
  | { readonly kind: "members"; readonly members: ReadonlyMap<string, Cut> };

/** One piece of an object, in the order of the text. */
export type Piece =
  /** A member's whole value, or an entry of the list that is open, which has no key. */
  | { readonly kind: "element"; readonly key: string | undefined; readonly element: Element }
  | { readonly kind: "opens"; readonly key: string; readonly as: "list" | "members" }
  | { readonly kind: "closes" };

/** The longest elements, in bytes: of a longer one nothing is kept. */
export interface PieceBounds {
  readonly entry: number;
  readonly value: number;
  readonly hold: HoldBytes;
}

type Outcome = Result<readonly Piece[], SplitFault>;

const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

/** The longest key, and the most of them in one object: engines have some dozens of short ones. */
const LONGEST_KEY = 1_024;
const MOST_KEYS = 1_000;

/** An object or a list whose end has not come. */
interface Open {
  readonly closing: number;
  /** How the members are cut; undefined in a list. */
  readonly cuts: ReadonlyMap<string, Cut> | undefined;
  readonly keys: Set<string>;
}

/** Where the text is outside of its elements. */
type Place =
  | "before"
  /** Behind an opening mark: the first key or entry, or the end. */
  | "first"
  /** Behind a comma. */
  | "next"
  | "key"
  | "colon"
  | "value"
  | "entry"
  /** Behind a value: a comma or the end. */
  | "behind"
  | "after";

/**
 * Cuts a JSON object that comes in chunks into the values of its members, and the lists in it into their entries, each as soon as it
 * is whole; what stands between them is read strictly (RFC 8259), and no key may stand twice. Holds no more than one element.
 */
export class MemberSplitter {
  readonly #bounds: PieceBounds;
  readonly #cuts: ReadonlyMap<string, Cut>;
  readonly #gatherer: ElementGatherer;
  readonly #reader: ElementReader = {
    step: (byte) => this.#step(byte),
    take: (element) => this.#take(element),
  };
  /** Those that end in the chunk that is read. */
  readonly #pieces: Piece[] = [];
  readonly #open: Open[] = [];
  #place: Place = "before";
  #key = "";

  constructor(cuts: ReadonlyMap<string, Cut>, bounds: PieceBounds) {
    this.#bounds = bounds;
    this.#cuts = cuts;
    this.#gatherer = new ElementGatherer(bounds.hold);
  }

  /** Gives the pieces that end in a chunk; elements are parts of the chunk itself where they stand in it as a whole. */
  read(chunk: Buffer): Outcome {
    const error = this.#gatherer.read(chunk, this.#reader);
    return error === undefined ? { ok: true, value: this.#pieces.splice(0) } : { ok: false, error };
  }

  /** The text ends: tells whether that was all of it. */
  end(): Outcome {
    return this.#place === "after" ? { ok: true, value: [] } : BREAKS_OFF;
  }

  #step(byte: number): string | undefined {
    if (isSpace(byte)) return undefined;
    switch (this.#place) {
      case "before":
        return byte === openBrace ? this.#enter(closeBrace, this.#cuts) : "it is no object";
      case "first":
        return byte === this.#inner?.closing ? this.#close() : this.#begin(byte);
      case "next":
        return this.#begin(byte);
      case "colon":
        if (byte !== colon) return "a key has no colon behind it";
        this.#place = "value";
        return undefined;
      case "value":
        return this.#beginValue(byte);
      case "behind":
        if (byte === this.#inner?.closing) return this.#close();
        if (byte !== comma) return "two values have no comma between them";
        this.#place = "next";
        return undefined;
      default:
        return "something follows its end";
    }
  }

  get #inner(): Open | undefined {
    return this.#open.at(-1);
  }

  /** A key, or an entry. */
  #begin(byte: number): string | undefined {
    if (this.#inner?.cuts === undefined) {
      this.#place = "entry";
      return this.#gatherer.begin(byte, this.#bounds.entry) ? undefined : "an entry is missing";
    }
    if (byte !== quote) return "a key is missing";
    this.#place = "key";
    this.#gatherer.begin(byte, LONGEST_KEY);
    return undefined;
  }

  #beginValue(byte: number): string | undefined {
    const key = this.#key;
    const cut = this.#inner?.cuts?.get(key);
    if (cut?.kind === "list" && byte === openBracket) {
      this.#pieces.push({ kind: "opens", key, as: "list" });
      return this.#enter(closeBracket, undefined);
    }
    if (cut?.kind === "members" && byte === openBrace) {
      this.#pieces.push({ kind: "opens", key, as: "members" });
      return this.#enter(closeBrace, cut.members);
    }
    return this.#gatherer.begin(byte, this.#bounds.value) ? undefined : "a value is missing";
  }

  #enter(closing: number, cuts: Open["cuts"]): undefined {
    this.#open.push({ closing, cuts, keys: new Set() });
    this.#place = "first";
  }

  #close(): undefined {
    this.#open.pop();
    const isAll = this.#open.length === 0;
    if (!isAll) this.#pieces.push({ kind: "closes" });
    this.#place = isAll ? "after" : "behind";
  }

  /** Takes an element that is whole: a key, a value or an entry. */
  #take(element: Element): string | undefined {
    const place = this.#place;
    if (place === "key") return this.#takeKey(element);
    this.#pieces.push({ kind: "element", key: place === "value" ? this.#key : undefined, element });
    this.#place = "behind";
    return undefined;
  }

  #takeKey(element: Element): string | undefined {
    const parsed = element === undefined ? undefined : parseJson(element);
    if (parsed?.ok !== true || typeof parsed.value !== "string") return "a key can't be read";
    const keys = this.#inner?.keys;
    if (keys?.has(parsed.value) !== false) return "a key stands twice in one object";
    keys.add(parsed.value);
    if (keys.size > MOST_KEYS) return `an object has more than ${MOST_KEYS} members`;
    this.#key = parsed.value;
    this.#place = "colon";
    return undefined;
  }
}
