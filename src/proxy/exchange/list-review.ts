import type { Element } from "../../docker/json/gather.ts";
import { ElementSplitter } from "../../docker/json/split.ts";
import { ANSWER_ELEMENT_LIMIT } from "../limits.ts";
import type { SeenEntry } from "../list-text.ts";
import type { ListMemory } from "../remembered-lists.ts";
import { type ContentReview, faultOf, type Reviewed } from "./element-review.ts";
import { JoinedContent } from "./joined-content.ts";
import type { SeeElement } from "./seen-element.ts";

const OPEN = Buffer.from("[");
const COMMA = Buffer.from(",");
const CLOSE = Buffer.from("]\n");
const EMPTY_LIST = Buffer.from("[]\n");

/**
 * Reads a list entry by entry and gives each as the client may read it: the very bytes where that changes nothing. Holds no more than
 * one entry. One that can't be read, or is too long, is nobody's: it is left out, so that no object of somebody else's can keep a list
 * from its readers. A text that is no list, or breaks off, is a fault.
 */
export class ListReview implements ContentReview {
  readonly flows = false;
  readonly #splitter: ElementSplitter<SeenEntry>;
  readonly #see: SeeElement;
  readonly #memory: ListMemory | undefined;
  readonly #onWithheld: () => void;
  readonly #most: number;
  #count = 0;

  /**
   * What `memory` knows is not seen again. `onWithheld` is told of each entry that the client does not get, but not of those beyond the
   * `most` that it wants.
   */
  constructor(
    see: SeeElement,
    memory: ListMemory | undefined,
    hold: (bytes: number) => boolean,
    onWithheld: () => void,
    most: number = Number.POSITIVE_INFINITY,
  ) {
    this.#see = see;
    this.#memory = memory;
    const know = memory && ((chunk: Buffer, start: number) => memory.find(chunk, start));
    this.#splitter = new ElementSplitter("list", { most: ANSWER_ELEMENT_LIMIT, hold }, know);
    this.#onWithheld = onWithheld;
    this.#most = most;
  }

  read(data: readonly Buffer[], isLast: boolean): Reviewed {
    const content = new JoinedContent();
    for (const chunk of data) {
      const cut = this.#splitter.read(chunk);
      if (!cut.ok) return faultOf(cut.error);
      this.#go(cut.value, chunk, content);
    }
    if (isLast) {
      const end = this.#splitter.end();
      if (!end.ok) return faultOf(end.error);
      this.#memory?.close();
      content.add(this.#count === 0 ? EMPTY_LIST : CLOSE);
    }
    return { kind: "written", content: content.pieces };
  }

  #go(entries: readonly (Element | SeenEntry)[], chunk: Buffer, content: JoinedContent): void {
    const inChunk: SeenEntry[] = [];
    for (const entry of entries) {
      const seen = entry instanceof Uint8Array ? this.#seeCut(entry, chunk) : entry;
      if (seen?.text === chunk) inChunk.push(seen);
      this.#put(seen, content);
    }
    this.#memory?.add(chunk, inChunk);
  }

  /** Sees an entry that was cut out of a chunk, or was gathered of several and has memory of its own. */
  #seeCut(bytes: Buffer, chunk: Buffer): SeenEntry {
    const sight = this.#see(bytes);
    const seen = sight === bytes ? "same" : sight;
    const start = bytes.byteOffset - chunk.byteOffset;
    const end = start + bytes.length;
    const isInChunk = bytes.buffer === chunk.buffer && start >= 0 && end <= chunk.length;
    return isInChunk ? { text: chunk, start, end, seen } : { text: bytes, start: 0, end: bytes.length, seen };
  }

  #put(entry: SeenEntry | undefined, content: JoinedContent): void {
    if (entry === undefined || entry.seen === "unreadable" || entry.seen === "withheld") {
      this.#onWithheld();
      return;
    }
    if (this.#count >= this.#most) return;
    content.add(this.#count === 0 ? OPEN : COMMA);
    if (entry.seen === "same") content.addPart(entry.text, entry.start, entry.end);
    else content.add(entry.seen);
    this.#count += 1;
  }
}
