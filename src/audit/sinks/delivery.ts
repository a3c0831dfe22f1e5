import { FIRST_PAUSE, LONGEST_PAUSE, SETTLING_TIME, WAITING_LIMIT } from "./limits.ts";

/** What pieces of the log are handed on to: a file, a receiver. One call at a time; it gives up by itself what has failed. */
export interface Target {
  /** Gets ready where it is not. Rejects with a sentence where that can't be, and is asked again later. */
  open(): Promise<void>;
  /**
   * Takes whole lines, all or some of the first ones, and tells how many bytes they have: these do not come again, and what is left
   * comes first. Rejects with a sentence where it took none for certain.
   */
  write(lines: Buffer): Promise<number>;
  /** Gives up what it has open, after what it took has gone out. */
  close(): Promise<void>;
}

/** Hears what becomes of a delivery. */
export interface DeliveryListener {
  /** It failed, for the first time since it went well. */
  onFailure(reason: string): void;
  /** It goes well again. `dropped` is how many lines were dropped since the last news. */
  onRecovery(dropped: number): void;
  /** For some time nothing has failed, and lines are dropped all the same. Told once until their number is told. */
  onStall(): void;
  /** It went well all the time, but not fast enough. */
  onDropped(dropped: number): void;
}

/** The bounds of a delivery; all times in milliseconds. */
export interface DeliveryBounds {
  /** In bytes. */
  readonly waiting: number;
  readonly firstPause: number;
  readonly settling: number;
}

/** Those of a place that nothing else is said of. */
export const DELIVERY_BOUNDS: DeliveryBounds = {
  waiting: WAITING_LIMIT,
  firstPause: FIRST_PAUSE,
  settling: SETTLING_TIME,
};

/** Some whole lines, or what is left of them. Bytes, for a text that was put together keeps all of its parts: several times as much. */
interface Piece {
  bytes: Buffer;
  lines: number;
}

const LINE_END = 0x0a;

/**
 * Hands pieces on in their order, each until it has gone out. What waits has a bound; what comes beyond is dropped and counted. A
 * target that fails is asked again, after a longer pause each time.
 */
export class Delivery {
  readonly #target: Target;
  readonly #listener: DeliveryListener;
  readonly #bounds: DeliveryBounds;
  readonly #waiting: Piece[] = [];
  #size = 0;
  #dropped = 0;
  #told = 0;
  #failures = 0;
  #settling: NodeJS.Timeout | undefined;
  /** Set from the first line that is dropped until that is told. */
  #stalling: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isOver = false;
  #endPause: (() => void) | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(target: Target, listener: DeliveryListener, bounds: DeliveryBounds = DELIVERY_BOUNDS) {
    this.#target = target;
    this.#listener = listener;
    this.#bounds = bounds;
  }

  /** How many lines were dropped since the start. */
  get droppedLines(): number {
    return this.#dropped;
  }

  /** Takes whole lines, as they go out. Does not wait. */
  add(text: string, lines: number): void {
    const bytes = Buffer.from(text);
    if (this.#isOver || this.#size + bytes.length > this.#bounds.waiting) {
      this.#drop(lines);
      return;
    }
    this.#waiting.push({ bytes, lines });
    this.#size += bytes.length;
    this.begin();
  }

  /** A burst is told when it is over, and a failure as such; what is said comes here too. */
  #drop(lines: number): void {
    this.#dropped += lines;
    this.#stalling ??= setTimeout(() => {
      if (this.#failures === 0 && !this.#isOver) this.#listener.onStall();
    }, this.#bounds.settling).unref();
  }

  /** Opens the target now: what is wrong with it is told before there is a line. */
  begin(): void {
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
    }
  }

  /** Resolves when nothing waits any more, or after so many milliseconds: what is left then is dropped. What was dropped is told. */
  async drain(deadline: number): Promise<void> {
    // What is cut at the end is recorded a moment after it.
    await new Promise((resolve) => setImmediate(resolve));
    // What is given up has told so, and this came here too.
    if (this.#isOver) return;
    this.#endPause?.();
    if (this.#isRunning && !(await this.#isIdleWithin(deadline))) this.#giveUp();
    if (this.#dropped > this.#told) this.#listener.onDropped(this.#untold());
  }

  /** Drains, and closes the target, in so many milliseconds at most. */
  async end(deadline: number): Promise<void> {
    const isLate = waitFor(deadline);
    await this.drain(deadline);
    this.#isOver = true;
    clearTimeout(this.#settling);
    clearTimeout(this.#stalling);
    await Promise.race([this.#target.close(), isLate.promise]);
    isLate.cancel();
  }

  async #isIdleWithin(milliseconds: number): Promise<boolean> {
    const isLate = waitFor(milliseconds);
    const isIdle = new Promise<true>((resolve) => {
      this.#whenIdle = () => resolve(true);
    });
    const inTime = await Promise.race([isIdle, isLate.promise]);
    isLate.cancel();
    return inTime;
  }

  #giveUp(): void {
    this.#isOver = true;
    this.#endPause?.();
    this.#dropped += this.#waiting.reduce((sum, { lines }) => sum + lines, 0);
  }

  async #run(): Promise<void> {
    let isWell = true;
    do {
      try {
        await this.#target.open();
        for (let [piece] = this.#waiting; piece !== undefined && !this.#isOver; [piece] = this.#waiting) {
          await this.#handOn(piece);
        }
        isWell = true;
        this.#tellDropped();
      } catch (error) {
        isWell = false;
        await this.#fail(error instanceof Error ? error.message : String(error));
      }
    } while (!this.#isOver && (!isWell || this.#waiting.length > 0));
    // Nothing has been awaited since the last look at what waits.
    this.#isRunning = false;
    this.#whenIdle?.();
  }

  async #handOn(piece: Piece): Promise<void> {
    const taken = await this.#target.write(piece.bytes);
    this.#size -= taken;
    if (taken === piece.bytes.length) {
      this.#waiting.shift();
    } else {
      piece.lines -= countLines(piece.bytes.subarray(0, taken));
      piece.bytes = piece.bytes.subarray(taken);
    }
    if (this.#failures > 0) {
      this.#settling ??= setTimeout(() => this.#recover(), this.#bounds.settling).unref();
    }
  }

  #recover(): void {
    this.#settling = undefined;
    this.#failures = 0;
    this.#listener.onRecovery(this.#untold());
  }

  #tellDropped(): void {
    if (this.#failures === 0 && !this.#isOver && this.#dropped > this.#told)
      this.#listener.onDropped(this.#untold());
  }

  #untold(): number {
    clearTimeout(this.#stalling);
    this.#stalling = undefined;
    const count = this.#dropped - this.#told;
    this.#told = this.#dropped;
    return count;
  }

  async #fail(reason: string): Promise<void> {
    if (this.#isOver) return;
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#failures += 1;
    if (this.#failures === 1) this.#listener.onFailure(reason);
    const pause = Math.min(this.#bounds.firstPause * 2 ** (this.#failures - 1), LONGEST_PAUSE);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause).unref();
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = undefined;
  }
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END, end + 1)) count += 1;
  return count;
}

function waitFor(milliseconds: number): { readonly promise: Promise<false>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  return { promise, cancel: () => clearTimeout(timer) };
}
