import type { AnswerPart } from "../docker/answers/answer-table.ts";
import type { Viewer } from "../docker/answers/viewer.ts";
import { REMEMBERED_LIST, REMEMBERED_LISTS } from "./limits.ts";
import { ListText, type SeenEntry } from "./list-text.ts";

/** So many entries of the list before are compared with one: it may be another than it was, or the one before it may be gone. */
const COMPARED = 2;

/**
 * The last list that was read by one table for one viewer. Who polls gets nearly the same bytes again and again, and what an entry is
 * follows from its bytes, the table and the viewer alone.
 */
export class RememberedList {
  #last = new ListText(REMEMBERED_LIST);
  /** One that nobody reads any more: its memory is used again. */
  #spare: ListText | undefined;
  #isForgotten = false;

  /** Begins with the next list. */
  open(): ListMemory {
    this.#isForgotten = false;
    return new ListMemory(this, this.#last);
  }

  /** An empty one, to be written. */
  takeSpare(): ListText {
    const spare = this.#spare ?? new ListText(REMEMBERED_LIST);
    this.#spare = undefined;
    spare.clear();
    return spare;
  }

  /** Puts a list in the place of the last one. */
  replace(list: ListText): void {
    if (this.#isForgotten) return;
    // Whoever still reads the old one must not find other bytes there.
    if (this.#last.readers === 0) this.#spare = this.#last;
    this.#last = list;
  }

  /** Gives back its memory, and takes none before the next list begins. */
  forget(): void {
    this.#isForgotten = true;
    this.#last = new ListText(REMEMBERED_LIST);
    this.#spare = undefined;
  }
}

/** Reads one list with what is remembered of the last one, and remembers it in that one's place where it differs. */
export class ListMemory {
  readonly #list: RememberedList;
  readonly #last: ListText;
  /** The entry of the last list that is expected next. */
  #next = 0;
  /** How many of its first entries came again, each in its place. */
  #same = 0;
  /** Written from the first difference on. */
  #written: ListText | undefined;

  constructor(list: RememberedList, last: ListText) {
    this.#list = list;
    this.#last = last;
    last.readers += 1;
  }

  /** Finds the entry that begins at a place of a chunk, where all of it stands there and it is byte by byte one of the last list. */
  find(chunk: Buffer, start: number): SeenEntry | undefined {
    for (let index = this.#next; index < this.#next + COMPARED; index += 1) {
      const entry = this.#last.find(index, chunk, start);
      if (entry !== undefined) {
        this.#next = index + 1;
        return entry;
      }
    }
    return undefined;
  }

  /** Takes the next entries of the list before the chunk in which they stand is written over. */
  add(chunk: Buffer, entries: readonly SeenEntry[]): void {
    if (this.#written === undefined) {
      if (entries.every(({ index }, at) => index === this.#same + at)) {
        this.#same += entries.length;
        return;
      }
      // Behind as much of a list as can be remembered all is new each time.
      if (this.#last.isFull && this.#next === this.#last.count) return;
      this.#written = this.#list.takeSpare();
      this.#written.copy(this.#last, this.#same);
    }
    this.#written.add(chunk, entries);
  }

  /** All of the list was read. */
  close(): void {
    this.#last.readers -= 1;
    if (this.#written !== undefined) this.#list.replace(this.#written);
  }
}

/** The lists that are remembered: few, those that were read last. */
export class RememberedLists {
  /** A viewer is one client's under one policy: whoever has another gets nothing of this. */
  readonly #lists = new WeakMap<Viewer, Map<AnswerPart, RememberedList>>();
  /** The one that was read longest ago first. */
  readonly #recent = new Set<RememberedList>();

  /** The last list whose entries were such a part for the viewer. */
  of(viewer: Viewer, entry: AnswerPart): RememberedList {
    const lists = this.#lists.get(viewer) ?? new Map<AnswerPart, RememberedList>();
    this.#lists.set(viewer, lists);
    const list = lists.get(entry) ?? new RememberedList();
    lists.set(entry, list);
    this.#recent.delete(list);
    this.#recent.add(list);
    const [oldest] = this.#recent;
    if (this.#recent.size > REMEMBERED_LISTS && oldest !== undefined) {
      this.#recent.delete(oldest);
      oldest.forget();
    }
    return list;
  }
}
