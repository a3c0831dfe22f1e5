import type { AnswerPart } from "../docker/answers/answer-table.ts";
import type { Viewer } from "../docker/answers/viewer.ts";
import { REMEMBERED_LIST, REMEMBERED_LISTS } from "./limits.ts";
import { ListText, type SeenEntry } from "./list-text.ts";

/**
 * The last list that was read by one table for one viewer. Who polls gets nearly the same bytes again and again, and what an entry is
 * follows from its bytes, the table and the viewer alone. However many lists are read at one time, it takes the memory of two: nobody
 * knows how slowly they come.
 */
export class RememberedList {
  #last = new ListText(REMEMBERED_LIST);
  /** What is being written, or memory that is used again. */
  #next = new ListText(REMEMBERED_LIST);
  #writer: ListMemory | undefined;
  #edition = 0;

  get last(): ListText {
    return this.#last;
  }

  /** Another one for each list that was the last one. */
  get edition(): number {
    return this.#edition;
  }

  /** Begins with the next list. */
  open(): ListMemory {
    return new ListMemory(this);
  }

  /** Begins to write a list behind so many first entries of the last one, and tells who writes: somebody else may have begun before. */
  begin(reader: ListMemory, same: number): ListMemory {
    if (this.#writer === undefined) {
      this.#writer = reader;
      this.#next.clear();
      this.#next.copy(this.#last, same);
    }
    return this.#writer;
  }

  /** Writes more of a list, unless it came too slowly. */
  write(writer: ListMemory, chunk: Buffer, entries: readonly SeenEntry[]): void {
    if (writer === this.#writer) this.#next.add(chunk, entries);
  }

  /**
   * Puts a list that was read to its end in the place of the last one, where its reader wrote it. Where somebody else writes, who began
   * before it and is not at the end, that one is too slow, and the next one may write.
   */
  end(reader: ListMemory, writer: ListMemory): void {
    if (writer !== this.#writer) return;
    this.#writer = undefined;
    if (writer !== reader) return;
    this.#edition += 1;
    [this.#last, this.#next] = [this.#next, this.#last];
  }

  /** Gives back its memory, and takes none before the next list begins. */
  forget(): void {
    this.#edition += 1;
    this.#writer = undefined;
    this.#last = new ListText(REMEMBERED_LIST);
    this.#next = new ListText(REMEMBERED_LIST);
  }
}

/** Reads one list with what is remembered of the last one, and remembers it in that one's place where it differs. */
export class ListMemory {
  readonly #list: RememberedList;
  readonly #edition: number;
  /** The entry of the last list that is expected next. */
  #next = 0;
  /** How many have come since that were not known. */
  #unknown = 0;
  /** How many of its first entries came again, each in its place. */
  #same = 0;
  /** Who wrote when the first difference came. */
  #writer: ListMemory | undefined;

  constructor(list: RememberedList) {
    this.#list = list;
    this.#edition = list.edition;
  }

  /** Finds the entry that begins at a place of a chunk, where all of it stands there and it is byte by byte one of the last list. */
  find(chunk: Buffer, start: number): SeenEntry | undefined {
    if (this.#isOvertaken) return undefined;
    const entry = this.#findAt(this.#next, chunk, start) ?? this.#findAt(this.#behind, chunk, start);
    this.#unknown = entry === undefined ? this.#unknown + 1 : 0;
    return entry;
  }

  /** Takes the next entries of the list before the chunk in which they stand is written over. */
  add(chunk: Buffer, entries: readonly SeenEntry[]): void {
    if (this.#writer === undefined) {
      if (this.#isOvertaken) return;
      if (entries.every(({ index }, at) => index === this.#same + at)) {
        this.#same += entries.length;
        return;
      }
      // Behind as much of a list as can be remembered all is new each time.
      const { last } = this.#list;
      if (last.isFull && this.#next === last.count) return;
      this.#writer = this.#list.begin(this, this.#same);
    }
    if (this.#writer === this) this.#list.write(this, chunk, entries);
  }

  /** All of the list was read. */
  close(): void {
    if (this.#writer !== undefined) this.#list.end(this, this.#writer);
  }

  /** Which one is expected where those that were not known are others than they were, and not new; or where one is gone. */
  get #behind(): number {
    return this.#next + Math.max(1, this.#unknown);
  }

  #findAt(index: number, chunk: Buffer, start: number): SeenEntry | undefined {
    const entry = this.#list.last.find(index, chunk, start);
    if (entry !== undefined) this.#next = index + 1;
    return entry;
  }

  /** Whether another list has taken the place of the one that it began with. */
  get #isOvertaken(): boolean {
    return this.#list.edition !== this.#edition;
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
