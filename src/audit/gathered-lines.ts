/** Lines are gathered up to this many characters, so that a busy gate makes few system calls. */
const GATHERED: number = 32 * 1024;
/** A quiet gate's line appears at most this late, in milliseconds. */
const FLUSH_INTERVAL = 100;

/**
 * Gathers lines and passes them on in large pieces. A writer that takes each line by itself measures what waits before
 * it each time, and wakes a quiet process again and again to look whether there is something; this costs neither.
 */
export class GatheredLines {
  readonly #write: (lines: string, count: number) => void;
  #lines = "";
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;

  /** `write` gets whole lines, in order, and how many there are. */
  constructor(write: (lines: string, count: number) => void) {
    this.#write = write;
  }

  /** Takes one line with its end. */
  add(line: string): void {
    this.#lines += line;
    this.#count += 1;
    if (this.#isEnding || this.#lines.length >= GATHERED) {
      this.#flush();
    } else {
      // Nothing waits for the timer at the end of the process: who ends it says so.
      this.#timer ??= setTimeout(() => this.#flush(), FLUSH_INTERVAL).unref();
    }
  }

  /** Passes on what is gathered, and from now on each line at once: nothing waits for the end of a process. */
  end(): void {
    this.#isEnding = true;
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [lines, count] = [this.#lines, this.#count];
    this.#lines = "";
    this.#count = 0;
    if (count > 0) {
      this.#write(lines, count);
    }
  }
}
