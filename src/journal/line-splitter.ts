import { LONGEST_LINE } from "../kernel/log-words.ts";

const LINE_END = 0x0a;

/** Cuts bytes into lines of text, as they come in pieces. Never holds more than the longest line and one piece. */
export class LineSplitter {
  readonly #onTooLong: () => void;
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #length = 0;
  /** Whether that line is longer than any may be: nothing of it is kept. */
  #isTooLong = false;

  /** `onTooLong` hears of each line that is left out, because it is longer than {@link LONGEST_LINE}. */
  constructor(onTooLong: () => void) {
    this.#onTooLong = onTooLong;
  }

  /** Takes a piece, and gives the lines that end in it: without their ends, and without those that are empty. */
  push(piece: Buffer): readonly string[] {
    const last = piece.lastIndexOf(LINE_END);
    if (last === -1) {
      this.#begin(piece);
      return [];
    }
    const first = piece.indexOf(LINE_END);
    const lines = this.#end(piece.subarray(0, first));
    if (first < last) {
      for (const line of piece.toString("utf8", first + 1, last).split("\n")) this.#add(lines, line);
    }
    this.#begin(piece.subarray(last + 1));
    return lines;
  }

  /** Gives the line that nothing has ended, if there is one: there is no more. */
  finish(): readonly string[] {
    return this.#end(Buffer.alloc(0));
  }

  #begin(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > LONGEST_LINE) {
      this.#isTooLong = true;
      this.#begun = [];
    } else if (piece.length > 0) {
      this.#begun.push(piece);
    }
  }

  #end(piece: Buffer): string[] {
    this.#begin(piece);
    const lines: string[] = [];
    if (this.#isTooLong) this.#onTooLong();
    else this.#add(lines, Buffer.concat(this.#begun).toString("utf8"));
    this.#begun = [];
    this.#length = 0;
    this.#isTooLong = false;
    return lines;
  }

  #add(lines: string[], line: string): void {
    if (line.length > LONGEST_LINE) this.#onTooLong();
    else if (line !== "" && line !== "\r") lines.push(line);
  }
}
